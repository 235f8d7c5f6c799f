//! Chapter 6's table of rude questions: each of them can be answered wrong. What our own gateway
//! answers is a claim of the chapter.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;

use chap6::rude::model::{FLOOD, WORDS};
use chap6::rude::questions::{RIGHT, RUDE, ask};
use serde_json::json;
use while_you_wait::load::Target;
use while_you_wait::record::{Fact, Value};

/// What a case of the chapter answers, row by row.
fn answers(case: &str) -> Vec<(String, String)> {
    let mut program = Command::new(tests::example("chap6"));
    program.args(["serve", case, "--port", "0"]).stderr(Stdio::null());
    let (_server, addr) = tests::start(&mut program, case);
    found(addr.parse().expect("an address"))
}

pub fn found(addr: SocketAddr) -> Vec<(String, String)> {
    let target = Target { addr, path: String::new() };
    let answer = |fact: Fact| match fact.value {
        Value::Text(text) => (fact.name, text),
        other => panic!("{}: {other:?}", fact.name),
    };
    ask(&target).expect("it can be asked").into_iter().map(answer).collect()
}

fn owned((name, answer): (&str, &str)) -> (String, String) {
    (name.into(), answer.into())
}

/// The questions can be failed: by a gateway that passes on whatever comes.
#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test suite chapters:: -- --ignored"]
fn a_gateway_that_passes_everything_on_fails_some_of_them() {
    let answers = answers("rude-fastapi");
    let of = |name: &str| answers.iter().find(|(of, _)| of == name).expect("asked").1.as_str();
    assert_eq!(of("hang-up-in-a-stream"), "the model stops");
    assert_eq!(of("hang-up-of-a-whole-answer"), "the model goes on");
    assert_eq!(of("hang-up-in-the-queue"), "there is no queue");
    assert_eq!(of("silent-at-first"), "silence");
    assert_eq!(of("proxy-is-told"), "nothing");
    assert_eq!(of("cut-in-the-middle"), "cut short, and not a word, one end");
    assert_eq!(of("garbled-in-the-middle"), "noise passed on, one end");
    assert!(of("lost-before-the-first-byte").starts_with("not tried again"), "{answers:?}");
    assert_eq!(of("past-the-limit"), "all taken");
    assert_eq!(of("model-is-busy"), "200");
}

/// Every row can be failed: here is a server that gets each of them wrong.
#[test]
fn a_gateway_that_makes_every_mistake_is_found_out() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("any port");
    let addr = listener.local_addr().expect("it has one");
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || mistake(client, addr));
        }
    });
    let wrong = [
        "the model goes on",
        "the model goes on",
        "was never sent on",
        "there is no queue",
        "cut short, and not a word, one end",
        "429",
        "silence",
        "nothing",
        "garbled",
        "2 errors, several ends",
        "\"stop\", one end",
        "noise passed on, one end",
        "an error, text twice",
        "sent 3 times: cut short, and not a word, one end",
        "all taken",
        "200",
        "everything is taken in",
        "2 times",
        "none",
        "cut short, and not a word, then lost",
    ];
    let wrong: Vec<_> = RUDE.into_iter().zip(wrong).map(owned).collect();
    assert_eq!(found(addr), wrong);
    assert!(wrong.iter().zip(RIGHT).all(|((_, wrong), right)| wrong != right));
}

/// One answer, wrong in its own way; and what a model would know of it.
fn mistake(mut client: TcpStream, addr: SocketAddr) -> Option<()> {
    let mut asked = Vec::new();
    let order = loop {
        let mut piece = [0; 4096];
        let read = client.read(&mut piece).ok().filter(|read| *read > 0)?;
        asked.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&asked);
        if text.starts_with("GET /known ") {
            break "known".to_string();
        }
        // The order, and the quotation mark at its end.
        if let Some((order, _)) =
            text.split_once("rude:").and_then(|(_, rest)| rest.split_once('"'))
        {
            break order.to_string();
        }
    };
    let (mut status, mut whole) = ("200 OK", true);
    let (done, stop) = ("data: [DONE]\n\n", said(r#"{"finish_reason":"stop"}"#));
    let usage = "data: {\"choices\":[],\"usage\":{}}\n\n";
    let error = "data: {\"error\":{\"message\":\"no\"}}\n\n";
    let words = said(&format!("{{\"delta\":{{\"content\":\"{}\"}}}}", WORDS.concat()));
    let body = match order.as_str() {
        "known" => json!({
            "rude:long:leave-true": {"begun": 1, "ended": 0, "left": 0, "bytes": 0},
            "rude:silent:leave-true": {"begun": 1, "ended": 0, "left": 0, "bytes": 0},
            "rude:lost-first:byte": {"begun": 3, "ended": 0, "left": 0, "bytes": 0},
            "rude:flood:stall": {"begun": 1, "ended": 1, "left": 0, "bytes": FLOOD},
        })
        .to_string(),
        "where:" => json!({"choices": [{"message": {"content": addr.to_string()}}]}).to_string(),
        "talk:after" => {
            status = "429 Too Many Requests";
            String::new()
        }
        "korean:letters" => said("{\"delta\":{\"content\":\"기다\u{FFFD}\"}}") + &stop + done,
        "error:middle" => error.repeat(2) + &done.repeat(2),
        "cut:middle" => stop + done,
        "garbled:middle" => "data: {\"choices\n\n".into(),
        "lost:middle" => words.repeat(2) + error,
        "talk:unasked" => stop + &usage.repeat(2) + done,
        "talk:asked" => words + &stop + done,
        "tools:pieces" => {
            whole = false;
            words
        }
        _ => words,
    };
    let length = body.len() + usize::from(!whole);
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    client.write_all((head + &body).as_bytes()).ok()
}

fn said(choice: &str) -> String {
    format!("data: {{\"choices\":[{choice}]}}\n\n")
}
