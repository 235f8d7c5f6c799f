//! What the page has for Monday: a gateway in FastAPI with a door and deadlines.

use std::io::Write;
use std::net::TcpStream;
use std::process::{Command, Stdio};

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

    let mut gateway = tests::python("chap6", "python");
    gateway
        .arg(tests::root().join("chapters/chap6/python/serve_gateway.py"))
        .args(["--app", "monday", "--upstream", &format!("http://{upstream}"), "--port", "0"])
        .env("PATIENCE", patience)
        .stderr(Stdio::null());
    let (gateway, addr) = tests::start(&mut gateway, "monday");
    ([gateway, model], addr)
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
