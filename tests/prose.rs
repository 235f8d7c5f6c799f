//! The real book is right, and is the same book whichever program renders it.

mod claims;
mod console;
mod faces;
mod glossary;
mod pages;
mod weights;
mod words;

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use mdbook_driver::MDBook;
use mdbook_driver::builtin_renderers::MarkdownRenderer;
use mdbook_driver::config::Config;
use mdbook_preprocessor::Preprocessor;
use mdbook_preprocessor::book::Book;
use press::book::Press;
use press::check::check;
use press::project::Project;
use press::runs::Recorded;

/// What is recorded, read once, with what any of these tests asked of it.
fn record() -> Arc<Recorded> {
    static RECORD: OnceLock<Arc<Recorded>> = OnceLock::new();
    let read = || Arc::new(Recorded::of(&Project::at(tests::root())));
    Arc::clone(RECORD.get_or_init(read))
}

#[test]
fn the_book_has_no_mistake() {
    if let Err(failure) = check(&Project::at(tests::root()), record()) {
        panic!("{failure}");
    }
}

/// The command that book.toml names for `mdbook build`, given what mdBook gives it, weaves the
/// very pages that the press weaves in its own process. The press is the one that the other tests
/// run: `cargo run` turns on fewer features than `cargo test` does, and would compile mdBook anew.
#[test]
fn the_ordinary_mdbook_gets_the_same_pages() {
    let mut config = Config::from_disk(tests::root().join("book.toml")).expect("it is read");
    let command: String = config
        .get("preprocessor.press.command")
        .expect("book.toml is read")
        .expect("book.toml names a command");
    let before: Vec<String> = config
        .get("preprocessor.press.before")
        .expect("book.toml is read")
        .expect("book.toml orders the press");
    assert_eq!(before, ["links"], "or a missing include would be silent");
    let none = BTreeMap::<String, String>::new();
    config.set("preprocessor", none).expect("a table is a table");
    config.set("build.use-default-preprocessors", false).expect("a switch is a switch");
    let book = MDBook::load_with_config(tests::root(), config).expect("the book is read");
    let (book, context) = book.preprocess_book(&MarkdownRenderer::new()).expect("nothing is done");

    let words = command.strip_prefix("cargo run --quiet -- ").expect("what the README runs");
    let mut program = Command::new(tests::example("press"));
    let input = serde_json::to_vec(&(&context, &book)).expect("a book is JSON");
    let output =
        tests::finish(program.args(words.split_whitespace()).current_dir(tests::root()), input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let wanted = Press::strict(record()).run(&context, book).expect("the book is right");
    let woven: Book = serde_json::from_slice(&output.stdout).expect("a book");
    assert_eq!(woven, wanted);
}
