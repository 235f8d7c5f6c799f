//! Who is let in, who waits, who is told to come back, and what is too much.

use std::time::Duration;

use chap6::gateway::Settings;
use serde_json::{Value, json};
use tests::PATIENCE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::stage::{Do, Stage, asking, chunk, event, head, hear, hello, narrow, token};

#[tokio::test]
async fn past_the_queue_everybody_is_told_at_once_when_to_come_back() {
    let stage = Stage::new(narrow(), |_| vec![head(), token("hel"), Do::Wait]).await;
    let asked: Vec<_> = (0..20).map(|_| tokio::spawn(stage.request(asking(true)).send())).collect();
    // Of twenty at one moment one talks, and one waits: places are taken on arrival.
    stage.counts("turned-away", 18).await;
    stage.counts("queued-now", 1).await;
    assert_eq!((stage.begun(), stage.count("open-now").await), (1, 2));
    let response = stage.chat(true).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "2");
    let said: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(said["error"]["code"], "overloaded");
    for one in asked {
        one.abort();
    }
    stage.counts("open-now", 0).await;
}

#[tokio::test]
async fn who_waits_is_next() {
    let script = |nth| match nth {
        0 => vec![head(), token("hel"), Do::Wait],
        _ => hello(),
    };
    let stage = Stage::new(narrow(), script).await;
    let mut talks = stage.chat(true).await;
    talks.chunk().await.unwrap().expect("a token came");
    let waits = tokio::spawn(stage.request(asking(true)).send());
    stage.counts("queued-now", 1).await;
    drop(talks);
    assert_eq!(hear(waits.await.unwrap().unwrap()).await.text, "hello");
}

#[tokio::test]
async fn who_waits_too_long_is_told_to_come_back() {
    let mut settings = narrow();
    settings.room.as_mut().unwrap().patience = Duration::from_millis(100);
    let stage = Stage::new(settings, |_| vec![head(), token("hel"), Do::Wait]).await;
    let mut talks = stage.chat(true).await;
    talks.chunk().await.unwrap().expect("a token came");
    let response = stage.chat(true).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "2");
    assert_eq!(stage.begun(), 1);
    // Its place in the queue is free again.
    assert_eq!(stage.chat(false).await.status(), 503);
    stage.counts("broken", 2).await;
    assert_eq!(stage.count("turned-away").await, 0);
}

async fn refused(stage: &Stage, request: reqwest::RequestBuilder, status: u16, says: &str) {
    let response = request.send().await.expect("it answers");
    assert_eq!(response.status(), status, "{says}");
    let said: Value = serde_json::from_str(&response.text().await.unwrap()).expect("JSON");
    let message = said["error"]["message"].as_str().expect("a message");
    assert!(message.contains(says), "{message}");
    assert_eq!(stage.begun(), 0, "the model is not asked");
    assert_eq!(stage.count("open-now").await, 0);
}

#[tokio::test]
async fn what_is_no_chat_is_refused_with_what_would_be_right() {
    let stage = Stage::new(narrow(), |_| hello()).await;
    let with = |body: &str| stage.request(json!(null)).body(body.to_string());
    let right = r#"{"messages":[{"role":"user""#;
    for body in ["", "{", "[]", "{}", r#"{"messages":3}"#, r#"{"messages":[]}"#, "\u{0}"] {
        refused(&stage, with(body), 400, right).await;
    }
    let plain = "POST /v1/chat/completions HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\n{}";
    let came = told(&stage, plain).await;
    assert!(came.starts_with("HTTP/1.1 415") && came.contains("application/json"), "{came}");
    refused(&stage, with(&"x".repeat(300_000)), 413, "262144 bytes").await;
    let mut long = asking(true);
    long["messages"][0]["content"] = "말".repeat(24_001).into();
    refused(&stage, stage.request(long), 400, "24000 would be right").await;
}

/// Sends this, and gives what comes until the gateway closes.
async fn told(stage: &Stage, sent: &str) -> String {
    let mut stream = TcpStream::connect(stage.gateway).await.unwrap();
    // It may answer and close before all of it was sent.
    let _ = stream.write_all(sent.as_bytes()).await;
    let mut came = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut came)).await.expect("it closes");
    String::from_utf8_lossy(&came).into_owned()
}

