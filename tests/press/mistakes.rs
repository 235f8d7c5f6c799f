//! Each mistake an author can make is one line: the file, the line, what is wrong.

use std::fs;

use tests::fixture::{Fixture, record};

/// The one mistake of a book; `at` is where it should be.
fn only(fixture: &Fixture, at: &str) -> String {
    one(fixture.mistakes(), at)
}

fn one(found: Vec<String>, at: &str) -> String {
    assert_eq!(found.len(), 1, "not one mistake at {at}: {found:#?}");
    assert!(found[0].starts_with(&format!("{at}: ")), "{} is not at {at}", found[0]);
    found[0].clone()
}

/// The mistake that a paragraph is, at its own line. A build refuses it as a check does, and need
/// not render a page to know.
fn of(paragraph: &str) -> String {
    let fixture = Fixture::with(paragraph);
    one(fixture.refused(), &format!("book/en/one.md:{}", Fixture::LINE))
}

#[test]
fn the_fixture_has_none() {
    assert_eq!(Fixture::new().mistakes(), Vec::<String>::new());
}

#[test]
fn names_that_are_not_in_the_record() {
    for (directive, hint) in [
        ("{{measured chap1.ten.on.total}}", "did you mean chap1.ten.one?"),
        ("{{measured chap1.ten.one.totl}}", "did you mean total?"),
        ("{{measured chap1.tin.one.total}}", "did you mean chap1.ten.one?"),
        ("{{measured chap2.ten.one.total}}", "none of chap2"),
        ("{{measured chap1.ten.one.rss-peak}}", "was not measured"),
        ("{{measured chap1.ten.one.total / chap1.ten.one.waits}}", "one unit"),
        ("{{table chap1.tin total}}", "no experiment is called chap1.tin"),
        ("{{table chap1.ten totl}}", "no metric, fact or outcome"),
        ("{{table chap1.ten.one chap1.ten.on total}}", "recorded are: chap1.ten.one"),
        ("{{matrix chap1.ten.one totl}}", "no metric, fact or outcome"),
        ("{{timeline chap1.tin}}", "no experiment is called chap1.tin"),
        ("{{timeline chap1.ten.on}}", "recorded are: chap1.ten.one"),
        ("{{trace chap1.ten.on}}", "recorded are: chap1.ten.one"),
        ("{{served chap1.ten.on}}", "recorded are: chap1.ten.one"),
        ("{{served chap1.ten.one}}", "recorded no event"),
        ("{{latencies chap1.ten.on}}", "recorded are: chap1.ten.one"),
        ("{{saturation chap1.ten.one}}", "sweeps that are recorded: none of chap1"),
        ("{{strip chap1.ten.one chap1.ten.on total}}", "did you mean chap1.ten.one?"),
        ("{{strip chap1.ten totl}}", "did you mean total?"),
        ("{{strip chap1.ten rss-peak}}", "was not measured in any repeat"),
        ("{{strip chap1.ten last-words}}", "is a text, and has no place on an axis"),
        ("{{machine chap2}}", "no run of chap2"),
    ] {
        let found = of(directive);
        assert!(found.contains(hint), "{directive}: {found}");
    }
}

#[test]
fn directives_that_cannot_be_read() {
    for (directive, hint) in [
        ("{{mesured chap1.ten.one.total}}", "did you mean measured?"),
        ("{{measured chap1.ten.total}}", "chapter.experiment.case.metric"),
        ("{{measured chap1.Ten.one.total}}", "a-z, 0-9 and -"),
        ("{{measured}}", "the shape is {{measured"),
        ("{{table chap1.ten}}", "at least one metric"),
        ("{{table chap1.ten.one}}", "at least one metric"),
        ("{{table total}}", "a name here is chapter.experiment"),
        ("{{table chap1.ten.one total chap1.ten.many}}", "\"chap1.ten.many\" is not a metric's"),
        ("{{table chap1.ten chap1.ten.one total}}", "chapter.experiment.case"),
        ("{{table chap1.ten.one chap1.ten.one total}}", "chap1.ten.one is named twice"),
        ("{{table chap1.ten.one chap2.ten.one total}}", "not of one chapter"),
        ("{{spread chap1.ten.one}}", "the shape is {{spread chapter.experiment.case.metric}}"),
        ("{{given}}", "the shape is {{given"),
        ("{{measured chap1.ten.one.total", "not closed"),
        ("{{trace chap1.ten}}", "the shape is {{trace chapter.experiment.case}}"),
        ("{{trace chap1.ten.one chap1.ten.many}}", "the shape is {{trace"),
        ("{{served chap1.ten.one.total}}", "the shape is {{served chapter.experiment}} or"),
        ("Words around {{served chap1.ten}} here.", "paragraph of its own"),
        ("{{saturation chap1.ten}}", "the shape is {{saturation chapter.experiment.case}}"),
        ("Words around {{saturation chap1.ten.one}} here.", "paragraph of its own"),
        ("{{strip chap1.ten}}", "a strip is of one metric"),
        ("{{strip chap1.ten total waits}}", "a strip is of one metric; the shape is {{strip"),
        ("Words around {{strip chap1.ten total}} here.", "paragraph of its own"),
        ("{{latencies}}", "the shape is {{latencies chapter.experiment}} or"),
        ("{{latencies chap1.ten.one p99}}", "chapter.experiment.case"),
        ("Words around {{latencies chap1.ten}} here.", "paragraph of its own"),
        ("Words around {{timeline chap1.ten}} here.", "paragraph of its own"),
        ("Words around {{trace chap1.ten.one}} here.", "paragraph of its own"),
    ] {
        let found = of(directive);
        assert!(found.contains(hint), "{directive}: {found}");
    }
}

