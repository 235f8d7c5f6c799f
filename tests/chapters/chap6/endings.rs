//! How a stream ends: whole, or with one error and one end; never with a stop that was none.

use std::time::Duration;

use chap6::gateway::Settings;
use chap6::gateway::body::{Owned, Streamed};
use http_body_util::BodyExt;
use serde_json::json;
use tests::PATIENCE;
use tokio::sync::mpsc;

use super::stage::{
    Do, Stage, asking, chunk, done, event, head, hear, heard, hello, refusal, send, stop, token,
};

#[tokio::test]
async fn a_whole_answer_comes_whole_and_names_its_passages_at_once() {
    let stage = Stage::new(Settings::default(), |_| hello()).await;
    let response = stage.chat(true).await;
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_string();
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!(header("x-accel-buffering"), "no");
    assert_eq!(header("cache-control"), "no-cache");
    let heard = hear(response).await;
    assert_eq!((heard.text.as_str(), heard.dones), ("hello", 1));
    assert_eq!((heard.finish.as_slice(), heard.errors.len()), (["stop".to_string()].as_slice(), 0));
    assert_eq!(heard.chunks[0]["passages"][0]["link"], "/book/await.html#await");
    assert_eq!(heard.chunks[0]["choices"][0]["delta"]["content"], "hel");
    assert!(heard.chunks[1..].iter().all(|chunk| chunk.get("passages").is_none()));
    let body = stage.saw.lock().unwrap().bodies[0].clone();
    assert!(body["messages"][0]["content"].as_str().unwrap().contains("gives the thread back"));
    assert_eq!(body["messages"][1]["content"], "What does await do?");
}

