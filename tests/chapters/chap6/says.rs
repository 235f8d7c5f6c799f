//! What a scripted model says, piece by piece.

use serde_json::{Value, json};

use super::stage::Do;

/// The head of a stream that ends with its connection.
pub fn head() -> Do {
    send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
}

pub fn send(text: &str) -> Do {
    Do::Send(text.as_bytes().to_vec())
}

pub fn event(data: &str) -> Do {
    send(&format!("data: {data}\n\n"))
}

pub fn token(text: &str) -> Do {
    event(&chunk(&json!({ "content": text }), None))
}

pub fn chunk(delta: &Value, finish: Option<&str>) -> String {
    let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
    json!({ "id": "x", "object": "chat.completion.chunk", "choices": [choice] }).to_string()
}

pub fn stop() -> Do {
    event(&chunk(&json!({}), Some("stop")))
}

pub fn done() -> Do {
    event("[DONE]")
}

/// A whole answer of two tokens.
pub fn hello() -> Vec<Do> {
    vec![head(), token("hel"), token("lo"), stop(), done()]
}

/// A refusal of the model's own.
pub fn refusal(status: &str, headers: &str, message: &str) -> Vec<Do> {
    let body = json!({ "error": { "message": message } }).to_string();
    vec![send(&format!(
        "HTTP/1.1 {status}\r\n{headers}content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    ))]
}
