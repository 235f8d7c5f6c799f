//! Running a figure from its page: what the page is told, who may ask, and that nothing is left.
#![cfg(unix)] // the stage's programs are scripts of a shell

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Stdio;

use press::answer::answer;
use press::runs::Recorded;
use serde_json::{Value, json};
#[cfg(target_os = "linux")]
use tests::comes_true;
use tests::fixture::{header, record};
use tests::stage::Stage;

use crate::serving_doors::Served;

const TEN: &str = r#"{"figure":"timeline chap1.ten"}"#;

fn serve(stage: &Stage) -> Served {
    let mut press = stage.press();
    press.args(["--port", "0"]).stderr(Stdio::null());
    Served::by(&stage.fixture, press)
}

fn token(served: &Served) -> String {
    let page = served.get("/one.html").text();
    let rest = page.split("data-token=\"").nth(1).expect("a served page has a token");
    rest.split('"').next().expect("split gives one").to_string()
}

fn post(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST /-/press/{path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// What a page is told of its run, piece by piece.
struct News(BufReader<TcpStream>);

impl News {
    fn of(served: &Served, body: &str) -> Self {
        let headers = format!("press-token: {}\r\n", token(served));
        let mut stream = served.connect();
        stream.write_all(post("run", &headers, body).as_bytes()).expect("sent");
        News(BufReader::new(stream))
    }

    /// The next that has such a key. `None` at the end of them.
    fn next(&mut self, key: &str) -> Option<Value> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.0.read_line(&mut line).expect("news in time") == 0 {
                return None;
            }
            // Between them stand the lengths of chunks, and before them a head.
            if let Ok(news) = serde_json::from_str::<Value>(&line)
                && let Some(value) = news.get(key)
            {
                return Some(value.clone());
            }
        }
    }

    fn text(&mut self, key: &str) -> String {
        let value = self.next(key).unwrap_or_else(|| panic!("no {key} was told"));
        value.as_str().unwrap_or_else(|| panic!("{key} is a text: {value}")).to_string()
    }

    fn over(&mut self) -> Value {
        self.next("over").expect("a run comes to an end")
    }
}

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

