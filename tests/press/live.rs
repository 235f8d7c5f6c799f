//! Running a figure from its page: what the page is told, and that nothing is left.
#![cfg(unix)]

use std::fs;
use std::io::Write;

use press::answer::answer;
use press::runs::Recorded;
use serde_json::{Value, json};
#[cfg(target_os = "linux")]
use tests::comes_true;
use tests::fixture::{header, record};
use tests::stage::Stage;

use crate::press::news::{News, TEN, post, serve, serve_with, token};
#[cfg(target_os = "linux")]
use crate::press::running::Served;

fn bars(figure: &str) -> usize {
    figure.matches("<rect").count()
}

#[test]
fn a_figure_is_drawn_while_its_run_is_made_and_both_stand_side_by_side() {
    let stage = Stage::new();
    let served = serve(&stage);
    let mut news = News::of(&served, TEN);
    let command = "cargo run --release --example chap1 -- --experiment ten --requests 10 --concurrency 5 --delay 300ms";
    assert_eq!(news.text("command"), command);
    assert!(news.text("state").contains("Compiling chap1"));
    assert_eq!(news.text("say"), "   Compiling chap1 v0.1.0");
    assert_eq!(news.text("state"), "Running chap1.ten.one, 1 of 2");
    // The program waits for us: so this is no figure of a run that is over.
    let first = news.text("figure");
    assert_eq!(
        stage.wrote("asked"),
        "--experiment ten --requests 10 --concurrency 5 --delay 300ms --json -"
    );
    stage.put("go", "");
    let over = news.over();
    assert_eq!((&over["wrong"], &over["absent"]), (&Value::Null, &json!([])));
    let last = over["figure"].as_str().expect("a figure");
    assert!(bars(&first) > 0 && bars(last) > bars(&first), "{first}\n{last}");
    // Drawn as the book's own, to the letter: the stage's record is the book's.
    let recorded = Recorded::of(&stage.fixture.project());
    let book = answer(&recorded, &"timeline chap1.ten".parse().expect("a figure")).expect("drawn");
    assert!(book.starts_with(last), "{book}\n{last}");
    let table = over["table"].as_str().expect("a table");
    assert!(table.contains("<th scope=\"col\">yours / the book’s</th>"), "{table}");
    assert!(
        table.contains(
            "<th scope=\"row\">ten.one, total time</th><td>2.00 s</td><td>2.00 s</td><td>1.00</td>"
        ),
        "{table}"
    );
    let kept = record("ten", "one", 1) + &record("ten", "many", 2);
    assert_eq!((over["record"].as_str(), &over["name"]), (Some(&*kept), &json!("chap1-ten.jsonl")));
    assert_eq!(news.next("say"), None, "the stream ends with the run");
}

/// Its requests are told at its end, which is a matter of minutes: it is the clock that tells how far it is.
#[test]
fn a_closed_loop_that_ends_by_time_tells_how_far_it_is_while_nothing_is_told_of_it() {
    let stage = Stage::new();
    let header = header("chap1", "ten", "one", 0);
    stage.put(
        "first",
        &(header.replace("\"timeout-us\"", "\"duration-us\":60000000,\"timeout-us\"") + "\n"),
    );
    let served = serve(&stage);
    let mut news = News::of(&served, TEN);
    let mut parts = Vec::new();
    while parts.len() < 4 {
        let told = news.next("part").and_then(|part| part.as_f64()).expect("a number");
        parts.push(told);
    }
    assert!(parts.is_sorted_by(|one, next| one < next), "{parts:?}");
    // Of two runs, a minute each: not yet half of the first.
    assert!(parts.iter().all(|part| (0.0..0.25).contains(part)), "{parts:?}");
}

#[test]
fn what_goes_wrong_is_told_as_it_is() {
    let stage = Stage::new();
    let served = serve(&stage);
    stage.put("broken", "error[E0308]: mismatched types\n  --> chapters/chap1.rs:7:5\n");
    let mut news = News::of(&served, TEN);
    let said = [(); 3].map(|()| news.text("say"));
    assert_eq!(said[1..], ["error[E0308]: mismatched types", "  --> chapters/chap1.rs:7:5"]);
    assert_eq!(news.over()["wrong"], "chap1 could not be compiled: what cargo says is below");
    stage.take("broken");

    stage.put("go", "");
    stage.put("crash", "error: ten: the server fell over\n");
    let over = News::of(&served, TEN).over();
    assert_eq!(over["wrong"], "ten: the server fell over");
    assert!(over["figure"].is_string(), "what there was of it is shown");
    // More than anybody says, and in one line.
    stage.put("crash", &"x".repeat(5 << 20));
    let over = News::of(&served, TEN).over();
    assert_eq!(over["wrong"], "it said more than 4 MB, and was stopped");
    stage.take("crash");

    let (whole, rest) = (fs::read_to_string(stage.file("rest")).expect("put there"), "what?\n");
    stage.put("rest", rest);
    let over = News::of(&served, TEN).over();
    let why = over["wrong"].as_str().expect("a sentence");
    assert!(why.starts_with("its record is no good: line 3: "), "{why}");

    stage.put("rest", "");
    let over = News::of(&served, TEN).over();
    let why = over["wrong"].as_str().expect("a sentence");
    assert!(why.contains("has no end"), "{why}");

    // And none of it keeps the next from running.
    stage.put("rest", &whole);
    assert_eq!(News::of(&served, TEN).over()["wrong"], Value::Null);
}