/// Every way in which a model fails in the middle.
#[tokio::test]
async fn a_failure_in_the_middle_is_one_error_and_one_end() {
    let lost = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n";
    let half = r#"data: {"choices":[{"index":0,"delta":{"content":"lo"},"fin"#;
    let deep = r#"{"error":{"message":"out of memory"}}"#;
    let scripts: [(&str, Vec<Do>, &str); 8] = [
        ("an end without a reason", vec![head(), token("hel")], "stopped without saying why"),
        ("done without a reason", vec![head(), token("hel"), done()], "stopped without saying why"),
        ("an error event", vec![head(), token("hel"), event(deep), done()], "out of memory"),
        ("an error in a word", vec![head(), token("hel"), event(r#"{"error":"no"}"#)], "no"),
        ("no JSON", vec![head(), token("hel"), event("{oops"), stop(), done()], "no JSON"),
        ("half an event", vec![head(), token("hel"), send(half)], "stopped without saying why"),
        ("a lost connection", vec![send(lost), token("hel")], "broke off"),
        (
            "one of two answers",
            vec![
                head(),
                token("hel"),
                event(
                    &chunk(&json!({ "content": "" }), None).replace("\"index\":0", "\"index\":1"),
                ),
                stop(),
                done(),
            ],
            "stopped without saying why",
        ),
    ];
    for (what, script, says) in scripts {
        let stage = Stage::new(Settings::default(), move |_| script.clone()).await;
        let heard = hear(stage.chat(true).await).await;
        assert_eq!(heard.errors.len(), 1, "{what}: {heard:?}");
        assert!(heard.errors[0].contains(says), "{what}: {heard:?}");
        assert_eq!(heard.dones, 0, "{what} is no end that was reached");
        assert!(heard.text.starts_with("hel"), "{what}: what was said was said");
        assert_eq!(stage.begun(), 1, "{what}: nothing is tried again once text is out");
        stage.counts("broken", 1).await;
    }
}

#[tokio::test]
async fn an_answer_that_gave_its_reason_needs_no_done() {
    let stage = Stage::new(Settings::default(), |_| vec![head(), token("hello"), stop()]).await;
    let heard = hear(stage.chat(true).await).await;
    assert_eq!((heard.text.as_str(), heard.dones, heard.errors.len()), ("hello", 1, 0));
}

#[tokio::test]
async fn a_failure_before_the_first_event_has_a_status() {
    let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi";
    for (script, status, says) in [
        (vec![head(), event(r#"{"error":{"message":"no room"}}"#)], 502, "no room"),
        (vec![head()], 502, "stopped without saying why"),
        (vec![send(page)], 502, "did not answer with a stream"),
        (refusal("400 Bad Request", "", "too long"), 400, "too long"),
        (refusal("404 Not Found", "", "no such model"), 404, "no such model"),
    ] {
        let stage = Stage::new(Settings::default(), move |_| script.clone()).await;
        let response = stage.chat(true).await;
        assert_eq!(response.status(), status, "{says}");
        let said = response.text().await.unwrap();
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let message = said["error"]["message"].as_str().unwrap();
        assert!(message.contains(says), "{message}");
        assert!(said["error"]["type"].is_string() && said["error"]["code"].is_string());
    }
}

#[tokio::test]
async fn letters_are_whole_wherever_the_bytes_are_cut() {
    let text = "기다리는 동안 🙂 é";
    let bytes = format!("data: {}\r\n\r\n", chunk(&json!({ "content": text }), None)).into_bytes();
    let stage = Stage::new(Settings::default(), move |_| {
        let mut script = vec![head()];
        for byte in &bytes {
            script.push(Do::Send(vec![*byte]));
            script.push(Do::Rest(Duration::from_micros(200)));
        }
        script.extend([stop(), done()]);
        script
    })
    .await;
    let heard = hear(stage.chat(true).await).await;
    assert_eq!((heard.text.as_str(), heard.dones, heard.errors.len()), (text, 1, 0));
}

#[tokio::test]
async fn what_trips_clients_is_not_handed_on() {
    let stage = Stage::new(Settings::default(), |_| {
        vec![
            head(),
            send("retry: 5\n\nid: 7\nevent: message\n"),
            send(
                "data: {\"choices\":\ndata: [{\"index\":0,\"delta\":{\"content\":\"hello\"}}]}\n\n",
            ),
            send(": a comment\n\ndata:\n\nevent: ping\n\n"),
            event(r#"{"choices":[]}"#),
            stop(),
            done(),
            token("and more after the end"),
        ]
    })
    .await;
    let heard = hear(stage.chat(true).await).await;
    assert_eq!((heard.text.as_str(), heard.dones), ("hello", 1));
    assert_eq!((heard.strange.as_slice(), heard.chunks.len()), ([].as_slice(), 2), "{heard:?}");
}

#[tokio::test]
async fn tokens_are_counted_for_who_asks_and_last_of_all() {
    let usage = r#"{"choices":[],"usage":{"total_tokens":5}}"#;
    let script = move |_| vec![head(), token("hello"), event(usage), stop(), done()];
    let stage = Stage::new(Settings::default(), script).await;
    let unasked = hear(stage.chat(true).await).await;
    assert!(unasked.chunks.iter().all(|chunk| chunk.get("usage").is_none()), "{unasked:?}");
    let mut body = asking(true);
    body["stream_options"] = json!({ "include_usage": true });
    let asked = hear(stage.ask(body).await).await;
    assert_eq!(asked.chunks.last().unwrap()["usage"]["total_tokens"], 5);
    assert_eq!((asked.chunks.len(), asked.dones), (3, 1));
    let options = stage.saw.lock().unwrap().bodies[1]["stream_options"].clone();
    assert_eq!(options["include_usage"], true, "the model is asked for it");
}

#[tokio::test]
async fn calls_of_tools_go_through_untouched() {
    let part = |arguments: &str, id: Option<&str>| {
        let mut call = json!({ "index": 0, "function": { "arguments": arguments } });
        if let Some(id) = id {
            call["id"] = id.into();
        }
        chunk(&json!({ "tool_calls": [call] }), None)
    };
    let parts = [part("{\"pa", Some("call-1")), part("ge\":1}", None)];
    let sent = parts.clone();
    let stage = Stage::new(Settings::default(), move |_| {
        let end = event(&chunk(&json!({}), Some("tool_calls")));
        vec![head(), event(&sent[0]), event(&sent[1]), end, done()]
    })
    .await;
    let mut heard = hear(stage.chat(true).await).await;
    heard.chunks[0].as_object_mut().unwrap().remove("passages");
    for (nth, part) in parts.iter().enumerate() {
        assert_eq!(heard.chunks[nth], serde_json::from_str::<serde_json::Value>(part).unwrap());
    }
    assert_eq!(heard.finish, ["tool_calls"]);
}

#[tokio::test]
async fn only_what_went_unheard_is_tried_again_and_only_once() {
    // Closed before a byte of an answer.
    let stage =
        Stage::new(Settings::default(), |nth| if nth == 0 { vec![] } else { hello() }).await;
    let heard = hear(stage.chat(true).await).await;
    assert_eq!((heard.text.as_str(), stage.begun()), ("hello", 2));
    // A server that broke, and says not when to come back.
    let broken = |nth| match nth {
        0 => refusal("500 Internal Server Error", "", "oops"),
        _ => hello(),
    };
    let stage = Stage::new(Settings::default(), broken).await;
    assert_eq!((hear(stage.chat(true).await).await.text.as_str(), stage.begun()), ("hello", 2));
    // For ever.
    let stage = Stage::new(Settings::default(), |_| vec![]).await;
    let response = stage.chat(true).await;
    assert_eq!((response.status().as_u16(), stage.begun()), (502, 2));
}

#[tokio::test]
async fn a_model_that_says_when_to_come_back_is_not_asked_again_by_us() {
    for (status, after) in [("429 Too Many Requests", "7"), ("503 Service Unavailable", "11")] {
        let headers = format!("retry-after: {after}\r\n");
        let stage =
            Stage::new(Settings::default(), move |_| refusal(status, &headers, "busy")).await;
        for stream in [true, false] {
            let response = stage.chat(stream).await;
            assert_eq!(response.status().as_str(), &status[..3]);
            assert_eq!(response.headers()["retry-after"], after);
        }
        assert_eq!(stage.begun(), 2, "once for each that was asked");
    }
}

/// A fault of ours: its words are for the log, and the client is told that there was one.
#[tokio::test]
async fn a_chat_that_panics_ends_with_an_error_and_one_that_does_not_with_its_last_word() {
    for panics in [true, false] {
        let (to, frames) = mpsc::channel(1);
        let talk = Owned::spawn(async move {
            let said = format!("data: {}\n\n", chunk(&json!({ "content": "hel" }), None));
            to.send(said.into()).await.unwrap();
            assert!(!panics, "a fault of ours");
        });
        let body = Streamed::new(frames, talk, PATIENCE, false).collect().await.unwrap();
        let heard = heard(std::str::from_utf8(&body.to_bytes()).unwrap());
        let errors: &[&str] = if panics { &["the chat failed"] } else { &[] };
        assert_eq!((heard.text.as_str(), heard.dones), ("hel", 0));
        assert_eq!(heard.errors, errors);
    }
}
