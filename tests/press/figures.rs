//! Figures: what they draw is what was recorded, for eyes and for tables.

use scraper::{ElementRef, Html, Selector};
use while_you_wait::record::read;
use while_you_wait::timeline::in_flight;

use crate::fixture::{Fixture, header};

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).expect("a selector")).collect()
}

fn rows(html: &Html, selector: &str) -> Vec<Vec<String>> {
    let cells = |row: ElementRef| row.child_elements().map(|cell| cell.text().collect()).collect();
    all(html, selector).into_iter().map(cells).collect()
}

#[test]
fn a_timeline_draws_every_stretch_and_lists_every_request() {
    let html = Html::parse_document(&Fixture::new().html("one.html"));
    let svg = all(&html, "figure > svg");
    assert_eq!(svg.len(), 1, "all cases are in one drawing");
    assert_eq!(svg[0].attr("role"), Some("img"));
    let title: String = all(&html, "figure > svg > title")[0].text().collect();
    assert_eq!(title, "Who waited when, chap1.ten: one, many");
    let told: String = all(&html, "figure > svg > desc")[0].text().collect();
    assert!(
        told.contains("one: 2 requests over 2.00 s, 2 ok; at most 2 in flight and 1 being served"),
        "{told}"
    );
    assert_eq!(all(&html, "figure > svg .served rect").len(), 4);
    let words: Vec<String> =
        all(&html, ".legend li").iter().map(|li| li.text().collect()).collect();
    assert_eq!(words, [" queueing", " being served"], "only what can be seen");
    let data = rows(&html, ".figure details tbody tr");
    assert_eq!(data.len(), 4);
    let second = ["1", "0.010", "0.210", "0.260", "2000.700", "2000.750", "1000.000", "ok"];
    assert_eq!(data[1], second);
}

#[test]
fn one_axis_for_all_cases() {
    let html = Html::parse_document(&Fixture::new().html("one.html"));
    let width = |bar: &ElementRef| -> f64 {
        bar.attr("width").unwrap().trim_end_matches('%').parse().unwrap()
    };
    let bars = all(&html, "figure > svg .served rect");
    // Each handler ran for one second, in either case.
    assert!(bars.iter().all(|bar| (width(bar) - width(&bars[0])).abs() < 0.01));
    assert!((40.0..50.0).contains(&width(&bars[0])), "half of two seconds");
}

#[test]
fn the_caption_says_where_the_run_comes_from() {
    let html = Html::parse_document(&Fixture::new().html("one.html"));
    let caption: String = all(&html, "figcaption")[0].text().collect();
    for part in ["chap1.ten", "Linux 6.18.0", "2026-11-22", "cargo run --example chap1 -- --full"] {
        assert!(caption.contains(part), "{caption}");
    }
}

#[test]
fn a_failed_request_is_seen_and_named() {
    let fixture = Fixture::new();
    let mut text = header("chap2", "bad", "one", 1);
    text += "\n[0,0,200,250,null,900000,null,null,\"reset\"]\n{\"kind\":\"end\",\"at\":900100}\n";
    fixture.write("book/runs/chap2.jsonl", &text);
    fixture.append("{{timeline chap2.bad.one}}");
    let html = Html::parse_document(&fixture.html("one.html"));
    assert_eq!(all(&html, "svg .failed .cross").len(), 1);
    let data = rows(&html, ".figure details tbody tr");
    assert_eq!(
        data.last().unwrap(),
        &["0", "0.000", "0.200", "0.250", "–", "900.000", "–", "reset"]
    );
}

#[test]
fn a_run_of_many_lanes_is_a_curve_of_recorded_points() {
    let fixture = Fixture::new();
    let mut text = header("chap2", "many", "one", 1000);
    for n in 0..1000 {
        let (sent, done) = (100 + n * 37, 1_000_000 + n * 91);
        text += &format!("\n[{n},0,50,{sent},{done},{done},500,\"1\",\"ok\"]");
    }
    text += "\n{\"kind\":\"end\",\"at\":2000000}\n";
    fixture.write("book/runs/chap2.jsonl", &text);
    fixture.append("{{timeline chap2.many}}");
    let html = Html::parse_document(&fixture.html("one.html"));
    assert_eq!(all(&html, "svg .curve path").len(), 1);
    let data = rows(&html, ".figure details table.data:last-of-type tbody tr");
    let shown: Vec<(String, String)> = data
        .into_iter()
        .filter(|row| row.len() == 2)
        .map(|row| (row[0].clone(), row[1].replace(',', "")))
        .collect();
    assert!((50..=200).contains(&shown.len()), "{} points", shown.len());
    let recorded: Vec<(String, String)> = in_flight(&read(&text).unwrap()[0])
        .into_iter()
        .map(|(at, height)| (format!("{}.{:03}", at / 1000, at % 1000), height.to_string()))
        .collect();
    assert!(shown.iter().all(|point| recorded.contains(point)), "a point was invented");
    assert!(shown.iter().any(|(_, height)| height == "1000"), "the peak is kept");
}