/// A run that waits for ever, and one that never stops talking.
#[test]
fn what_takes_too_long_or_says_too_much_is_stopped() {
    let stage = Stage::new();
    let served = serve_with(&stage, &["--longest-run", "1"]);
    let over = News::of(&served, TEN).over();
    assert_eq!(over["wrong"], "it was stopped after 1 s; --longest-run gives it longer");
    #[cfg(target_os = "linux")]
    for name in ["chap1", "server"] {
        let process = stage.wrote(&format!("{name}.pid")).parse().expect("a process");
        assert!(comes_true(|| tests::is_gone(process)), "{name} lives on");
    }
    stage.put("go", "");
    let rest = fs::File::create(stage.file("rest")).expect("it can be written");
    rest.set_len(33 << 20).expect("a file may have a hole");
    let served = serve(&stage);
    let over = News::of(&served, TEN).over();
    assert_eq!(over["wrong"], "it said more than 32 MB, and was stopped");
}

/// Finds processes in /proc.
#[cfg(target_os = "linux")]
#[test]
fn nothing_outlives_who_asked_for_it() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let signal = |served: &mut Served, signal| {
        kill(Pid::from_raw(served.press.0.id() as i32), signal).expect("the press lives");
        served.press.wait("the press");
    };
    for (waits_in, started) in [("compiled", &["cargo"][..]), ("go", &["chap1", "server"])] {
        for way in ["its page is closed", "the press is interrupted", "the press is killed"] {
            let stage = Stage::new();
            let _ = fs::remove_file(stage.file(waits_in));
            let mut served = serve(&stage);
            let mut news = Some(News::of(&served, TEN));
            let pid = |name: &&str| stage.wrote(&format!("{name}.pid")).parse().expect("a process");
            let all: Vec<u32> = started.iter().map(pid).collect();
            assert!(!all.iter().any(|process| tests::is_gone(*process)), "{all:?} live");
            match way {
                "its page is closed" => news = None,
                "the press is interrupted" => signal(&mut served, Signal::SIGINT),
                _ => signal(&mut served, Signal::SIGKILL),
            }
            for process in all {
                assert!(comes_true(|| tests::is_gone(process)), "{way}: {started:?} lives on");
            }
            drop(news);
        }
    }
}

#[test]
fn a_kept_run_is_shown_again() {
    let stage = Stage::new();
    let served = serve(&stage);
    let headers = format!("press-token: {}\r\n", token(&served));
    let show = |record: &str| {
        let body = json!({"figure": "timeline chap1.ten", "record": record}).to_string();
        let mut stream = served.connect();
        stream.write_all(post("show", &headers, &body).as_bytes()).expect("sent");
        let answer = tests::whole(stream);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        (head.split(' ').nth(1).expect("a status").to_string(), body.to_string())
    };
    let (status, shown) = show(&record("ten", "one", 1));
    assert_eq!(status, "200", "{shown}");
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    assert!(bars(shown["figure"].as_str().expect("a figure")) > 0);
    assert!(shown["table"].as_str().expect("a table").contains("yours / the book’s"));

    let (_, debug) = show(&record("ten", "one", 1).replace("\"release\"", "\"debug\""));
    let debug: Value = serde_json::from_str(&debug).expect("JSON");
    let table = debug["table"].as_str().expect("a table");
    assert!(table.contains("Yours is a debug build, so there is no ratio"), "{table}");
    assert!(!table.contains("yours / the book’s"), "{table}");

    let cut = header("chap1", "ten", "one", 2);
    let elsewhere = record("eleven", "one", 1);
    let markup = record("ten", "one", 1).replace("\"worker\"", "<script>");
    for (record, says) in [
        ("", "nothing that the figure shows"),
        ("{}", "line 1: this is not a line of a record"),
        (&*cut, "has no end"),
        (&*elsewhere, "no experiment is called chap1.ten"),
        (&*markup, "line 1: "),
    ] {
        let (status, said) = show(record);
        assert_eq!(status, "400", "{record}: {said}");
        assert!(said.contains(says) && said.trim_end().lines().count() == 1, "{record}: {said}");
    }
}
