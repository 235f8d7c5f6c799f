//! What a server saw: a lane a connection, a bar a request.

use scraper::Html;
use while_you_wait::record::read;

use crate::press::figures::{all, rows};
use tests::fixture::{Fixture, header, watched};

#[test]
fn connections_are_lanes_and_requests_are_bars() {
    let fixture = Fixture::with("{{served chap2.anew.one chap2.kept.one}}");
    let (anew, kept) = (watched("anew", 4, 1), watched("kept", 2, 3));
    fixture.write("book/runs/chap2.jsonl", &[anew.clone(), kept.clone()].concat());
    let html = Html::parse_document(&fixture.html("one.html"));
    let figure = all(&html, ".figure")[1];
    let figure = Html::parse_fragment(&figure.html());
    let texts = |selector: &str| -> Vec<String> {
        all(&figure, selector).iter().map(|el| el.text().collect()).collect()
    };
    assert_eq!(texts("figure > svg > title"), ["What the server saw, chap2: anew.one, kept.one"]);
    let told = texts("figure > svg > desc").concat();
    for part in [
        "anew.one: 4 connections and 4 requests over 350 ms; on at most 4 connections at once",
        "kept.one: 2 connections and 6 requests over 650 ms; on at most 2 connections at once",
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert_eq!(texts(".case"), ["anew", "kept"]);
    assert_eq!(texts(".total"), ["4 connections, 4 requests", "2 connections, 6 requests"]);
    assert_eq!(texts(".legend li"), [" open, nothing asked", " being served"]);
    let served = all(&figure, "figure > svg .served rect");
    assert_eq!(served.len(), 4 + 6);
    let widths: Vec<_> = served.iter().map(|bar| bar.attr("width").unwrap()).collect();
    assert_eq!(widths, ["15.157%"; 10], "a tenth of a second on one axis of 0.65");
    // Before each first request, and after each that was answered, until the next or the end.
    assert_eq!(all(&figure, "figure > svg .connecting rect").len(), 4 * 2 + 2 * 4);
    let caption = texts("figcaption").concat();
    for part in [
        "chap2 (anew.one, kept.one), the only run of each",
        "A line is a connection, as the server saw it.",
    ] {
        assert!(caption.contains(part), "{caption}");
    }
    assert!(!caption.contains("tick"), "{caption}");

    let recorded: Vec<Vec<String>> = read(&(anew + &kept))
        .unwrap()
        .iter()
        .flat_map(|run| &run.events)
        .map(|e| vec![e.lane.clone(), format!("{:.3}", e.at as f64 / 1e3), e.what.clone()])
        .collect();
    assert_eq!(rows(&figure, "details tbody tr"), recorded);
}

#[test]
fn a_request_that_was_answered_at_once_is_a_tick() {
    let fixture = Fixture::with("{{served chap2.quick.one}}");
    let mut text = header("chap2", "quick", "one", 0);
    for (at, what) in [(1000, "connected"), (1100, "asked"), (1110, "answered")] {
        let event =
            serde_json::json!({"kind": "event", "lane": "connection 1", "at": at, "what": what});
        text += &format!("\n{event}");
    }
    fixture.write("book/runs/chap2.jsonl", &(text + "\n{\"kind\":\"end\",\"at\":900100}\n"));
    let html = Html::parse_document(&fixture.html("one.html"));
    assert_eq!(all(&html, "svg rect.served[width='2']").len(), 1);
    let caption: String = all(&html, "figcaption")[1].text().collect();
    assert!(caption.contains("drawn as a tick, wider than it was"), "{caption}");
    let legend: String = all(&html, ".legend")[1].text().collect();
    assert!(legend.contains("being served"), "{legend}");
}

#[test]
fn connections_that_cannot_be_drawn_say_why() {
    let fixture = Fixture::new();
    let strange = watched("strange", 1, 1).replace("\"asked\"", "\"axed\"");
    let records = [watched("crowd", 61, 1), watched("fits", 60, 1), strange];
    fixture.write("book/runs/chap2.jsonl", &records.concat());
    for (experiment, why) in [
        (
            "crowd",
            "chap2.crowd.one recorded 243 events on 61 lanes; a panel has room for 2000 on 60",
        ),
        ("strange", "chap2.strange.one: \"axed\" is nothing that can happen to a connection"),
    ] {
        fixture.append(&format!("{{{{served chap2.{experiment}}}}}"));
        let found = fixture.refused();
        assert!(found[0].starts_with(&format!("book/en/one.md:17: {why}")), "{found:?}");
    }
    fixture.append("{{served chap2.fits}}");
    assert_eq!(fixture.refused(), Vec::<String>::new());
}