#[test]
fn what_goes_wrong_is_told_as_it_is() {
    let stage = Stage::new();
    let served = serve(&stage);
    stage.put("broken", "error[E0308]: mismatched types\n  --> chapters/chap1.rs:7:5\n");
    let mut news = News::of(&served, TEN);
    let said = [(); 3].map(|()| news.text("say"));
    assert_eq!(said[1..], ["error[E0308]: mismatched types", "  --> chapters/chap1.rs:7:5"]);
    assert_eq!(news.over()["wrong"], "chap1 could not be compiled: what cargo says is above");
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
fn only_pages_of_this_press_may_ask_and_only_for_what_the_book_shows() {
    let stage = Stage::new();
    let served = serve(&stage);
    let token = token(&served);
    let here = served.address;
    let ask = |headers: String, body: &str| {
        let mut stream = served.connect();
        stream.write_all(post("run", &headers, body).as_bytes()).expect("sent");
        tests::whole(stream)
    };
    let ours = format!("press-token: {token}\r\n");
    for (headers, status) in [
        (String::new(), 403),
        ("press-token: 00000000000000000000000000000000\r\n".into(), 403),
        (format!("press-token: {}\r\n", &token[1..]), 403),
        (format!("{ours}Origin: http://book.example\r\n"), 403),
        (format!("{ours}Origin: null\r\n"), 403),
        (format!("{ours}Origin: http://localhost:{}\r\n", here.port()), 403),
    ] {
        let answer = ask(headers.clone(), TEN);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{headers}: {answer}");
    }
    let page = served.get("/one.html");
    assert_eq!(page.header("content-security-policy"), Some("frame-ancestors 'self'"));
    let rebound = post("run", &ours, TEN).replace("Host: localhost", "Host: book.example");
    let mut stream = served.connect();
    stream.write_all(rebound.as_bytes()).expect("sent");
    assert!(tests::whole(stream).starts_with("HTTP/1.1 421 "));
    let asked = format!("GET /-/press/run HTTP/1.1\r\nHost: localhost\r\npress-token: {token}");
    assert_eq!(served.answer(&asked).status(), "405");

    let figure = |rest: &str| format!(r#"{{"figure":"timeline chap1.ten"{rest}}}"#);
    let deep = "[".repeat(3000);
    for (body, status, says) in [
        (String::new(), 400, "this is no JSON"),
        (deep, 400, "this is no JSON"),
        ("[]".into(), 400, "there is no directive"),
        (r#"{"figure":"timeline chap9.ten"}"#.into(), 400, "no page runs such a figure"),
        (r#"{"figure":"timeline chap1.ten.one; rm -rf ."}"#.into(), 400, "made of a-z, 0-9 and -"),
        (r#"{"figure":"table chap1.ten ok"}"#.into(), 400, "no page runs such a figure"),
        (r#"{"figure":"timeline chap1.ten.three"}"#.into(), 400, "no page runs such a figure"),
        (r#"{"figure":"trace chap1.ten.--full"}"#.into(), 400, "no page runs such a figure"),
        (figure(r#","cases":["--json"]"#), 400, "is no case here: one, many would be"),
        (figure(r#","cases":"one""#), 400, "cases are a list of names"),
        (figure(r#","cases":[]"#), 400, "nothing to run"),
        (figure(r#","numbers":{"requests":51}"#), 400, "from 1 to 50 would be right"),
        (figure(r#","numbers":{"requests":0}"#), 400, "from 1 to 50 would be right"),
        (figure(r#","numbers":{"requests":-1}"#), 400, "is a whole number"),
        (figure(r#","numbers":{"requests":1e99}"#), 400, "is a whole number"),
        (figure(r#","numbers":{"requests":"10 --full"}"#), 400, "is a whole number"),
        (figure(r#","numbers":{"requests":3,"concurrency":4}"#), 400, "more than the 3 requests"),
        (figure(r#","numbers":{"--json":1}"#), 400, "cannot be changed here"),
        (figure(r#","numbers":{"ramp":1}"#), 400, "cannot be changed here"),
        (figure(&format!(r#","cases":["{}"]"#, "x".repeat(5000))), 413, "more than 4096 bytes"),
    ] {
        let answer = ask(ours.clone(), &body);
        let (head, said) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{body}: {answer}");
        assert!(said.contains(says) && said.trim_end().lines().count() == 1, "{body}: {said}");
    }
    assert!(!stage.file("cargo.pid").exists(), "nothing of it was run");

    let mut open = stage.press();
    let open = Served::by(&stage.fixture, {
        open.args(["--port", "0", "--host", "0.0.0.0"]).stderr(Stdio::null());
        open
    });
    let by = |head: &str| {
        let mut stream = tests::connect(&format!("127.0.0.1:{}", open.address.port())).expect("on");
        stream.write_all(head.as_bytes()).expect("sent");
        tests::whole(stream)
    };
    let page = by("GET /one.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(page.contains("/-/press/reload.js") && !page.contains("/-/press/live.js"));
    assert!(!by(&post("run", &ours, TEN)).starts_with("HTTP/1.1 200 "));
}

#[test]
fn one_run_at_a_time_and_who_waits_sees_it() {
    let stage = Stage::new();
    let served = serve(&stage);
    let mut first = News::of(&served, TEN);
    first.text("figure");
    let mut second = News::of(&served, TEN);
    assert!(second.text("waits").contains("this is next"));
    let mut crowd = vec![News::of(&served, TEN), News::of(&served, TEN)];
    crowd.iter_mut().for_each(|page| drop(page.text("waits")));
    let mut one_too_many = served.connect();
    let headers = format!("press-token: {}\r\n", token(&served));
    one_too_many.write_all(post("run", &headers, TEN).as_bytes()).expect("sent");
    assert!(tests::whole(one_too_many).starts_with("HTTP/1.1 429 "));
    // Who waited and left has no turn.
    drop(crowd);
    stage.put("go", "");
    assert_eq!(first.over()["wrong"], Value::Null);
    // Of the other's run, its figure at least; then its own.
    let seen = std::iter::from_fn(|| second.next("other")).find(|news| news["figure"].is_string());
    assert!(seen.is_some(), "nothing of the other run was seen");
    let mut third = News::of(&served, TEN);
    assert_eq!(third.over()["wrong"], Value::Null);
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
