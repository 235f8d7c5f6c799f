//! A small right book in a temporary folder, to be read, or broken in one place.

mod runs;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use press::book::{self, Press};
use press::check;
use press::mistake::Failure;
use press::project::Project;
use press::runs::Recorded;
use tempfile::TempDir;

pub use runs::{due, header, offered, record, record_of, repeats, traced, watched};

pub struct Fixture {
    folder: TempDir,
}

const PAGE: &str = "\
# One

A handler waits {{given 3 s}}. {{claim chap1.adds-up}}
One thread takes {{measured chap1.ten.one.total}},
{{measured chap1.ten.one.total / chap1.ten.many.total}} times as long.

{{timeline chap1.ten}}

{{table chap1.ten total waits}}

```rust,no_run
{{#rustdoc_include ../../chapters/chap1.rs:loop}}
```

[the evidence](evidence.md#chap1)
";

const CHAPTER: &str = "\
// ANCHOR: loop
fn serve() {}
// ANCHOR_END: loop

fn main() {
    serve();
}
";

const CLAIMS: &str = "\
crate::claims!(\"chap1\": adds_up);

/// One thread takes all the waits together.
fn adds_up(runs: &Runs) {
    assert!(number(runs, \"chap1.ten.one.waits\") > 1.0);
}

/// A helper, and no claim.
fn helper() {}
";

impl Default for Fixture {
    fn default() -> Self {
        Fixture::new()
    }
}

impl Fixture {
    pub fn new() -> Self {
        let fixture = Fixture { folder: tempfile::tempdir().expect("a folder can be made") };
        let real = |path: &str| fs::read_to_string(crate::root().join(path)).expect("it is there");
        fixture.write("book.toml", &real("book.toml"));
        for folder in ["book/theme", "book/theme/fonts"] {
            fixture.link_files(folder);
        }
        fixture.write(
            "book/en/SUMMARY.md",
            "# Summary\n\n[Preface](README.md)\n- [One](one.md)\n\n[Evidence](evidence.md)\n",
        );
        fixture.write("book/en/README.md", "# Preface\n\nMade on {{machine chap1}}\n");
        fixture.write("book/en/one.md", PAGE);
        fixture.write("book/en/evidence.md", "# Evidence\n\n{{evidence}}\n");
        fixture
            .write("book/runs/chap1.jsonl", &(record("ten", "one", 1) + &record("ten", "many", 2)));
        fixture.write("chapters/chap1.rs", CHAPTER);
        fixture.write("tests/claims/chap1.rs", CLAIMS);
        fixture
    }

    /// The project's own files in this folder, as they are: under a second name where the file system
    /// can, for some hundred fixtures have each of them.
    fn link_files(&self, folder: &str) {
        fs::create_dir_all(self.root().join(folder)).expect("a folder can be made");
        for entry in fs::read_dir(crate::root().join(folder)).expect("it is there") {
            let file = entry.expect("an entry").path();
            if file.is_file() {
                let name = file.file_name().expect("a file has a name");
                let here = self.root().join(folder).join(name);
                if fs::hard_link(&file, &here).is_err() {
                    fs::copy(&file, here).expect("it can be copied");
                }
            }
        }
    }

    /// One with a paragraph more on its page.
    pub fn with(paragraph: &str) -> Self {
        let fixture = Fixture::new();
        fixture.append(paragraph);
        fixture
    }

    /// The line on which [`Fixture::append`] puts what it is given.
    pub const LINE: usize = 17;

    pub fn append(&self, paragraph: &str) {
        self.write("book/en/one.md", &format!("{PAGE}\n{paragraph}\n"));
    }

    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.root().join(path)).expect("the fixture has it");
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, &text.replacen(from, to, 1));
    }

    pub fn write(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().expect("in the project")).expect("a folder can be made");
        if path.starts_with("book/theme/") {
            // The project's own would be written to, where the two are one.
            let other = self.root().join("written");
            fs::write(&other, text).expect("a file can be written");
            return fs::rename(other, file).expect("it can be put in the other's place");
        }
        fs::write(file, text).expect("a file can be written");
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.root().join(path)).expect("the fixture has it");
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn project(&self) -> Project {
        Project::at(self.root())
    }

    /// Each mistake that `check` reports, as it is printed.
    pub fn mistakes(&self) -> Vec<String> {
        match check::check(&self.project(), self.record()) {
            Ok(_) => Vec::new(),
            Err(Failure::Book(mistakes)) => {
                mistakes.all().iter().map(ToString::to_string).collect()
            }
            Err(other) => panic!("not a mistake of the book: {other}"),
        }
    }

    /// Each mistake for which a build is refused, before a page is rendered.
    pub fn refused(&self) -> Vec<String> {
        match self.build() {
            Ok(_) => Vec::new(),
            Err(Failure::Book(mistakes)) => {
                mistakes.all().iter().map(ToString::to_string).collect()
            }
            Err(other) => panic!("not a mistake of the book: {other}"),
        }
    }

    pub fn build(&self) -> Result<PathBuf, Failure> {
        book::build(&self.project(), Press::strict(self.record()), None)
    }

    fn record(&self) -> Arc<Recorded> {
        Arc::new(Recorded::of(&self.project()))
    }

    /// A page of the built book. Nothing is made from all pages: whoever looks at the search or at what
    /// is printed asks for [`Fixture::build`].
    pub fn html(&self, page: &str) -> String {
        let to = self.root().join("proof");
        let made = book::proof(&self.project(), Press::strict(self.record()), &to);
        let folder = made.unwrap_or_else(|failure| panic!("{failure}"));
        fs::read_to_string(folder.join(page)).expect("the page is built")
    }
}
