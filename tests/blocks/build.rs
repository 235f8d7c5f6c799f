//! Hands the pages of the book, with their includes expanded, to skeptic.
//!
//! mdBook expands them, without its preprocessors: theirs would be `cargo run`, and a cargo that
//! is started from a build script waits for ever for the cargo that started it.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use mdbook_driver::MDBook;
use mdbook_driver::builtin_renderers::MarkdownRenderer;
use mdbook_driver::config::Config;

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2).expect("tests/blocks/ lies in the project");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where")).join("pages");
    fs::create_dir_all(&out).expect("OUT_DIR can be written");

    let mut config = Config::from_disk(root.join("book.toml")).expect("book.toml is read");
    let src = root.join(&config.book.src);
    let none = BTreeMap::<String, String>::new();
    config.set("preprocessor", none).expect("a table is a table");
    let book = MDBook::load_with_config(root, config).expect("the pages of SUMMARY.md are there");
    let (expanded, _) =
        book.preprocess_book(&MarkdownRenderer::new()).expect("includes cannot fail, only miss");

    let mut depends = BTreeSet::from([src.join("SUMMARY.md"), root.join("book.toml")]);
    for chapter in book.book.chapters() {
        let Some(page) = &chapter.source_path else { continue };
        let page = src.join(page);
        depends.extend(included(&page, &chapter.content));
        depends.insert(page);
    }
    let mut pages = Vec::new();
    for chapter in expanded.chapters() {
        let Some(page) = &chapter.source_path else { continue };
        // skeptic names tests after files alone: two pages of one name in two folders would clash.
        let flat = page.with_extension("").display().to_string().replace(['/', '\\'], "_");
        let file = out.join(format!("{flat}.md"));
        // A block is compiled somewhere else, and so would look there for its program's other files.
        let here = format!("#[path = r\"{}/chap", root.join("chapters").display());
        let content = chapter.content.replace("#[path = \"chap", &here);
        fs::write(&file, content).expect("OUT_DIR can be written");
        // skeptic has cargo watch these files too, and takes one that is newer than this build for
        // a change; their sources are watched below.
        let written = fs::File::options().write(true).open(&file).expect("it was just written");
        written.set_modified(SystemTime::UNIX_EPOCH).expect("a file's time can be set");
        pages.push(file);
    }
    // Not the records: a new one must compile nothing again.
    for file in depends {
        println!("cargo:rerun-if-changed={}", file.display());
    }
    println!("cargo:rerun-if-changed=build.rs");
    // For the blocks that must not compile: the tests ask skeptic's own compiler call.
    println!("cargo:rustc-env=TARGET={}", env::var("TARGET").expect("cargo says for what"));
    skeptic::generate_doc_tests(&pages);
}

/// The files that a page includes. A directive that misses is the prose test's to report.
fn included(page: &Path, text: &str) -> Vec<PathBuf> {
    let folder = page.parent().expect("a page lies in a folder");
    text.match_indices("{{#")
        .filter_map(|(at, _)| {
            let target = text[at..].split("}}").next()?.split_whitespace().nth(1)?;
            folder.join(target.split(':').next()?).canonicalize().ok()
        })
        .collect()
}
