//! What an author got wrong: a file, a line, a sentence.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// One mistake. The file is named from the project's root, as an editor would open it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    pub file: PathBuf,
    /// from 1; `None` where the whole file is meant
    pub line: Option<usize>,
    pub what: String,
}

impl Mistake {
    pub fn new(file: impl Into<PathBuf>, line: Option<usize>, what: impl Into<String>) -> Self {
        Mistake { file: file.into(), line, what: what.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&slashed(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// A path of the project as it is printed and linked: with `/` on every system.
pub fn slashed(path: &Path) -> String {
    path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/")
}

/// All mistakes of a book, at least one, in the order of files and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// `Ok` when there is none.
    ///
    /// # Errors
    /// There is at least one.
    pub fn none_of(mut found: Vec<Mistake>) -> Result<(), Mistakes> {
        found.sort();
        found.dedup();
        if found.is_empty() { Ok(()) } else { Err(Mistakes(found)) }
    }

    pub fn all(&self) -> &[Mistake] {
        &self.0
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for mistake in &self.0 {
            writeln!(f, "{mistake}")?;
        }
        match self.0.len() {
            1 => f.write_str("1 mistake in the book"),
            n => write!(f, "{n} mistakes in the book"),
        }
    }
}

impl std::error::Error for Mistakes {}

/// Why a command of the press did not do what it was asked; decides its exit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// the book is wrong: exit status 1
    Book(Mistakes),
    /// something else went wrong on the way: exit status 1
    Other(String),
    /// whoever read what it says has left, as `| head` does: exit status 1, and nobody to tell
    Unheard,
    /// what was typed is wrong: exit status 2
    Input(String),
}

impl Failure {
    pub fn exit_status(&self) -> u8 {
        match self {
            Failure::Book(_) | Failure::Other(_) | Failure::Unheard => 1,
            Failure::Input(_) => 2,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Book(mistakes) => mistakes.fmt(f),
            Failure::Other(why) | Failure::Input(why) => f.write_str(why),
            Failure::Unheard => f.write_str("nobody reads what this says"),
        }
    }
}

impl std::error::Error for Failure {}

/// Does something that may panic, in the press or in a library, and makes a panic a failure like
/// any other: the press goes on. The panic's place was printed as it happened.
///
/// # Errors
/// What was done failed or panicked.
pub fn caught<T>(failed: &str, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    // Whatever was half done is thrown away or, behind a lock, was not begun.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        Err(Failure::Other(format!("{failed}, by a fault of the press: {}", said(&*panic))))
    })
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it does not say why")
}

impl From<Mistake> for Failure {
    fn from(mistake: Mistake) -> Self {
        Failure::Book(Mistakes(vec![mistake]))
    }
}

impl From<Mistakes> for Failure {
    fn from(mistakes: Mistakes) -> Self {
        Failure::Book(mistakes)
    }
}

impl From<anyhow::Error> for Failure {
    /// mdBook hands our own mistakes through; anything else becomes one line of its causes.
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Mistakes>() {
            Ok(mistakes) => Failure::Book(mistakes),
            Err(other) => Failure::Other(format!("{other:#}")),
        }
    }
}
