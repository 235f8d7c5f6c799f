//! Pages made of anything: woven, or refused with lines that the author finds on them.

use std::path::PathBuf;

use press::claims::Claims;
use press::project::Project;
use press::runs::Recorded;
use press::weave::{Draft, Shown, weave};
use proptest::prelude::*;
use tests::fixture::Fixture;

/// What a page is made of, whole and in halves.
fn piece() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "{{measured chap1.ten.one.total}}",
        "{{measured chap1.ten.one.total / chap1.ten.many.total}}",
        "{{measured chap1.ten.one.nothing}}",
        "{{table chap1.ten total waits}}",
        "{{timeline chap1.ten}}",
        "{{claim chap1.adds-up}}",
        "{{claim chap1.nothing}}",
        "{{given 3 s}}",
        "{{machine chap1}}",
        "{{evidence}}",
        "{{#rustdoc_include ../../chapters/chap1.rs:loop}}",
        "{{#include ../../chapters/chap1.rs:9:2}}",
        "{{#include ../../../../etc/passwd}}",
        "{{",
        "}}",
        "\\{{",
        "{{{",
        "`",
        "```rust\n",
        "```rust,no_run\n",
        "```\n",
        "~~~\n",
        "> ",
        "- ",
        "    ",
        "# Head\n",
        "<!-- ",
        " -->",
        "<div>",
        "[a link](one.md)",
        "12 ms",
        "한국어",
        "\u{0}",
        "\r\n",
        "\n",
        "\n\n",
        " ",
    ]);
    prop_oneof![6 => known.prop_map(String::from), 1 => "\\PC{0,12}"]
}

fn tries(few: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(few);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// The small right book, read once.
fn book() -> (Fixture, Project, Recorded, Claims) {
    let fixture = Fixture::new();
    let project = fixture.project();
    let (record, claims) = (Recorded::of(&project), Claims::of(&project));
    (fixture, project, record, claims)
}

/// About two seconds; `PROPTEST_CASES` says how many others.
#[test]
fn any_page_is_woven_or_refused_with_its_lines() {
    let (_fixture, project, record, claims) = book();
    let pages = proptest::collection::vec(piece(), 0..30).prop_map(|pieces| pieces.concat());
    let tried = proptest::test_runner::TestRunner::new(tries(1_000)).run(&pages, |text| {
        let (path, file) = (PathBuf::from("one.md"), PathBuf::from("book/en/one.md"));
        let draft = Draft { path, file: file.clone(), title: "One".into(), text: text.clone() };
        for shown in [Shown::Everything, Shown::Words] {
            let woven = weave(&project, &record, &claims, std::slice::from_ref(&draft), shown);
            prop_assert_eq!(woven.texts.len(), 1);
            let lines = text.split('\n').count();
            for mistake in &woven.mistakes {
                let line = mistake.line.unwrap_or(0);
                prop_assert!(mistake.file == file, "{mistake} is of no page of this book");
                prop_assert!((1..=lines).contains(&line), "{mistake} of {lines} lines");
                prop_assert!(!mistake.what.is_empty());
            }
            let outside = woven.sources.iter().find(|source| !source.starts_with("chapters"));
            prop_assert_eq!(outside, None, "a file out of the project was cut from");
        }
        Ok(())
    });
    tried.unwrap_or_else(|why| panic!("{why}"));
}
