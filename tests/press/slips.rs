//! One slip of an author is one mistake, at its line, and never a panic or a hundred mistakes.

use std::time::{Duration, Instant};

use tests::fixture::{Fixture, record};

fn one(fixture: &Fixture, at: &str) -> String {
    let found = fixture.mistakes();
    assert_eq!(found.len(), 1, "not one mistake at {at}: {found:#?}");
    assert!(found[0].starts_with(&format!("{at}: ")), "{} is not at {at}", found[0]);
    assert_eq!(fixture.refused(), found, "a build refuses it for the same reason");
    found[0].clone()
}

fn line(nth: usize) -> String {
    format!("book/en/one.md:{}", Fixture::LINE + nth)
}

#[test]
fn directives_that_overlap() {
    for (paragraph, why) in [
        ("It waits {{given 3 s} and takes {{measured chap1.ten.one.total}}.", "opens a directive"),
        ("{{given {{given 3 s}} }}", "opens a directive"),
        ("{{measured {{claim chap1.adds-up}}.", "opens a directive"),
        ("It waits {{given a `b}} or {{c` there.", "a directive and code overlap"),
    ] {
        let found = one(&Fixture::with(paragraph), &line(0));
        assert!(found.contains(why), "{paragraph}: {found}");
    }
}

#[test]
fn evidence_that_does_not_stand_alone_or_is_missing() {
    let claims = |fixture: &Fixture| fixture.append(&"{{claim chap1.adds-up}} ".repeat(20));
    let fixture = Fixture::new();
    claims(&fixture);
    fixture.replace("book/en/evidence.md", "{{evidence}}", "All of it: {{evidence}}");
    let found = one(&fixture, "book/en/evidence.md:3");
    assert!(found.contains("a paragraph of its own"), "{found}");

    let fixture = Fixture::new();
    claims(&fixture);
    fixture.replace("book/en/evidence.md", "{{evidence}}", "## Chapter 1 {#chap1}");
    let found = one(&fixture, "book/en/one.md:3");
    assert!(found.contains("no page holds {{evidence}}"), "{found}");
}

/// That the test it means is cited nowhere else is no second mistake.
#[test]
fn a_claim_whose_name_is_mistyped() {
    let fixture = Fixture::new();
    fixture.replace("book/en/one.md", "{{claim chap1.adds-up}}", "{{claim chap1.add-sup}}");
    let found = fixture.mistakes();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("book/en/one.md:3: "), "{found:#?}");
    assert!(found[0].contains("did you mean chap1.adds-up?"), "{found:#?}");
    // A name that is near none leaves the test uncited, and each is said.
    fixture.replace("book/en/one.md", "{{claim chap1.add-sup}}", "{{claim chap1.elsewhere}}");
    let found = fixture.mistakes();
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[1].contains("no page cites this: {{claim chap1.adds-up}}"), "{found:#?}");
}

/// Of 1,000 requests a table counts 999: which one is missing, a reader cannot see.
#[test]
fn a_table_whose_columns_leave_requests_out() {
    let fixture = Fixture::new();
    let two = record("ten", "many", 2);
    let runs = record("ten", "one", 1) + &two.replace("\"2\",\"ok\"]", "\"2\",\"status-503\"]");
    fixture.write("book/runs/chap1.jsonl", &runs);
    for columns in ["ok", "ok reset refused", "total reset ok p50"] {
        fixture.append(&format!("{{{{table chap1.ten {columns}}}}}"));
        let found = one(&fixture, &line(0));
        assert!(found.contains("1 of the requests of chap1.ten.many are in none"), "{found}");
    }
    for columns in ["ok failed", "ok reset failed", "ok status-503", "failed", "total p50"] {
        fixture.append(&format!("{{{{table chap1.ten {columns}}}}}"));
        assert_eq!(fixture.mistakes(), Vec::<String>::new(), "{columns}");
    }
}

#[test]
fn a_record_that_is_refused_is_not_reported_for_each_of_its_numbers() {
    let fixture = Fixture::new();
    let whole = record("ten", "one", 1);
    fixture.write("book/runs/chap1.jsonl", whole.split_once("{\"kind\":\"end").unwrap().0);
    fixture.append(&"{{measured chap1.ten.one.total}} ".repeat(20));
    let found = one(&fixture, "book/runs/chap1.jsonl:5");
    assert!(found.contains("cut short"), "{found}");
    // Another chapter's numbers are none of that.
    fixture.append("{{measured chap2.ten.one.total}}");
    assert_eq!(fixture.mistakes().len(), 2);
}

