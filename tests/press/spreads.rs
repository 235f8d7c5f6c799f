//! Repeats: how far they lie apart, for eyes and in a sentence.

use press::answer::so_far;
use scraper::Html;
use while_you_wait::record::{ABSENT, Fact, read};
use while_you_wait::views::names::Runs;

use crate::press::figures::{all, rows};
use tests::fixture::{Fixture, due, record, repeats};

/// Three runs of one request each; `None` where it got no answer.
fn three(experiment: &str, latencies: [Option<u64>; 3]) -> String {
    repeats(&latencies.map(|latency| due(experiment, "one", 10, &[latency])))
}

fn page(directive: &str) -> Html {
    let fixture = Fixture::with(directive);
    let ours = three("by-ours", [Some(3_000), Some(1_000), Some(2_000)]);
    let other = three("by-other", [Some(2_500), None, Some(4_000)]);
    fixture.write("book/runs/chap2.jsonl", &(ours + &other));
    Html::parse_document(&fixture.html("one.html"))
}

#[test]
fn a_strip_has_a_dot_for_every_repeat() {
    let html = page("{{strip chap2.by-ours.one chap2.by-other.one p50}}");
    let html = Html::parse_fragment(&all(&html, ".figure")[1].html());
    let texts = |selector: &str| -> Vec<String> {
        all(&html, selector).iter().map(|el| el.text().collect()).collect()
    };
    let places = |selector: &str, attribute: &str| -> Vec<String> {
        all(&html, selector).iter().map(|el| el.attr(attribute).unwrap().to_string()).collect()
    };
    let title = "median latency in each run, chap2: by-ours.one, by-other.one";
    assert_eq!(texts("figure > svg > title"), [title]);
    let told = "by-ours.one: median 2.00 ms, 1.00–3.00 ms, in 3 runs. \
                by-other.one: median 2.50 ms, 2.50–4.00 ms, 1 of 3 without, in 3 runs.";
    assert_eq!(texts("figure > svg > desc"), [told]);
    assert_eq!(texts(".case"), ["by-ours", "by-other"]);
    assert_eq!(texts(".total"), ["2.00 ms", "2.50 ms"]);
    assert_eq!(texts(".note"), ["not measured in 1 of 3 runs"]);
    assert_eq!(texts(".axis text"), ["0", "1 ms", "2 ms", "3 ms", "4 ms", "median latency"]);
    assert_eq!(
        places("figure > svg .repeats circle", "cx"),
        ["73.892%", "24.631%", "49.261%", "61.576%", "98.522%"],
        "on one axis, from 0"
    );
    assert_eq!(places("figure > svg line.median", "x1"), ["49.261%", "61.576%"]);
    assert_eq!(places("figure > svg .range", "width"), ["49.261%", "36.946%"]);
    let caption = texts("figcaption").concat();
    let part = "chap2 (by-ours.one, by-other.one), 3 runs of each: median latency.";
    assert!(caption.contains(part), "{caption}");
    assert_eq!(
        rows(&html, "details tbody tr"),
        [
            ["by-ours.one", "1", "3.00 ms"],
            ["by-ours.one", "2", "1.00 ms"],
            ["by-ours.one", "3", "2.00 ms"],
            ["by-other.one", "1", "2.50 ms"],
            ["by-other.one", "2", "not measured"],
            ["by-other.one", "3", "4.00 ms"],
        ]
    );
}

#[test]
fn an_axis_has_the_unit_that_fits_its_end() {
    for (greatest, labels) in [
        (900, ["500 B"].as_slice()),
        (4_000, &["1 kB", "2 kB", "3 kB", "4 kB"]),
        (40_000_000, &["10 MB", "20 MB", "30 MB", "40 MB"]),
        (4_000_000_000u64, &["1 GB", "2 GB", "3 GB", "4 GB"]),
        (4_000_000_000_000, &["1,000 GB", "2,000 GB", "3,000 GB", "4,000 GB"]),
    ] {
        let fixture = Fixture::with("{{strip chap1.ten.one rss-peak}}");
        let run = record("ten", "one", 1).replace("null,\"unit\"", &format!("{greatest},\"unit\""));
        fixture.write("book/runs/chap1.jsonl", &(run + &record("ten", "many", 2)));
        let html = Html::parse_document(&fixture.html("one.html"));
        let figure = Html::parse_fragment(&all(&html, ".figure")[1].html());
        let said: Vec<String> =
            all(&figure, ".axis text").iter().map(|el| el.text().collect()).collect();
        assert_eq!(said[1..said.len() - 1], *labels, "{said:?}");
    }
}

#[test]
fn a_strip_has_one_unit() {
    let fixture = Fixture::with("{{strip chap1.ten.one chap1.else.one rss-peak}}");
    let bytes = record("ten", "one", 1).replace("null,\"unit\"", "5,\"unit\"");
    let count = bytes.replace("\"bytes\"", "\"count\"").replace("\"ten\"", "\"else\"");
    let records = [bytes, record("ten", "many", 2), count].concat();
    fixture.write("book/runs/chap1.jsonl", &records);
    let found = fixture.refused();
    let why = "chap1.else.one.rss-peak has another unit than those before it";
    assert!(found[0].starts_with("book/en/one.md:17: ") && found[0].contains(why), "{found:?}");
}

#[test]
fn a_spread_is_shown_with_its_unit_and_its_name() {
    let html = page("Between {{spread chap2.by-ours.one.p50}}.");
    let shown = all(&html, "span.measured[title='chap2.by-ours.one.p50, 3 runs']");
    assert_eq!(shown[0].text().collect::<String>(), "1.00–3.00 ms");
}

#[test]
fn what_has_no_spread_says_why() {
    let fixture = Fixture::new();
    let same = three("same", [Some(2_000), Some(2_001), None]);
    fixture.write("book/runs/chap2.jsonl", &same);
    for (name, why) in [
        ("chap1.ten.one.total", "was run once, and one run has no spread"),
        ("chap2.same.one.p50", "is 2.00 ms in every run that measured it"),
        ("chap1.ten.one.totl", "did you mean total?"),
        ("chap1.ten.on.total", "did you mean chap1.ten.one?"),
    ] {
        fixture.append(&format!("Between {{{{spread {name}}}}}."));
        let found = fixture.refused();
        assert!(found[0].starts_with("book/en/one.md:17: ") && found[0].contains(why), "{found:?}");
    }
}

/// Of a reader who has not all that the book was recorded with.
#[test]
fn who_was_not_there_to_be_run_keeps_nobody_else_out_of_a_strip() {
    let both = three("by-ours", [Some(1_000); 3]) + &three("by-absent", [Some(1_000); 3]);
    let strip = "strip chap2.by-ours.one chap2.by-absent.one p50".parse().expect("a figure");
    let mut runs = read(&both).expect("a record");
    runs.truncate(4);
    let absent = runs.last_mut().expect("the first of the other's");
    absent.facts = vec![Fact::text(ABSENT, "it is not installed")];
    absent.samples.clear();
    let figure = |runs| so_far(&Runs::so_far(runs), &strip).expect("it can be drawn");
    let drawn = figure(runs.clone()).expect("there is something to draw");
    assert!(drawn.contains("by-ours") && !drawn.contains("by-absent"), "{drawn}");
    assert_eq!(figure(runs.split_off(3)), None, "of nobody there is no figure");
}