#[tokio::test]
async fn a_head_has_its_bounds() {
    let stage = Stage::new(narrow(), |_| hello()).await;
    let many: String = (0..100).map(|nth| format!("x-{nth}: y\r\n")).collect();
    let came = told(&stage, &format!("GET /health HTTP/1.1\r\nhost: here\r\n{many}\r\n")).await;
    assert!(came.starts_with("HTTP/1.1 431"), "{came}");
    let long = "y".repeat(64 * 1024);
    let came = told(&stage, &format!("GET /health HTTP/1.1\r\nx: {long}\r\n\r\n")).await;
    assert!(came.starts_with("HTTP/1.1 431"), "{came}");
}

#[tokio::test]
async fn who_does_not_come_to_the_point_is_not_waited_for() {
    let mut settings = narrow();
    settings.patience.head = Duration::from_millis(200);
    settings.body = Duration::from_millis(200);
    let stage = Stage::new(settings, |_| hello()).await;
    told(&stage, "").await;
    told(&stage, "GET /health HTTP/1.1\r\nhost").await;
    let half = "POST /v1/chat/completions HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let came = told(&stage, half).await;
    assert!(came.starts_with("HTTP/1.1 408"), "{came}");
    assert_eq!(stage.count("open-now").await, 0);
}

#[tokio::test]
async fn it_goes_by_the_body_and_not_by_accept() {
    let stage = Stage::new(narrow(), |_| hello()).await;
    let accepting = stage.request(asking(true)).header("accept", "application/json");
    assert_eq!(hear(accepting.send().await.unwrap()).await.text, "hello");
}

#[tokio::test]
async fn every_answer_has_a_name_to_be_found_by() {
    let stage = Stage::new(narrow(), |_| hello()).await;
    let id = |response: &reqwest::Response| {
        response.headers()["x-request-id"].to_str().unwrap().to_string()
    };
    let one = stage.request(asking(true)).header("x-request-id", "mine-7").send().await.unwrap();
    assert_eq!(id(&one), "mine-7");
    let (two, three) = (stage.chat(true).await, stage.ask(json!({})).await);
    assert_ne!(id(&two), id(&three), "a refusal has one, too");
    for strange in ["", "a b", "x".repeat(65).as_str(), "<script>"] {
        let asked = stage.request(asking(true)).header("x-request-id", strange);
        assert_ne!(id(&asked.send().await.unwrap()), strange);
    }
}

/// Some servers refuse a request that names no model.
#[tokio::test]
async fn who_names_no_model_gets_the_models_first() {
    let stage = Stage::new(Settings::default(), |_| hello()).await;
    for (model, asked) in
        [(Value::Null, "scripted"), (json!("mine"), "mine"), (Value::Null, "scripted")]
    {
        let mut body = asking(true);
        if !model.is_null() {
            body["model"] = model;
        }
        assert_eq!(hear(stage.ask(body).await).await.text, "hello");
        let body = stage.saw.lock().unwrap().bodies.last().unwrap().clone();
        assert_eq!(body["model"], asked);
    }
}

/// What is handed over at the end is kept until then; and no answer is endless.
#[tokio::test]
async fn what_is_kept_for_a_client_has_a_bound() {
    let settings = Settings { buffered: true, ping: PATIENCE, ..Settings::default() };
    let text = "a token that is long enough to fill what there is ".repeat(50);
    let Do::Send(many) = event(&chunk(&json!({ "content": text }), None)) else { unreachable!() };
    let stage = Stage::new(settings, move |_| vec![head(), Do::Flood(many.clone())]).await;
    let response = stage.chat(true).await;
    assert_eq!(response.status(), 502);
    let said = response.text().await.unwrap();
    assert!(said.contains("does not come to an end"), "{said}");
    stage.sees("it leave", |saw| saw.left == 1).await;
    stage.counts("open-now", 0).await;
}
