//! The ordinary `mdbook` calls the press as a program; it must give the same book.

use std::process::{Command, Output};
use std::sync::Arc;

use mdbook_driver::MDBook;
use mdbook_driver::builtin_renderers::MarkdownRenderer;
use mdbook_driver::config::Config;
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use press::book::Press;
use press::runs::Recorded;

use tests::fixture::Fixture;

/// The press's program. To be run with these arguments.
pub fn press(args: &[&str]) -> Command {
    let mut command = Command::new(tests::example("press"));
    command.args(args);
    command
}

/// What mdBook would hand to its first preprocessor.
pub fn input(fixture: &Fixture) -> (PreprocessorContext, Book) {
    let mut config = Config::from_disk(fixture.root().join("book.toml")).expect("it is read");
    let none = std::collections::BTreeMap::<String, String>::new();
    config.set("preprocessor", none).expect("a table is a table");
    config.set("build.use-default-preprocessors", false).expect("a switch is a switch");
    let book = MDBook::load_with_config(fixture.root(), config).expect("the book is read");
    let (book, context) = book.preprocess_book(&MarkdownRenderer::new()).expect("nothing is done");
    (context, book)
}

fn preprocess(fixture: &Fixture) -> Output {
    let input = serde_json::to_vec(&input(fixture)).expect("a book is JSON");
    tests::finish(press(&["preprocess"]).current_dir(fixture.root()), input)
}

#[test]
fn the_program_weaves_what_the_library_weaves() {
    let fixture = Fixture::new();
    let (context, book) = input(&fixture);
    let record = Arc::new(Recorded::of(&fixture.project()));
    let wanted = Press::strict(record).run(&context, book).expect("a right book");
    let output = preprocess(&fixture);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let woven: Book = serde_json::from_slice(&output.stdout).expect("a book");
    assert_eq!(woven, wanted);
}

#[test]
fn the_program_refuses_a_book_with_a_mistake() {
    let fixture = Fixture::with("It takes 3 s. {{measured chap1.ten.on.total}}");
    let output = preprocess(&fixture);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.matches("book/en/one.md:17: ").count(), 2, "{said}");
    assert!(said.ends_with("2 mistakes in the book\n"), "{said}");
    assert!(output.stdout.is_empty());
}

#[test]
fn every_renderer_is_supported() {
    let output = tests::output(&mut press(&["preprocess", "supports", "html"]));
    assert!(output.status.success());
}

#[test]
fn bad_input_is_one_sentence_and_status_two() {
    let empty = tempfile::tempdir().expect("a folder can be made");
    for args in [&["check"][..], &["build"], &[]] {
        let output = tests::output(press(args).current_dir(empty.path()));
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with("there is no book.toml in "), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn build_goes_where_it_is_told() {
    let fixture = Fixture::new();
    let to = fixture.root().join("elsewhere");
    let mut build = press(&["build", "--dest", "elsewhere"]);
    let output = tests::output(build.current_dir(fixture.root().join("chapters")));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!to.exists(), "a path is meant from where one stands");
    assert!(fixture.root().join("chapters/elsewhere/one.html").is_file());
    let page = std::fs::read_to_string(fixture.root().join("chapters/elsewhere/one.html")).unwrap();
    assert!(!page.contains("/-/press"), "a built book waits for nothing");
}