#[test]
fn numbers_typed_into_the_prose() {
    for number in [
        "3 s",
        "3s",
        "9.03 s",
        "250 ms",
        "12 µs",
        "12 us",
        "20 kB",
        "1,024 MB",
        "3.2 GB",
        "40 %",
        "40%",
        "116,000 requests/s",
        "five to 10 seconds",
        "a 3-second wait",
        "**3** s",
        "3\u{a0}s",
        "3&nbsp;s",
        "<b>3 s</b>",
        "[3 s](evidence.md)",
        "`code` 3 s",
    ] {
        let found = of(&format!("It takes {number} there."));
        assert!(found.contains("typed into the prose"), "{number}: {found}");
    }
    // At the end of a line, in HTML of the author's own, and further on in a footnote.
    for paragraph in [
        "It takes 3 s\nlater.",
        "<p>It takes 3 s.</p>",
        "It waits.[^1]\n\n[^1]: Why?\n\n    It takes 3 s.",
    ] {
        let found = Fixture::with(paragraph).refused();
        assert_eq!(found.len(), 1, "{paragraph}: {found:?}");
        assert!(found[0].contains("\"3 s\" is a number typed into the prose"), "{found:?}");
    }
}

#[test]
fn what_is_no_measured_number() {
    let fine = [
        "{{given 3 s}}",
        "`3 s`",
        "<!-- 3 s -->",
        "chapter 3",
        "in the 1990s",
        "HTTP/1.1",
        "10 requests",
        "version 1.2.3",
        "the 3 servers",
        "[words](https://example.org/3%20s)",
        "port 3000",
        "    3 s in indented code",
        "```text\n3 s\n```",
        "<https://example.org/3%25>",
        "E0277s",
    ];
    assert_eq!(Fixture::with(&fine.join("\n\n")).mistakes(), Vec::<String>::new());
}

#[test]
fn includes_that_mdbook_would_pass_over_in_silence() {
    for (directive, hint) in [
        ("{{#include ../../chapters/chap9.rs}}", "chapters/chap9.rs does not exist"),
        ("{{#include ../../chapters/chap1.rs:lop}}", "did you mean loop?"),
        ("{{#include ../../chapters/chap1.rs:90}}", "no line 90"),
        ("{{#includ ../../chapters/chap1.rs}}", "did you mean include?"),
        ("{{#rustdoc-include ../../chapters/chap1.rs}}", "did you mean rustdoc_include?"),
        // mdBook knows no part of a file there, and takes it for a file's name.
        ("{{#playground ../../chapters/chap1.rs:loop}}", "chap1.rs:loop does not exist"),
        ("{{#include}}", "names no file"),
        ("{{#include ../../chapters/chap1.rs", "not closed"),
    ] {
        let found = of(directive);
        assert!(found.contains(hint), "{directive}: {found}");
    }
}

#[test]
fn an_include_from_outside_the_project() {
    let fixture = Fixture::new();
    let outside = tempfile::NamedTempFile::new().expect("a file can be made");
    let page = fixture.root().join("book/en").canonicalize().expect("it is there");
    let up = "../".repeat(page.components().count() - 1);
    let path = outside.path().canonicalize().expect("it is there");
    let path = path.display().to_string();
    fixture.append(&format!("{{{{#include {up}{}}}}}", path.trim_start_matches('/')));
    let found = one(fixture.refused(), &format!("book/en/one.md:{}", Fixture::LINE));
    assert!(found.contains("lies outside the project"), "{found}");
}

#[test]
fn anchors_that_are_not_one_stretch() {
    let broken = |from: &str, to: &str| {
        let fixture = Fixture::new();
        fixture.replace("chapters/chap1.rs", from, to);
        only(&fixture, "book/en/one.md:12")
    };
    assert!(broken("// ANCHOR_END: loop", "").contains("has no ANCHOR_END"));
    assert!(broken("fn serve() {}\n", "").contains("nothing in the anchor"));
    assert!(broken("fn main", "// ANCHOR: loop\nfn main").contains("begins again"));
}

