//! An answer in one piece.

use serde_json::{Value, json};

use super::stage::{Do, Stage, narrow, refusal, send};

fn answer(body: &str) -> Vec<Do> {
    vec![send(&format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ))]
}

async fn said(stage: &Stage) -> (u16, Value) {
    let response = stage.chat(false).await;
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).expect("JSON"))
}

#[tokio::test]
async fn it_names_its_passages_and_is_otherwise_the_models() {
    let whole = json!({
        "id": "x", "choices": [{ "index": 0, "finish_reason": "stop",
        "message": { "role": "assistant", "content": "안녕" } }], "usage": { "total_tokens": 2 },
    });
    let body = whole.to_string();
    let stage = Stage::new(narrow(), move |_| answer(&body)).await;
    let (status, mut said) = said(&stage).await;
    let passages = said.as_object_mut().unwrap().remove("passages").expect("they are named");
    assert_eq!(passages[0]["title"], "await");
    assert!(passages[0]["text"].as_str().unwrap().contains("gives the thread back"));
    assert_eq!((status, said), (200, whole));
}

#[tokio::test]
async fn what_fails_has_a_status() {
    let lost = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{";
    for (script, status, says) in [
        (answer("no"), 502, "no JSON"),
        (answer(r#"{"error":{"message":"no room"}}"#), 502, "no room"),
        (vec![send(lost)], 502, "broke off"),
        (refusal("500 Internal Server Error", "", "oops"), 502, "oops"),
        (refusal("422 Unprocessable Entity", "", "what?"), 422, "what?"),
    ] {
        let stage = Stage::new(narrow(), move |_| script.clone()).await;
        let (found, said) = said(&stage).await;
        assert_eq!(found, status, "{said}");
        assert!(said["error"]["message"].as_str().unwrap().contains(says), "{said}");
        stage.counts("broken", 1).await;
        stage.counts("open-now", 0).await;
    }
}