#[test]
fn a_page_that_left_the_summary_is_not_reported_for_each_of_its_claims() {
    let fixture = Fixture::new();
    fixture.replace("book/en/SUMMARY.md", "- [One](one.md)\n", "");
    let found = fixture.mistakes();
    assert_eq!(found, ["book/en/one.md: this page is not in SUMMARY.md"]);
}

#[test]
fn a_summary_that_names_what_is_no_page_of_the_book() {
    let outside = tempfile::NamedTempFile::with_suffix(".md").expect("a file can be made");
    for stray in [outside.path().to_str().expect("a plain path"), "../one.md", "x/../../one.md"] {
        let fixture = Fixture::new();
        fixture.write("book/one.md", "# One\n");
        fixture.replace(
            "book/en/SUMMARY.md",
            "(one.md)\n",
            &format!("(one.md)\n- [Two]({stray})\n"),
        );
        let found = one(&fixture, "book/en/SUMMARY.md:5");
        assert!(found.contains("is no page of the book"), "{found}");
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_of_the_book_or_in_a_circle() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::NamedTempFile::new().expect("a file can be made");
    for (to, why) in [
        (outside.path().to_path_buf(), "leads out of the book"),
        ("../../book.toml".into(), "leads out of the book"),
        ("nowhere".into(), "leads nowhere"),
        (".".into(), "a folder that it lies in"),
        ("..".into(), "a folder that it lies in"),
    ] {
        let fixture = Fixture::new();
        symlink(&to, fixture.root().join("book/en/link")).expect("a link can be made");
        let found = one(&fixture, "book/en/link");
        assert!(found.contains(why), "{found}");
    }
    // Also one that a good link leads to.
    let fixture = Fixture::new();
    symlink("../runs", fixture.root().join("book/en/runs")).expect("a link can be made");
    assert_eq!(fixture.mistakes(), Vec::<String>::new());
    symlink(outside.path(), fixture.root().join("book/runs/link")).expect("a link can be made");
    assert!(one(&fixture, "book/en/runs/link").contains("leads out of the book"));
}

#[test]
fn ranges_of_lines_that_are_none() {
    for (range, why) in [
        ("4:2", "the lines 4:2 run backwards; 2:4 would be right"),
        ("0", "there is no line 0"),
        ("0:2", "there is no line 0"),
        ("2:99", "no line 99"),
        ("99999999999999999999999", "there is no line 99999999999999999999999"),
        ("1:2:3", "a range is of two lines"),
    ] {
        let include = format!("```text\n{{{{#include ../../chapters/chap1.rs:{range}}}}}\n```");
        let found = one(&Fixture::with(&include), &line(1));
        assert!(found.contains(why), "{range}: {found}");
    }
    for range in ["2", "2:", ":2", "2:4", "2:2", ":", ""] {
        let include = format!("```text\n{{{{#include ../../chapters/chap1.rs:{range}}}}}\n```");
        assert_eq!(Fixture::with(&include).mistakes(), Vec::<String>::new(), "{range}");
    }
}

#[test]
fn a_book_toml_that_cannot_be_read_is_named() {
    let fixture = Fixture::new();
    fixture.replace("book.toml", "[book]", "[book");
    let found = one(&fixture, "book.toml");
    assert!(found.contains("line 1"), "{found}");
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn a_word_of_ten_thousand_letters_takes_no_time() {
    let word = "x".repeat(10_000);
    let names: Vec<String> = (0..200).map(|n| record("ten", &format!("case-{n}"), 1)).collect();
    let fixture = Fixture::new();
    fixture.write("book/runs/chap2.jsonl", &names.concat().replace("\"chap1\"", "\"chap2\""));
    let took = |directive: &str| {
        fixture.append(directive);
        let begun = Instant::now();
        assert_eq!(fixture.refused().len(), 1, "{directive:.40}");
        begun.elapsed()
    };
    let short = took("{{measured chap2.ten.x.total}}");
    let long = took(&format!("{{{{measured chap2.ten.{word}.total}}}}"));
    let as_metric = took(&format!("{{{{measured chap2.ten.case-1.{word}}}}}"));
    let as_word = took(&format!("{{{{{word}}}}}"));
    for long in [long, as_metric, as_word] {
        assert!(long < 3 * short + Duration::from_secs(1), "{long:?} and not {short:?}");
    }
}
