//! What a reader has to load: pages grow a figure at a time, and nobody notices.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use press::book::{Press, build};
use press::project::Project;
use press::runs::Recorded;

/// A page of the book, in bytes.
const PAGE: u64 = 250_000;
/// What a search loads: a hundred thousand a chapter, and nearly all of it is the words of the pages.
const INDEX: u64 = 720_000;

#[test]
fn no_page_is_heavy_and_nor_is_the_index() {
    let project = Project::at(tests::root());
    let folder = tempfile::tempdir().expect("a folder");
    let press = Press::strict(Arc::new(Recorded::of(&project)));
    build(&project, press, Some(folder.path())).expect("the book is right");
    let files = files(folder.path());
    let heavy = |(file, bytes): &&(PathBuf, u64)| {
        let name = file.file_name().expect("it is a file").to_string_lossy();
        match name.as_ref() {
            "print.html" => false, // all pages in one, for paper
            name if name.ends_with(".html") => *bytes > PAGE,
            name if name.starts_with("searchindex") => *bytes > INDEX,
            _ => false,
        }
    };
    assert!(files.iter().any(|(file, _)| file.ends_with("index.html")), "nothing was built");
    assert!(
        files.iter().any(|(file, _)| file.to_string_lossy().contains("searchindex")),
        "nothing can be searched"
    );
    let heavy: Vec<_> = files.iter().filter(heavy).collect();
    assert!(heavy.is_empty(), "more than {PAGE} bytes a page, or {INDEX} an index: {heavy:?}");
}

fn files(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        match entry.metadata().expect("it is there") {
            of if of.is_dir() => found.extend(files(&entry.path())),
            of => found.push((entry.path(), of.len())),
        }
    }
    found
}
