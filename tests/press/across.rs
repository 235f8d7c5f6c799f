//! A table across experiments, whose cases need not be the same.

use scraper::Html;

use crate::press::figures::{all, rows};
use tests::fixture::{Fixture, due};

fn fixture(directive: &str) -> Fixture {
    let fixture = Fixture::with(directive);
    let record = [
        due("few", "one", 10, &[Some(1_000)]),
        due("few", "two", 10, &[Some(2_000)]),
        due("more", "two", 10, &[Some(4_000), None]),
        due("more", "three", 10, &[Some(3_000), Some(5_000)]),
    ];
    fixture.write("book/runs/chap2.jsonl", &record.concat());
    fixture
}

#[test]
fn every_case_of_any_experiment_has_a_row() {
    let fixture = fixture("{{across chap2 few.p50 more.ok more.max}}");
    let html = Html::parse_document(&fixture.html("one.html"));
    let tables = all(&html, ".measured-table");
    let table = Html::parse_fragment(&tables.last().unwrap().html());
    let heads: Vec<String> =
        all(&table, "thead th").iter().map(|head| head.text().collect()).collect();
    assert_eq!(heads, ["few", "more", "case", "median latency", "answered", "longest latency"]);
    let spans: Vec<&str> =
        all(&table, "thead th[colspan]").iter().filter_map(|head| head.attr("colspan")).collect();
    assert_eq!(spans, ["1", "2"]);
    assert_eq!(
        rows(&table, "tbody tr"),
        [
            ["one", "1.00 ms", "–", "–"],
            ["two", "2.00 ms", "1", "not measured"],
            ["three", "–", "2", "5.00 ms"],
        ]
    );
}

#[test]
fn what_it_cannot_answer_is_a_mistake() {
    for (asked, why) in [
        ("chap2", "a table needs at least one number; the shape is {{across chapter"),
        ("chap2 few", "a name here is experiment.metric"),
        ("chap2 fow.p50", "no experiment is called chap2.fow"),
        ("chap2 few.p51", "no metric, fact or outcome is called \"p51\""),
    ] {
        let found = fixture(&format!("{{{{across {asked}}}}}")).mistakes();
        assert!(found.iter().any(|found| found.contains(why)), "{asked}: {found:?}");
    }
}