#[test]
fn claims_and_tests_that_miss_each_other() {
    let found = of("{{claim chap1.add-up}}");
    assert!(found.contains("runs no fn add_up (did you mean chap1.adds-up?)"), "{found}");

    let fixture = Fixture::new();
    fixture.replace("book/en/one.md", " {{claim chap1.adds-up}}", "");
    let found = only(&fixture, "tests/claims/chap1.rs:4");
    assert!(found.contains("no page cites this: {{claim chap1.adds-up}}"), "{found}");

    let fixture = Fixture::new();
    fixture.replace("tests/claims/chap1.rs", "\"chap1\": adds_up", "\"chap1\":");
    assert!(only(&fixture, "book/en/one.md:3").contains("has no test"));

    let fixture = Fixture::new();
    fixture.replace("tests/claims/chap1.rs", "/// One thread takes all the waits together.\n", "");
    assert!(only(&fixture, "book/en/one.md:3").contains("has no doc comment"));
}

#[test]
fn a_chapters_claims_may_stand_by_subject_in_a_folder() {
    let fixture = Fixture::new();
    let claims =
        fs::read_to_string(fixture.root().join("tests/claims/chap1.rs")).expect("it is there");
    let (list, functions) = claims.split_once("\n\n").expect("a list, and what it names");
    fixture.write("tests/claims/chap1.rs", list);
    fixture.write("tests/claims/chap1/sums.rs", functions);
    fixture.replace("book/en/one.md", " {{claim chap1.adds-up}}", "");
    let found = only(&fixture, "tests/claims/chap1/sums.rs:2");
    assert!(found.contains("no page cites this: {{claim chap1.adds-up}}"), "{found}");
}

#[test]
fn links_that_lead_nowhere() {
    let wrong = [
        ("[x](nowhere.md)", "leads to no file"),
        ("[x](evidence.md#chap9)", "leads to no heading"),
        ("[x](#nowhere)", "leads to no heading"),
        ("[x](../../Cargo.toml)", "leads out of the book"),
        ("[x](/one.md)", "site's root"),
        ("[x](http://example.org/)", "is not https"),
        ("[x](https://example)", "names no host"),
        ("[x](javascript:alert)", "should not hold"),
        ("![x](https://example.org/x.png)", "loaded from another host"),
    ];
    let links: Vec<&str> = wrong.iter().map(|(link, _)| *link).collect();
    let found = Fixture::with(&links.join("\n\n")).mistakes();
    assert_eq!(found.len(), wrong.len(), "{found:#?}");
    for (at, ((link, hint), found)) in wrong.iter().zip(&found).enumerate() {
        let place = format!("book/en/one.md:{}: ", Fixture::LINE + 2 * at);
        assert!(found.starts_with(&place) && found.contains(hint), "{link}: {found}");
    }
    let fine = "[x](https://example.org/a?b#c) [y](http://127.0.0.1:3000/) [z](one.md)";
    assert_eq!(Fixture::with(fine).mistakes(), Vec::<String>::new());
}

#[test]
fn a_record_that_is_cut_short() {
    let fixture = Fixture::new();
    let whole = record("ten", "one", 1);
    let (cut, _) = whole.split_once("{\"kind\":\"end").unwrap();
    fixture.write("book/runs/chap2.jsonl", cut);
    let last = cut.lines().count();
    let found = only(&fixture, &format!("book/runs/chap2.jsonl:{last}"));
    assert!(found.contains("cut short"), "{found}");
    assert!(!found.contains(&fixture.root().display().to_string()), "{found}");
}

#[test]
fn pages_and_the_summary_that_miss_each_other() {
    let fixture = Fixture::new();
    fixture.write("book/en/lost.md", "# Lost\n");
    assert!(only(&fixture, "book/en/lost.md").contains("not in SUMMARY.md"));

    let fixture = Fixture::new();
    fixture.remove("book/en/README.md");
    let found = fixture.mistakes();
    assert!(found[0].starts_with("book/en/SUMMARY.md: "), "{found:?}");
    assert!(found[0].contains("README.md"), "{found:?}");
}

#[test]
fn all_at_once_in_the_order_of_the_book() {
    let fixture = Fixture::with(
        "It takes 3 s. {{measured chap1.ten.on.total}}\n\n{{#include x}}\n\n[x](y.md)",
    );
    fixture.write("book/en/README.md", "# Preface\n\n{{mashine chap1}}\n");
    let found = fixture.mistakes();
    let places: Vec<&str> = found.iter().map(|line| line.split(": ").next().unwrap()).collect();
    let one = |line: usize| format!("book/en/one.md:{}", Fixture::LINE + line);
    let wanted = ["book/en/README.md:3".to_string(), one(0), one(0), one(2), one(4)];
    assert_eq!(places, wanted, "{found:#?}");
}
