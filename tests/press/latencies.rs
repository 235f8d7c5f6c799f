//! Latencies: a dot for every request that was answered, a cross for every other.

use std::collections::BTreeSet;

use scraper::Html;

use crate::press::figures::{all, rows};
use tests::fixture::{Fixture, due, header};

fn page(directive: &str, records: &[String]) -> Html {
    let fixture = Fixture::with(directive);
    fixture.write("book/runs/chap2.jsonl", &records.concat());
    Html::parse_document(&fixture.html("one.html"))
}

fn texts(html: &Html, selector: &str) -> Vec<String> {
    all(html, selector).iter().map(|el| el.text().collect()).collect()
}

/// The dots of each panel, in half pixels.
fn dots(html: &Html) -> Vec<Vec<(u32, u32)>> {
    // Each begins where the one before lies.
    let read = |d: &str| -> Vec<(u32, u32)> {
        let mut at = (0, 0);
        let mut next = |dot: &str| {
            let dot = dot.strip_suffix("h0").expect("a dot").replace('-', " -");
            let mut by = dot.split_whitespace().map(|by| by.parse::<i32>().expect("a step"));
            at = (at.0 + by.next().expect("x"), at.1 + by.next().expect("y"));
            (at.0 as u32, at.1 as u32)
        };
        d.split('m').skip(1).map(&mut next).collect()
    };
    all(html, ".dots path").iter().map(|path| read(path.attr("d").unwrap())).collect()
}

#[test]
fn every_request_is_a_dot_or_a_cross() {
    // A stalling server: one request in ten of two seconds, and the last of them never answered.
    let mut slow: Vec<Option<u64>> = [20_000; 100].map(Some).to_vec();
    (0..10).for_each(|n| slow[n * 10] = Some(2_000_000));
    let quick = due("closed", "slow", 30_000, &slow);
    slow[99] = None;
    let open = due("open", "slow", 30_000, &slow);
    let html = page("{{latencies chap2.closed.slow chap2.open.slow}}", &[quick, open]);

    let svg = all(&html, "figure:has(.dots) > svg");
    assert_eq!(svg.len(), 1, "both are in one drawing");
    let of = |selector: &str| texts(&html, &format!("figure:has(.dots) {selector}"));
    let title = "How long requests took, by when they were due, chap2: closed.slow, open.slow";
    assert_eq!(of("> svg > title"), [title]);
    assert_eq!(of(".case"), ["closed", "open"], "what differs");
    assert_eq!(of(".total"), ["p50 20.0 ms · p99 2.00 s"; 2]);
    assert_eq!(of(".note"), ["99 ok, 1 timed-out"]);
    assert_eq!(of(".legend li").len(), 3);

    let dots = dots(&html);
    assert_eq!(dots.iter().map(Vec::len).collect::<Vec<_>>(), [100, 99]);
    assert_eq!(all(&html, ".dots ~ .failed .cross").len(), 1);
    // The floor is as deep as the drawing, also below a band of crosses.
    let depths = |selector: &str, of: &str| -> Vec<u32> {
        all(&html, &format!("figure:has(.dots) > svg {selector}"))
            .iter()
            .map(|el| el.attr(of).expect("it says").parse().expect("pixels"))
            .collect()
    };
    let panels = depths("> svg:has(> .dots)", "height");
    assert_eq!(panels, depths(".floor", "y2"));
    assert!(panels[1] > panels[0], "{panels:?}");
    // 1.5 % of room: two seconds lie that far below the top, and one request a hundredth of them.
    assert_eq!(dots[0][0], (0, 4));
    assert_eq!(dots[0][1].1, 297);
    // The last was due after 2.97 s, and the one that ended last did so after 4.7 s.
    assert_eq!(dots[0][99].0, (1400.0 * 2.97f64 / (4.7 * 1.015)).round() as u32);
    assert_eq!(dots[0][..99], dots[1][..], "on one axis");
    assert_eq!(of(".scale text"), [["0.5 s", "1 s", "1.5 s", "2 s"]; 2].concat());
    assert_eq!(all(&html, "line.p99").len(), 2 + 1, "one a panel, and the legend's");
}

#[test]
fn the_numbers_are_of_slices_of_the_time() {
    let record =
        due("open", "one", 10_000, &[&[Some(5_000); 30][..], &[None], &[Some(7_000)]].concat());
    let html = page("{{latencies chap2.open}}", &[record]);
    let caption = texts(&html, ".figure:has(.dots) table.data caption").concat();
    assert!(
        caption.starts_with("one: requests that were due in each 500 ms of the run"),
        "{caption}"
    );
    let shown = rows(&html, ".figure:has(.dots) details tbody tr");
    assert_eq!(
        shown,
        [
            ["0.000", "32", "5.000", "no answer", "no answer"],
            ["500.000", "0", "–", "–", "–"],
            ["1000.000", "0", "–", "–", "–"],
        ]
    );
    // The quantile falls on the request that was given up, so there is no line to draw.
    assert_eq!(texts(&html, ".figure:has(.dots) .total"), ["p50 5.00 ms · p99 no answer"]);
    assert_eq!(all(&html, "line.p99").len(), 0);
}

#[test]
fn of_very_many_requests_only_those_that_would_be_hidden_are_left_out() {
    let latency = |n: u64| Some(if n % 100 == 7 { 90_000 } else { 1_000 });
    let many: Vec<_> = (0..6000).map(latency).collect();
    let few = page("{{latencies chap2.open}}", &[due("open", "one", 1000, &many[..2000])]);
    assert_eq!(dots(&few)[0].len(), 2000, "as many as there is room for");
    assert!(!texts(&few, "figcaption").concat().contains("left out"));
    let html = page("{{latencies chap2.open}}", &[due("open", "one", 1000, &many)]);
    let dots = &dots(&html)[0];
    let cells: BTreeSet<_> = dots.iter().copied().collect();
    assert_eq!(cells.len(), dots.len(), "each in a cell of its own");
    assert_eq!(dots.iter().filter(|(_, y)| *y < 10).count(), 60, "every slow one is seen");
    assert!((1300..1500).contains(&dots.len()), "{} dots", dots.len());
    assert!(texts(&html, "figcaption").concat().contains("would lie on another is left out"));
}

#[test]
fn a_run_that_kept_no_request_has_no_latencies_to_draw() {
    let fixture = Fixture::with("{{latencies chap2.open.one}}");
    let record = header("chap2", "open", "one", 0) + "\n{\"kind\":\"end\",\"at\":900100}\n";
    fixture.write("book/runs/chap2.jsonl", &record);
    let found = fixture.refused();
    let why = "book/en/one.md:17: chap2.open.one kept no request by itself, so there is no dot";
    assert!(found[0].starts_with(why), "{found:?}");
}

#[test]
fn where_one_head_leaves_no_room_all_have_their_lengths_below() {
    let few = [Some(2_000); 3];
    let long = due("open", "a-case-of-so-many-words", 1000, &few);
    let html = page("{{latencies chap2.open}}", &[due("open", "one", 1000, &few), long]);
    let of = |selector: &str| texts(&html, &format!("figure:has(.dots) {selector}"));
    assert_eq!(of(".total").len(), 0);
    assert_eq!(of(".note"), ["p50 2.00 ms · p99 2.00 ms"; 2]);
}
