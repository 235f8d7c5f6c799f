//! Sweeps: what was answered, and how fast, by what was offered.

use scraper::Html;

use crate::press::figures::{all, rows};
use tests::fixture::{Fixture, due, offered};

fn page(records: &[String]) -> Html {
    let fixture = Fixture::with("{{saturation chap2.offered.one}}");
    fixture.write("book/runs/chap2.jsonl", &records.concat());
    let html = Html::parse_document(&fixture.html("one.html"));
    Html::parse_fragment(&all(&html, ".figure")[1].html())
}

fn texts(html: &Html, selector: &str) -> Vec<String> {
    all(html, selector).iter().map(|el| el.text().collect()).collect()
}

#[test]
fn each_rate_is_a_step_with_its_spread() {
    // In the order of their numbers, wherever they stand in the record.
    let html = page(&[
        offered(100, 20_000, Some(900_000)),
        offered(20, 2_000, Some(4_000)),
        offered(50, 2_000, Some(50_000)),
    ]);
    assert_eq!(
        rows(&html, "details tbody tr"),
        [
            ["20.0", "21.8 (21.8–22.0)", "2.00 ms (2.00–4.00 ms)", "4.00 ms (4.00–8.00 ms)"],
            ["50.0", "35.7 (35.7–43.5)", "2.00 ms (2.00–4.00 ms)", "50.0 ms (50.0–100 ms)"],
            ["100", "5.29 (5.29–10.1)", "20.0 ms (20.0–40.0 ms)", "900 ms (900 ms–1.80 s)"],
        ]
    );
    assert_eq!(texts(&html, ".case"), ["answered per second", "latency"]);
    assert_eq!(all(&html, "figure > svg .p50 circle").len(), 3 + 3);
    assert_eq!(all(&html, "figure > svg .p99 circle").len(), 3);
    assert_eq!(all(&html, "figure > svg .joined").len(), 2 + 2 + 2);
    assert_eq!(all(&html, "figure > svg .p99 .joined[stroke-dasharray]").len(), 2);
    assert_eq!(all(&html, "figure > svg .whisker").len(), 3 + 3 + 3);
    let places: Vec<_> =
        all(&html, "figure > svg .p99 circle").iter().map(|c| c.attr("cx").unwrap()).collect();
    assert_eq!(places, ["19.704%", "49.261%", "98.522%"], "from 0");
    assert_eq!(
        texts(&html, ".scale text"),
        ["20", "40", "60", "80", "100", "1 ms", "10 ms", "100 ms", "1 s"]
    );
    let axis = texts(&html, ".axis text");
    assert_eq!(axis, ["0", "50", "100", "requests offered per second"]);
    // Where a reader's guess of a latency would be drawn.
    let upright: Vec<_> =
        all(&html, "figure > svg > svg").iter().map(|panel| panel.attr("data-upright")).collect();
    assert!(upright[0].is_none() && upright[1].unwrap().starts_with("logarithmic "), "{upright:?}");
    let told = texts(&html, "figure > svg > desc").concat();
    assert!(told.starts_with("20.0 offered: 21.8 (21.8–22.0) answered, p50 2.00 ms"), "{told}");
    let caption = texts(&html, "figcaption").concat();
    let part = "chap2.offered, one: medians of 2 runs at each of 3 rates";
    assert!(caption.contains(part), "{caption}");
    assert_eq!(texts(&html, ".legend li").len(), 4);
}

#[test]
fn a_percentile_without_an_answer_is_a_gap() {
    let html = page(&[
        offered(20, 2_000, Some(4_000)),
        offered(50, 2_000, None),
        offered(100, 3_000, Some(9_000)),
        offered(200, 3_000, Some(9_000)),
    ]);
    assert_eq!(rows(&html, "details tbody tr")[1][3], "no answer");
    assert_eq!(all(&html, "figure > svg .p99 circle").len(), 3);
    assert_eq!(all(&html, "figure > svg .p99 .joined").len(), 1, "none across the gap");
    assert_eq!(texts(&html, ".note"), ["no p99 where too many got no answer"]);
    // One and a half decades: there is room for each 1, 2 and 5.
    assert_eq!(texts(&html, ".scale text").split_off(4), ["2 ms", "5 ms", "10 ms"]);
}

#[test]
fn what_is_no_sweep_says_why() {
    let fixture = Fixture::new();
    let closed =
        due("closed-1", "one", 10, &[Some(5); 10]) + &due("closed-2", "one", 10, &[Some(5)]);
    let records = [offered(20, 2_000, None), closed];
    fixture.write("book/runs/chap2.jsonl", &records.concat());
    for (sweep, why) in [
        ("offered.one", "two rates at least, and recorded is only chap2.offered-20.one"),
        ("closed.one", "chap2.closed-1.one was offered no rate"),
        ("ofered.one", "sweeps that are recorded: chap2.closed.one, chap2.offered.one"),
    ] {
        fixture.append(&format!("{{{{saturation chap2.{sweep}}}}}"));
        let found = fixture.refused();
        assert!(found[0].starts_with("book/en/one.md:17: ") && found[0].contains(why), "{found:?}");
    }
}
