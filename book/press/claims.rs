//! Claims: a sentence of the book and the test that holds it.
//!
//! A claim `chap1.one-worker-adds-up` is the function `one_worker_adds_up` of
//! `tests/claims/chap1.rs`, named in that file's `claims!(…)`, which runs it on the recorded runs
//! and on live ones. Where these are many, they stand by subject in files of `tests/claims/chap1/`.
//! Its doc comment is the sentence; its source is the evidence.

use std::fs;
use std::iter;
use std::path::{Path, PathBuf};

use crate::mistake::Mistake;
use crate::near;
use crate::project::Project;
use crate::words::evidence as words;

/// A claim's test, as it stands in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub chapter: String,
    /// as pages name it: with `-`
    pub name: String,
    /// its doc comment
    pub sentence: String,
    /// the function, to its closing brace
    pub source: String,
    /// from the project's root
    pub file: PathBuf,
    pub line: usize,
    /// whether it is about programs that a reader may not have
    pub with_tools: bool,
}

/// Words of a claim's source, and what they mean for where it is tried: the helpers of
/// `tests/claims.rs` that hold a claim against the record alone where nothing else can be seen.
pub const LIMITS: [(&str, &str); 4] = [
    ("can_weigh(", words::WEIGHED),
    ("is_linux(", words::ON_LINUX),
    ("cfg!(unix)", words::ON_UNIX),
    ("with_full(", words::WITH_FULL),
];

impl Claim {
    /// Where it is held against the recorded run alone, if anywhere: sentences without their full stop.
    pub fn limits(&self) -> Vec<&'static str> {
        let of_source = LIMITS.iter().filter(|(word, _)| self.source.contains(word));
        let mut limits: Vec<&str> = of_source.map(|(_, limit)| *limit).collect();
        if self.with_tools {
            limits.insert(0, words::WITH_TOOLS);
        }
        limits
    }

    pub fn full_name(&self) -> String {
        format!("{}.{}", self.chapter, self.name)
    }

    /// Its place on the evidence page.
    pub fn anchor(&self) -> String {
        anchor(&self.chapter, &self.name)
    }
}

pub fn anchor(chapter: &str, name: &str) -> String {
    format!("{chapter}-{name}")
}

/// Where a page claims something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    pub claim: String,
    pub path: PathBuf,
    pub title: String,
}

/// All claim tests of the project, by chapter and in their files' order.
#[derive(Debug, Clone, Default)]
pub struct Claims(Vec<Claim>);

impl Claims {
    /// Reads `tests/claims/*.rs`, and the files beside each in a folder of its name. What cannot be read
    /// has no claims: then the prose misses them.
    pub fn of(project: &Project) -> Self {
        let mut claims = Vec::new();
        for file in rust_files(&project.claims()) {
            let chapter = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let list = fs::read_to_string(&file).unwrap_or_default();
            let run = listed(&list);
            for part in iter::once(file.clone()).chain(rust_files(&file.with_extension(""))) {
                let text = fs::read_to_string(&part).unwrap_or_default();
                claims.extend(read(chapter, &run, &project.named(&part), &text));
            }
        }
        Claims(claims)
    }

    pub fn all(&self) -> &[Claim] {
        &self.0
    }

    /// The claim that a page names.
    ///
    /// # Errors
    /// It has no test, or one without a sentence.
    pub fn find(&self, chapter: &str, name: &str) -> Result<&Claim, String> {
        let wanted = format!("{chapter}.{name}");
        match self.0.iter().find(|claim| claim.full_name() == wanted) {
            None => {
                let known: Vec<String> = self.0.iter().map(Claim::full_name).collect();
                let hint = near::hint(&wanted, known.iter().map(String::as_str));
                Err(format!(
                    "the claim {wanted} has no test: tests/claims/{chapter}.rs runs no fn {}{hint}",
                    name.replace('-', "_")
                ))
            }
            Some(claim) if claim.sentence.is_empty() => Err(format!(
                "the claim {wanted} says nothing: its test at {}:{} has no doc comment",
                crate::mistake::slashed(&claim.file),
                claim.line
            )),
            Some(claim) => Ok(claim),
        }
    }

    /// Claim tests that no page cites. One whose name a page mistypes is cited: that the name is
    /// wrong is said where it stands.
    pub fn uncited(&self, cited: &[String]) -> Vec<Mistake> {
        let names: Vec<String> = self.0.iter().map(Claim::full_name).collect();
        let left: Vec<&str> =
            names.iter().filter(|name| !cited.contains(name)).map(String::as_str).collect();
        let mistyped = cited.iter().filter(|name| !names.contains(name));
        let meant: Vec<&str> =
            mistyped.filter_map(|name| near::nearest(name, left.iter().copied())).collect();
        let silent = |claim: &&Claim| {
            let name = claim.full_name();
            !cited.contains(&name) && !meant.contains(&name.as_str())
        };
        let mistake = |claim: &Claim| {
            Mistake::new(
                &claim.file,
                Some(claim.line),
                format!("no page cites this: {{{{claim {}}}}}", claim.full_name()),
            )
        };
        self.0.iter().filter(silent).map(mistake).collect()
    }
}

/// The files of Rust in a folder, by name; none where it is not there.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    files
}

/// The claims of one file: the functions that its chapter's `claims!(…)` names, for those are the ones
/// that run. Everything else in it is a helper.
fn read(chapter: &str, run: &[(&str, bool)], file: &Path, text: &str) -> Vec<Claim> {
    let lines: Vec<&str> = text.lines().collect();
    let mut claims = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function(line) else { continue };
        let Some((_, with_tools)) = run.iter().find(|(run, _)| *run == name) else { continue };
        let head = |line: &&&str| line.starts_with("///") || line.starts_with("#[");
        let first = at - lines[..at].iter().rev().take_while(head).count();
        let doc: Vec<&str> =
            lines[first..at].iter().filter_map(|line| line.strip_prefix("///")).collect();
        let length = lines[at..].iter().position(|line| *line == "}").map_or(1, |n| n + 1);
        claims.push(Claim {
            chapter: chapter.into(),
            name: name.replace('_', "-"),
            sentence: doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "),
            source: lines[at..at + length].join("\n"),
            file: file.to_path_buf(),
            line: at + 1,
            with_tools: *with_tools,
        });
    }
    claims
}

/// The names in a file's `claims!("chap1": one, two)` and `claims!("chap1" with tools: three)`, and
/// whether tools are needed.
fn listed(text: &str) -> Vec<(&str, bool)> {
    let lists =
        text.split("claims!(").skip(1).map(|rest| rest.split(')').next().unwrap_or_default());
    let names = lists.flat_map(|list| {
        let (head, names) = list.split_once(':').unwrap_or(("", list));
        let with_tools = head.ends_with("with tools");
        names.split(',').map(move |name| (name.trim(), with_tools))
    });
    names.filter(|(name, _)| !name.is_empty()).collect()
}

/// The name of the function that a line at the margin declares.
fn function(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.strip_prefix("fn ")?.split('(').next()
}
