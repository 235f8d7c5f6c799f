//! Running a figure from its page: who may ask, for what, and how many at once.
#![cfg(unix)]

use std::io::Write;
use std::net::TcpStream;

use serde_json::Value;
use tests::stage::Stage;

use crate::press::news::{News, TEN, post, serve, serve_with, token};

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

    let open = serve_with(&stage, &["--host", "0.0.0.0"]);
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
    let headers = format!("press-token: {}\r\n", token(&served));
    let too_many: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = served.connect();
            stream.write_all(post("run", &headers, TEN).as_bytes()).expect("sent");
            stream
        })
        .collect();
    for stream in too_many {
        assert!(tests::whole(stream).starts_with("HTTP/1.1 429 "));
    }
    assert_eq!(served.get("/one.html").status(), "200", "the book is read meanwhile");
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
