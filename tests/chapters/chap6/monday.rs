//! What the page has for Monday: a gateway in FastAPI with a door and deadlines.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;

use chap6::rude::questions::{RIGHT, RUDE};
use serde_json::json;
use tests::Running;

use super::rude::found;

/// What the page says that it leaves out: a comment while the model is silent, and a second try.
const LEFT_OUT: [(&str, &str); 2] =
    [("silent-at-first", "silence"), ("lost-before-the-first-byte", "not tried again: 502")];

/// The gateway before the model that misbehaves, and where it listens.
fn gateway(patience: &str) -> ([Running; 2], String) {
    let mut model = Command::new(tests::example("chap6"));
    model.args(["serve", "rude-model", "--port", "0"]).stderr(Stdio::null());
    let (model, upstream) = tests::start(&mut model, "rude-model");
    let (gateway, addr) = before(&upstream, patience);
    ([gateway, model], addr)
}

fn before(upstream: &str, patience: &str) -> (Running, String) {
    let mut gateway = tests::python("chap6", "python");
    gateway
        .arg(tests::root().join("chapters/chap6/python/serve_gateway.py"))
        .args(["--app", "monday", "--upstream", &format!("http://{upstream}"), "--port", "0"])
        .env("PATIENCE", patience)
        .stderr(Stdio::null());
    tests::start(&mut gateway, "monday")
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py"]
fn eighteen_of_twenty_rude_questions_are_answered_right() {
    let (_programs, addr) = gateway("30");
    let expected: Vec<_> = RUDE
        .into_iter()
        .zip(RIGHT)
        .map(|(name, right)| {
            let left_out = LEFT_OUT.into_iter().find(|(of, _)| *of == name);
            (name.to_string(), left_out.map_or(right, |(_, answer)| answer).to_string())
        })
        .collect();
    assert_eq!(found(addr.parse().expect("an address")), expected);
}

/// Four read nothing of an answer without end, and have all four turns until their deadline.
#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py"]
fn who_stops_reading_gives_the_turn_back() {
    let (_programs, addr) = gateway("1");
    let stalled: Vec<_> = (0..4).map(|nth| ask(&addr, &format!("flood:stall-{nth}"))).collect();
    let answer = tests::heard(ask(&addr, "talk:after"));
    assert!(answer.contains("data: [DONE]"), "{answer}");
    drop(stalled);
}

/// An answer in one piece is one silence, and has more time than a silence in a stream.
#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py"]
fn an_answer_in_one_piece_may_take_longer_than_a_silence() {
    let (_programs, addr) = gateway("2");
    let [stream, whole] = [true, false].map(|stream| chat(&addr, "silent:long", stream));
    assert!(tests::heard(whole).starts_with("HTTP/1.1 200"));
    assert!(tests::heard(stream).starts_with("HTTP/1.1 502"));
}

/// It would fill the memory of whoever waits for its end.
#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py"]
fn a_line_without_an_end_is_no_answer() {
    let model = TcpListener::bind("127.0.0.1:0").unwrap();
    let (_gateway, addr) = before(&model.local_addr().unwrap().to_string(), "30");
    thread::spawn(move || {
        let (mut model, _) = model.accept()?;
        model.read_exact(&mut [0])?; // it is asked
        model.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n: ")?;
        model.write_all(&vec![b'x'; 3 << 20])?;
        model.write_all(b"\n\ndata: [DONE]\n\n")?;
        model.shutdown(Shutdown::Write)?;
        model.read_to_end(&mut Vec::new()) // or what it has not read resets the connection
    });
    let answer = tests::heard(ask(&addr, "talk:long-line"));
    assert!(answer.contains("the model broke off"), "{} bytes", answer.len());
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py"]
fn a_question_that_is_no_json_is_refused() {
    let (_gateway, addr) = before("127.0.0.1:9", "1");
    let mut client = tests::connect(&addr).expect("it listens");
    let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n";
    write!(client, "{head}content-length: 2\r\n\r\n{{x").expect("a request");
    assert!(tests::heard(client).starts_with("HTTP/1.1 400"));
}

fn ask(addr: &str, order: &str) -> TcpStream {
    chat(addr, order, true)
}

fn chat(addr: &str, order: &str, stream: bool) -> TcpStream {
    let content = format!("rude:{order}");
    let body =
        json!({"stream": stream, "messages": [{"role": "user", "content": content}]}).to_string();
    let mut client = tests::connect(addr).expect("it listens");
    let head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                connection: close\r\n";
    write!(client, "{head}content-length: {}\r\n\r\n{body}", body.len()).expect("a request");
    client
}
