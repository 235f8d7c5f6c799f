//! Figures: what they draw is what was recorded, for eyes and for tables.

use scraper::{ElementRef, Html, Selector};
use while_you_wait::record::read;
use while_you_wait::views::timeline::in_flight;

use tests::fixture::{Fixture, header, traced};

pub fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).expect("a selector")).collect()
}

pub fn rows(html: &Html, selector: &str) -> Vec<Vec<String>> {
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

/// Whether a stream without a word queues or is worked on, no server has told.
#[test]
fn a_stream_is_silent_and_nobody_says_that_it_queues() {
    let fixture = Fixture::new();
    fixture.write("book/runs/chap6.jsonl", include_str!("../contracts/golden-streams.jsonl"));
    fixture.append("{{timeline chap6.talk}}");
    let html = Html::parse_document(&fixture.html("one.html"));
    let figure = Html::parse_fragment(&all(&html, ".figure").last().unwrap().html());
    let legend: Vec<String> =
        all(&figure, ".legend li").iter().map(|li| li.text().collect()).collect();
    assert_eq!(legend[..3], [" connecting", " no word yet", " receiving the answer"]);
    let told: String = all(&figure, "figure > svg > desc")[0].text().collect();
    assert!(told.contains("2 had no word for a while, the longest for 1.19 ms."), "{told}");
    assert!(!figure.html().contains("queue"), "{}", figure.html());
}

/// As its table does: what a full queue drops waits before it is connected.
#[test]
fn who_waits_at_the_door_queues() {
    let fixture = Fixture::new();
    let mut text = header("chap2", "door", "one", 1);
    text += "\n[0,0,700000,700100,1000000,1000000,100000,\"1\",\"ok\"]\n\
             {\"kind\":\"end\",\"at\":1000000}\n";
    fixture.write("book/runs/chap2.jsonl", &text);
    fixture.append("{{timeline chap2.door}}");
    let html = fixture.html("one.html");
    assert!(html.contains("1 queued, the longest for 900 ms."), "{html}");
}

#[test]
fn a_bar_that_leaves_no_trace_is_not_drawn_and_one_too_thin_for_a_pointer_has_no_words() {
    let fixture = Fixture::new();
    let mut text = header("chap2", "thin", "one", 1);
    // Of a second: nothing, a thousandth, half of it.
    text += "\n[0,0,100,1100,501100,1000000,500,\"1\",\"ok\"]\n{\"kind\":\"end\",\"at\":1000000}\n";
    fixture.write("book/runs/chap2.jsonl", &text);
    fixture.append("{{timeline chap2.thin}}");
    let html = Html::parse_document(&fixture.html("one.html"));
    let figure = Html::parse_fragment(&all(&html, ".figure").last().unwrap().html());
    let bars = all(&figure, "figure > svg g:not(.grid) rect");
    assert!(!bars.is_empty());
    for bar in bars {
        let width: f64 = bar.attr("width").unwrap().trim_end_matches('%').parse().unwrap();
        assert!(width >= 0.02, "a bar of {width} %");
        assert_eq!(bar.first_child().is_some(), width >= 0.2, "the words of a bar of {width} %");
    }
    assert_eq!(rows(&figure, "details tbody tr").len(), 1, "the table has it all the same");
}

#[test]
fn bars_too_many_to_have_words_are_one_path_a_kind() {
    let fixture = Fixture::new();
    let mut text = header("chap2", "full", "one", 80);
    // On each of eight lanes ten requests of a tenth of a second: half of it queueing, half being served.
    for n in 0..80 {
        let (lane, due) = (n % 8, n / 8 * 100_000);
        let (first, done) = (due + 100_000, due + 100_000);
        text += &format!("\n[{lane},{due},{due},{due},{first},{done},50000,\"1\",\"ok\"]");
    }
    fixture.write("book/runs/chap2.jsonl", &(text + "\n{\"kind\":\"end\",\"at\":1000000}\n"));
    fixture.append("{{timeline chap2.full}}");
    let html = Html::parse_document(&fixture.html("one.html"));
    let figure = Html::parse_fragment(&all(&html, ".figure").last().unwrap().html());
    assert_eq!(all(&figure, "figure > svg g:not(.grid) rect").len(), 0);
    for (kind, first) in [("waiting", "M0 "), ("served", "M493 10H985v140H493z")] {
        let paths = all(&figure, &format!("figure > svg .{kind} path.bars"));
        assert_eq!(paths.len(), 1, "{kind}");
        let bars = paths[0].attr("d").unwrap();
        assert_eq!(bars.matches('M').count(), 80, "{kind}");
        assert!(bars.starts_with(first), "{bars}");
    }
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
fn the_caption_says_which_run_it_is_and_the_page_once_where_it_comes_from() {
    let fixture = Fixture::with("{{timeline chap1.ten}}\n\nAll of it: {{machine chap1}}");
    let html = Html::parse_document(&fixture.html("one.html"));
    for caption in all(&html, "figcaption") {
        let caption: String = caption.text().collect();
        assert!(caption.contains("chap1.ten") && !caption.contains("Linux 6.18.0"), "{caption}");
    }
    let page: String = all(&html, "main")[0].text().collect();
    assert_eq!(page.matches("Linux 6.18.0").count(), 1, "{page}");
}

#[test]
fn who_cannot_see_a_figure_is_told_of_the_requests_beside() {
    let fixture = Fixture::new();
    let probe = r#","probe":{"path":"/health","requests":1,"every-us":1000}},"machine""#;
    let mut text = header("chap2", "beside", "one", 1).replace("},\"machine\"", probe);
    text += "\n[0,0,200,250,900000,900000,900000,null,\"ok\"]";
    text += "\n[2,0,200,250,700000,700000,null,null,\"ok\"]\n{\"kind\":\"end\",\"at\":900100}\n";
    fixture.write("book/runs/chap2.jsonl", &text);
    fixture.append("{{timeline chap2.beside.one}}");
    let html = Html::parse_document(&fixture.html("one.html"));
    let told: String = all(&html, "figure > svg > desc")[1].text().collect();
    let part = "one: 1 request over 900 ms, 1 ok; at most 1 in flight and 1 being served at once. \
                Answered: 1 by 900 ms. None queued for long. \
                Beside them 1 request to /health: median 700 ms, longest 700 ms.";
    assert_eq!(told, part);
    // Each of them where they are few.
    for (probes, each) in [(1, false), (2, true), (16, true), (17, false)] {
        let mut text = header("chap2", "beside", "one", 1).replace("},\"machine\"", probe);
        text = text.replace("\"requests\":1,\"every", &format!("\"requests\":{probes},\"every"));
        text += "\n[0,0,200,250,900000,900000,900000,null,\"ok\"]";
        // Each has a connection of its own, behind the two of the load.
        for lane in 2..2 + probes {
            text += &format!("\n[{lane},0,200,250,700000,700000,null,null,\"ok\"]");
        }
        text += "\n{\"kind\":\"end\",\"at\":900100}\n";
        fixture.write("book/runs/chap2.jsonl", &text);
        let html = Html::parse_document(&fixture.html("one.html"));
        let told: String = all(&html, "figure > svg > desc")[1].text().collect();
        let they_took =
            format!(" One after the other they took {}.", ["700 ms"].repeat(probes).join(", "));
        assert_eq!(told.contains(&they_took), each, "{probes}: {told}");
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
    // So many rows are lines of text.
    let lines: String = all(&html, ".figure details pre.data")[0].text().collect();
    let shown: Vec<(String, String)> = lines
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .map(|(at, height)| (at.to_string(), height.replace(',', "")))
        .collect();
    assert!((50..=200).contains(&shown.len()), "{} points", shown.len());
    let recorded: Vec<(String, String)> = in_flight(&read(&text).unwrap()[0])
        .into_iter()
        .map(|(at, height)| (format!("{}.{:03}", at / 1000, at % 1000), height.to_string()))
        .collect();
    assert!(shown.iter().all(|point| recorded.contains(point)), "a point was invented");
    assert!(shown.iter().any(|(_, height)| height == "1000"), "the peak is kept");
}

#[test]
fn a_trace_draws_every_stretch_and_lists_every_event() {
    let fixture = Fixture::with("{{trace chap2.told.one}}");
    let record = traced("told", 2);
    fixture.write("book/runs/chap2.jsonl", &record);
    let html = Html::parse_document(&fixture.html("one.html"));
    let figure = all(&html, ".figure")[1];
    let find = |selector: &str| -> Vec<ElementRef> {
        figure.select(&Selector::parse(selector).expect("a selector")).collect()
    };
    let text = |selector: &str| -> Vec<String> {
        find(selector).iter().map(|el| el.text().collect()).collect()
    };
    assert_eq!(find("figure > svg")[0].attr("role"), Some("img"));
    assert_eq!(text("figure > svg > title"), ["Who was polled when, chap2.told: one"]);
    let told = &text("figure > svg > desc")[0];
    let of_a_task = "task 1: 2 polls, 200 ms in all; waiting for 1.00 s, queued for 50.0 µs; done.";
    assert!(told.contains(of_a_task), "{told}");
    assert_eq!(
        text(".legend li"),
        [" spawned", " woken: in the queue", " being polled", " waiting", " done"]
    );
    let names: Vec<String> = text("figure > svg > svg > text");
    assert_eq!(names, ["<accept>", "task 1", "task 2"]);
    // There is room for each of them, one below the other.
    let deep = |el: &ElementRef, of: &str| el.attr(of).unwrap().parse::<f64>().unwrap();
    let at: Vec<f64> = find("figure > svg > svg > text").iter().map(|el| deep(el, "y")).collect();
    let height = deep(&find("figure > svg > svg")[0], "height");
    assert!(at.is_sorted() && at[2] < height && at[1] - at[0] == height / 3.0, "{at:?}, {height}");

    // Of the two polls of a task one is short, and seen all the same; no wake is as long as that.
    let width = |rect: &ElementRef| rect.attr("width").unwrap().to_string();
    let polls: Vec<String> = find("figure > svg .polling rect").iter().map(width).collect();
    assert_eq!(polls, ["3", "15.157%", "3", "15.157%"], "a fifth of a second of 1.3");
    let wakes: Vec<String> = find("figure > svg .woken rect").iter().map(width).collect();
    assert_eq!(wakes, ["3"; 4]);
    assert_eq!(find("figure > svg .pending rect").len(), 3);
    assert_eq!(find("figure > svg .spawned").len(), 2);
    assert_eq!(find("figure > svg .done circle").len(), 2);
    let caption = &text("figcaption")[0];
    for part in [
        "4 polls took 400 ms in all, the longest of them 200 ms",
        "drawn as a tick, wider than it was",
    ] {
        assert!(caption.contains(part), "{caption}");
    }

    let rows = |row: &ElementRef| -> Vec<String> {
        row.child_elements().map(|cell| cell.text().collect()).collect()
    };
    let shown: Vec<Vec<String>> = find("details tbody tr").iter().map(rows).collect();
    let recorded: Vec<Vec<String>> = read(&record).unwrap()[0]
        .events
        .iter()
        .map(|e| vec![e.lane.clone(), format!("{:.3}", e.at as f64 / 1e3), e.what.clone()])
        .collect();
    assert_eq!(shown, recorded);
}

#[test]
fn a_trace_whose_stretches_can_all_be_seen_speaks_of_no_ticks() {
    let fixture = Fixture::with("{{trace chap2.long.one}}");
    let mut text = header("chap2", "long", "one", 1);
    text += "\n[0,0,200,250,900000,900000,null,null,\"ok\"]";
    text += "\n{\"kind\":\"event\",\"lane\":\"task 1\",\"at\":1,\"what\":\"polled\"}";
    text += "\n{\"kind\":\"end\",\"at\":900100}\n";
    fixture.write("book/runs/chap2.jsonl", &text);
    let html = fixture.html("one.html");
    assert!(html.contains("1 poll took 900 ms in all"), "{html}");
    assert!(!html.contains("wider than it was"), "{html}");
}

#[test]
fn a_trace_that_cannot_be_drawn_says_why() {
    let fixture = Fixture::new();
    let strange = traced("strange", 1).replace("\"polled\"", "\"poled\"");
    let records = [traced("crowd", 60), traced("fits", 59), strange].concat();
    fixture.write("book/runs/chap2.jsonl", &records);
    for (trace, why) in [
        ("chap1.ten.one", "chap1.ten.one recorded no event, so there is no trace to draw"),
        ("chap2.crowd.one", "421 events on 61 lanes; a trace has room for 2000 on 60"),
        ("chap2.strange.one", "chap2.strange.one: \"poled\" is nothing that can happen to a task"),
    ] {
        fixture.append(&format!("{{{{trace {trace}}}}}"));
        let found = fixture.mistakes();
        assert!(found.iter().any(|found| found.contains(why)), "{trace}: {found:?}");
    }
    fixture.append("{{trace chap2.fits.one}}");
    assert_eq!(fixture.mistakes(), Vec::<String>::new());
}
