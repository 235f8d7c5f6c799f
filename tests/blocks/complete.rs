//! No Rust block of the book is skipped unheard: the blocks that the press reads on the pages are
//! those that skeptic made tests of, and what is cut from a program is cut from a tested one.

use std::fs;
use std::path::{Path, PathBuf};

use mdbook_driver::config::Config;
use press::block::{self, Block, Test};
use press::include::{self, Include};
use press::page::Page;

/// What skeptic generated, as source.
const GENERATED: &str = include_str!(concat!(env!("OUT_DIR"), "/skeptic-tests.rs"));

/// A page of the book with what the press reads in it.
pub struct Read {
    pub file: PathBuf,
    pub blocks: Vec<Block>,
    pub includes: Vec<Include>,
}

/// The project's root folder.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("tests/blocks/ lies in the project")
}

/// The pages that SUMMARY.md names, as their author wrote them.
pub fn pages() -> Vec<Read> {
    let root = root();
    let mut config = Config::from_disk(root.join("book.toml")).expect("book.toml is read");
    config.set("preprocessor", serde_json::json!({})).expect("a table is a table");
    let src = config.book.src.clone();
    let book = mdbook_driver::MDBook::load_with_config(root, config).expect("the book is read");
    let chapters = book.book.chapters();
    chapters
        .map(|chapter| {
            let file = src.join(chapter.source_path.as_ref().expect("a page of the summary"));
            let page = Page::read(&file, &chapter.content);
            let (includes, missing) = include::read(&page, root);
            let (blocks, wrong) = block::read(&page, &includes);
            assert_eq!((missing, wrong), (vec![], vec![]), "`cargo run -- check` says more");
            Read { file, blocks, includes }
        })
        .collect()
}

#[test]
fn skeptic_made_a_test_of_every_rust_block() {
    for page in pages() {
        let flat = flat_name(&page.file);
        let generated = tests_of(&flat);
        let read: Vec<&str> = page.blocks.iter().map(|block| kind(&block.test)).collect();
        assert_eq!(generated, read, "{}: skeptic's blocks, and the page's", page.file.display());
    }
    let all: usize = pages().iter().map(|page| page.blocks.len()).sum();
    assert_eq!(GENERATED.matches("#[test] fn ").count(), all, "a test of a page that is gone");
}

#[test]
fn what_is_cut_from_a_program_is_cut_from_one_that_is_run() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("there is one");
    for page in pages() {
        for include in &page.includes {
            let file = include.file.display().to_string();
            let is_program = file.starts_with("chapters/") && file.ends_with(".rs");
            let is_example = manifest.contains(&format!("path = \"{file}\""));
            assert!(
                !is_program || is_example || is_module(&include.file),
                "{}: {file} is no example of the project nor a part of one, so no test runs it",
                page.file.display()
            );
        }
    }
}

/// Whether `chapters/chapN/NAME.rs` is a module of the program `chapters/chapN.rs`, or of what stands
/// in its own folder, where the chapter is a package.
fn is_module(file: &Path) -> bool {
    let Some(folder) = file.parent() else { return false };
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let owners = [folder.with_extension("rs"), folder.join("mod.rs"), folder.join("lib.rs")];
    owners.iter().any(|owner| {
        let text = fs::read_to_string(root().join(owner)).unwrap_or_default();
        text.contains(&format!("mod {name};"))
    })
}

/// How skeptic treats the tests that it made of a page, in order.
fn tests_of(flat: &str) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    let mut ignored = false;
    let mut ours = false;
    for line in GENERATED.lines() {
        if let Some(name) = line.strip_prefix("#[test] fn ") {
            // A name is the file's, then `_sect_…` or `_line_…`.
            let rest = name.strip_prefix(flat).unwrap_or("");
            ours = rest.starts_with("_sect_") || rest.starts_with("_line_");
            if ours && ignored {
                kinds.push("ignored");
            }
            ours &= !ignored;
            ignored = false;
        } else if line == "#[ignore]" {
            ignored = true;
        } else if ours && line.trim_start().starts_with("skeptic::rt::compile_test") {
            kinds.push("compiled");
        } else if ours && line.trim_start().starts_with("skeptic::rt::run_test") {
            kinds.push("run");
        }
    }
    kinds
}

fn kind(test: &Test) -> &'static str {
    match test {
        Test::Run => "run",
        Test::Compile => "compiled",
        Test::Refused(_) | Test::Ignored(_) => "ignored",
    }
}

/// As the build script names the page's file, and skeptic its tests.
fn flat_name(file: &Path) -> String {
    let page = file.strip_prefix("book/en").expect("the book's src").with_extension("");
    let letters = page.display().to_string().to_lowercase();
    let words: Vec<&str> = letters
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("_")
}
