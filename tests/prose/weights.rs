//! What a reader has to load: pages grow a figure at a time, and nobody notices.

use std::fs;
use std::path::{Path, PathBuf};

use press::book::{Press, build};
use press::project::Project;
use scraper::{Html, Selector};

/// A page of the book, in bytes.
const PAGE: u64 = 250_000;
/// A page, and all that is loaded with it by somebody who comes for the first time.
const VIEW: u64 = 400_000;
/// The elements of a chapter.
const NODES: usize = 4_000;
/// What a search loads: fifty thousand a chapter and for what stands behind them, of which two thirds are the
/// pages' words, that teasers are cut from.
const INDEX: u64 = 450_000;

/// What makes pages alive: players, guesses, formulas, and runs that they ask for.
const ALIVE: [&str; 5] = [
    "theme/words.js",
    "theme/replay.js",
    "theme/predict.js",
    "theme/formula.js",
    "press/serve/live/live.js",
];

#[test]
fn what_makes_pages_alive_is_forty_kilobytes_at_most() {
    let weight =
        |file| fs::metadata(tests::root().join("book").join(file)).expect("a script").len();
    let all: u64 = ALIVE.iter().map(weight).sum();
    assert!(all <= 40_000, "{all} bytes");
}

#[test]
fn no_page_is_heavy_and_nor_is_the_index() {
    let project = Project::at(tests::root());
    let folder = tempfile::tempdir().expect("a folder");
    build(&project, Press::strict(crate::prose::record()), Some(folder.path()))
        .expect("the book is right");
    let files = files(folder.path());
    let heavy = |(file, bytes): &&(PathBuf, u64)| {
        let name = file.file_name().expect("it is a file").to_string_lossy();
        match name.as_ref() {
            "print.html" => false,    // all pages in one, for paper
            "evidence.html" => false, // every claim of the book, and its test
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
    let mut too_much = Vec::new();
    for (page, bytes) in files.iter().filter(|(file, _)| is_page(file)) {
        let html = Html::parse_document(&fs::read_to_string(page).expect("a page"));
        let whole = bytes + with_it(&html, page, &files);
        let nodes =
            html.root_element().descendants().filter(|node| node.value().is_element()).count();
        let evidence = page.ends_with("evidence.html"); // every claim of the book is on it
        if (nodes > NODES || whole > VIEW) && !evidence {
            too_much.push(format!("{}: {whole} bytes in all, {nodes} nodes", page.display()));
        }
    }
    assert!(too_much.is_empty(), "more than {VIEW} bytes, or {NODES} nodes: {too_much:#?}");
    assert!(heavy.is_empty(), "more than {PAGE} bytes a page, or {INDEX} an index: {heavy:?}");
}

/// A page of mdBook's that somebody reads.
fn is_page(file: &Path) -> bool {
    let made = ["print.html", "404.html", "toc.html"].iter().any(|name| file.ends_with(name));
    let is_source = file.iter().any(|part| part == "source");
    file.extension().is_some_and(|extension| extension == "html") && !made && !is_source
}

/// The style sheets, scripts and icons that a page names, and every font.
fn with_it(html: &Html, page: &Path, files: &[(PathBuf, u64)]) -> u64 {
    let wanted =
        Selector::parse("link[href]:not([rel~=next], [rel~=prev]), script[src]").expect("fixed");
    let folder = page.parent().expect("a page lies in a folder");
    let mut all: Vec<PathBuf> = html
        .select(&wanted)
        .filter_map(|el| el.attr("href").or(el.attr("src")))
        .map(|address| folder.join(address).canonicalize().expect("it is there"))
        .collect();
    all.sort();
    all.dedup();
    let of = |file: &PathBuf| {
        all.contains(file) || file.extension().is_some_and(|extension| extension == "woff2")
    };
    assert!(all.len() > 8, "a page without style");
    files
        .iter()
        .filter(|(file, _)| of(&file.canonicalize().expect("it is there")))
        .map(|(_, n)| n)
        .sum()
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
