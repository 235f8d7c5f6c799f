//! The official client, the gateway, and our own model.

use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use chap6::gateway::Settings;
use serde_json::json;
use tests::{comes_true, connect};

use super::{Gateway, asked, chap6, count, gateway_before, official};

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn a_stream_and_a_whole_answer_say_the_same() {
    let (_model, model) = chap6("model", &["--delay", "1s"]);
    let (_gateway, addr) = gateway_before(&model);
    let whole = official(&addr, "whole");
    let streamed = official(&addr, "streamed");
    let counted = official(&addr, "counted");

    assert!(whole["text"].as_str().is_some_and(|text| text.len() > 20), "{whole}");
    for said in [&streamed, &counted] {
        assert_eq!(said["text"], whole["text"]);
        assert_eq!(said["finish"], whole["finish"]);
        assert_eq!(said["passages"], whole["passages"]);
        assert_eq!(said["role"], "assistant");
        assert!(said["chunks"].as_u64().is_some_and(|chunks| chunks > 5), "{said}");
    }
    let passages = whole["passages"].as_array().expect("of the book");
    assert!(!passages.is_empty());
    for passage in passages {
        assert!(passage["link"].as_str().is_some_and(|link| link.starts_with("/book/")));
        assert!(passage["title"].is_string() && passage["text"].is_string());
    }
    // Counted only for whom asks for it.
    assert!(streamed["usage"].is_null(), "{streamed}");
    assert_eq!(counted["usage"], whole["usage"]);
    assert!(whole["usage"].as_u64().is_some_and(|tokens| tokens > 0));
    assert_eq!(official(&addr, "models")["models"], json!(["quotes"]));
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn what_goes_wrong_is_the_error_that_its_users_know() {
    let (model, model_addr) = chap6("model", &["--delay", "1s"]);
    let (_gateway, addr) = gateway_before(&model_addr);
    let said = |what: &str| {
        let said = official(&addr, what);
        let words = said["message"].as_str().unwrap_or_default().len();
        assert!(words > 20, "{what}: {said}");
        (said["error"].as_str().unwrap_or_default().to_string(), said["status"].clone())
    };
    assert_eq!(said("nothing_asked"), ("BadRequestError".into(), 400.into()));
    assert_eq!(official(&addr, "no_such_path")["status"], 404);
    drop(model);
    for what in ["whole", "streamed"] {
        assert_eq!(said(what), ("InternalServerError".into(), 502.into()));
    }
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn the_model_hears_of_a_client_that_leaves() {
    let (_model, model) = chap6("model", &["--delay", "5s"]);
    let (_gateway, addr) = gateway_before(&model);
    assert_eq!(official(&addr, "left")["words"], 3);
    assert!(comes_true(|| count(&model, "cancelled") == 1), "the model is told");

    // And of one whose patience ends before the first word: of a whole answer, and of a stream.
    let (_model, model) = chap6("model", &["--delay", "300s"]);
    let (_gateway, addr) = gateway_before(&model);
    for (nth, what) in [(1, "impatient"), (2, "impatient_stream")] {
        assert_eq!(official(&addr, what)["error"], "APITimeoutError");
        assert!(comes_true(|| count(&model, "cancelled") == nth), "{what}: it is told");
    }
    assert_eq!(count(&model, "finished"), 0);
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn who_is_refused_comes_back_when_told_to_and_is_answered() {
    let (_model, model) = chap6("model", &["--delay", "100s"]);
    let mut settings = Settings::default();
    let room = settings.room.as_mut().expect("it has a limit");
    room.patience = Duration::from_secs(600); // for a busy machine
    let gateway = Gateway::start(settings, &model);
    let addr = gateway.addr.clone();
    let taken: Vec<_> = (0..8).map(|_| take_a_place(&addr)).collect();
    assert!(comes_true(|| count(&addr, "queued-now") == 4), "four talk and four wait");

    let refused = official(&addr, "whole");
    assert_eq!(refused["status"], 503);
    assert_eq!(refused["retry_after"], "2");
    let before = count(&addr, "turned-away");
    let persistent = {
        let addr = addr.clone();
        thread::spawn(move || asked(&addr, "persistent", "tea"))
    };
    assert!(comes_true(|| count(&addr, "turned-away") > before), "it is refused at first");
    drop(taken);
    let said = persistent.join().expect("it comes back");
    assert!(said["retries"].as_u64().is_some_and(|retries| retries >= 1), "{said}");
    // It waits as long as it was told to, and not as long as it would by itself.
    assert!(said["took"].as_f64().is_some_and(|took| took >= 2.0), "{said}");
    assert!(said["text"].is_string(), "{said}");
}

/// Asks for a stream, and does not read it.
fn take_a_place(addr: &str) -> TcpStream {
    let mut stream = connect(addr).expect("it listens");
    let body = r#"{"model":"any","stream":true,"messages":[{"role":"user","content":"await"}]}"#;
    let length = body.len();
    write!(
        stream,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .expect("it is read");
    stream
}
