//! What a figure tells the script that plays it: when all is over, and what is counted meanwhile.

use scraper::{ElementRef, Html};
use tests::fixture::{Fixture, due, header, traced, watched};

use crate::press::figures::all;

/// The last figure of a page that ends with this directive.
fn figure(records: &str, directive: &str) -> Html {
    let fixture = Fixture::with(directive);
    fixture.write("book/runs/chap2.jsonl", records);
    let html = Html::parse_document(&fixture.html("one.html"));
    let last = all(&html, ".figure > figure").last().expect("a figure").html();
    Html::parse_fragment(&last)
}

fn svg(html: &Html) -> ElementRef<'_> {
    all(html, "figure > svg")[0]
}

fn tallies(html: &Html) -> Vec<String> {
    let panels = all(html, "figure > svg > svg");
    panels.iter().map(|panel| panel.attr("data-tally").unwrap_or_default().to_string()).collect()
}

/// The number of a tally at the end of the run.
fn at_last(tally: &str, class: &str) -> Option<u64> {
    let steps = tally.split(';').find(|one| one.starts_with(&format!("{class}:")))?;
    steps.rsplit(' ').next()?.parse().ok()
}

#[test]
fn a_drawing_says_when_all_is_over_and_where_its_axis_ends() {
    let html = figure("", "{{timeline chap1.ten}}");
    let of = |name: &str| svg(&html).attr(name).unwrap().parse::<f64>().unwrap();
    assert_eq!(of("data-over"), 2_000_790.0, "the longer of the two runs");
    assert!((of("data-end") - 2_000_790.0 * 1.015).abs() < 1.0);
    let panels = all(&html, "figure > svg > svg");
    let names: Vec<&str> = panels.iter().filter_map(|panel| panel.attr("data-of")).collect();
    assert_eq!(names, ["chap1.ten.one", "chap1.ten.many"]);
}

#[test]
fn requests_are_counted_where_they_are() {
    let html = figure("", "{{timeline chap1.ten}}");
    let found = tallies(&html);
    // One worker: the second queues until the first is done, at half of a run and its margin.
    assert!(found[0].starts_with("waiting:queueing:0 1,493 0;"), "{}", found[0]);
    assert!(found[0].contains(";served:being served:1 1,"), "never two at once: {}", found[0]);
    assert!(found[0].contains(";workers:worker|workers:1 1,"), "{}", found[0]);
    assert!(found[0].ends_with(";done:done:493 1,986 2"), "{}", found[0]);
    // Two workers: both are served at once.
    assert!(found[1].contains(";served:being served:1 2,493 0;"), "{}", found[1]);
    assert!(found[1].contains(";workers:worker|workers:1 2,493 0;"), "{}", found[1]);
}

#[test]
fn one_worker_that_holds_many_is_one() {
    let mut text = header("chap2", "held", "one", 2);
    text += "\n[0,0,200,250,1000400,1000450,1000000,\"1\",\"ok\"]";
    text += "\n[1,10,210,260,1000500,1000550,1000000,\"1\",\"ok\"]";
    text += "\n{\"kind\":\"end\",\"at\":1000700}\n";
    let found = tallies(&figure(&text, "{{timeline chap2.held}}")).concat();
    assert!(found.contains("served:being served:1 2,"), "{found}");
    assert!(found.contains("workers:worker|workers:1 1,"), "{found}");
}

#[test]
fn a_crowd_is_told_in_hundredths_and_ends_right() {
    let mut text = header("chap2", "many", "one", 1000);
    for n in 0..1000 {
        let (sent, done) = (100 + n * 370, 1_000_000 + n * 910);
        text += &format!("\n[{n},0,50,{sent},{done},{done},500,\"1\",\"ok\"]");
    }
    text += "\n{\"kind\":\"end\",\"at\":2000000}\n";
    let found = tallies(&figure(&text, "{{timeline chap2.many}}")).concat();
    assert_eq!(at_last(&found, "done"), Some(1000), "{found}");
    assert_eq!(at_last(&found, "waiting"), Some(0), "{found}");
    assert!(found.len() < 4000, "{} bytes", found.len());
}

#[test]
fn who_failed_is_counted_apart_and_what_never_happens_is_not_told() {
    let mut text = header("chap2", "bad", "one", 1);
    text += "\n[0,0,200,250,null,900000,null,null,\"reset\"]\n{\"kind\":\"end\",\"at\":900100}\n";
    let found = tallies(&figure(&text, "{{timeline chap2.bad}}")).concat();
    assert_eq!(at_last(&found, "failed"), Some(1), "{found}");
    for never in ["done:", "served:", "hung-up:", "receiving:"] {
        assert!(!found.contains(never), "{found}");
    }
}

#[test]
fn tasks_connections_and_answers_are_counted_too() {
    let found = tallies(&figure(&traced("told", 3), "{{trace chap2.told.one}}")).concat();
    assert_eq!(at_last(&found, "polling"), Some(6), "two polls each: {found}");
    assert_eq!(at_last(&found, "done"), Some(3), "{found}");

    let html = figure(&watched("few", 2, 5), "{{served chap2.few}}");
    assert_eq!(at_last(&tallies(&html).concat(), "done"), Some(10));

    let latencies: Vec<_> = (0..30).map(|n| (n % 10 != 9).then_some(5000)).collect();
    let html = figure(&due("open", "one", 10_000, &latencies), "{{latencies chap2.open}}");
    let found = tallies(&html).concat();
    assert_eq!(at_last(&found, "done"), Some(27), "{found}");
    assert_eq!(at_last(&found, "failed"), Some(3), "{found}");
    let upright = all(&html, "figure > svg > svg")[0].attr("data-upright").unwrap();
    assert!(upright.starts_with("linear 0 166.0 "), "below the band of crosses: {upright}");
}

#[test]
fn where_no_time_passes_nothing_can_be_played() {
    let html = figure("", "{{strip chap1.ten total}}");
    assert!(svg(&html).attr("data-over").is_none());
    assert_eq!(tallies(&html).concat(), "");
}
