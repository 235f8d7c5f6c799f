//! What may be asked: within its limits, and by a name.

use std::sync::atomic::Ordering::Relaxed;

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use chap6::gateway::{Gateway, Settings};
use chap6::protocol::{Ask, Refusal};
use chap6::retrieval::Passage;
use serde_json::{Map, Value};
use tokio::time::timeout;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// By which a chat is found in both logs: the client's own, if that is a plain one.
pub fn id(gateway: &Gateway, headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let is_plain = |id: &&str| {
        id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    match given.filter(is_plain).filter(|id| !id.is_empty()) {
        Some(id) => id.into(),
        None => format!("chat-{}", gateway.chats.fetch_add(1, Relaxed)),
    }
}

/// A request within its limits: as a whole, and as what we need of it.
///
/// # Errors
/// It is beyond one of them; the sentence says which, and what would be right.
pub async fn read(
    settings: &Settings,
    request: Request,
) -> Result<(Ask, Map<String, Value>), Refusal> {
    let Settings { body: patience, most_body, most_prompt, .. } = *settings;
    // Any page on the web may send us text; for JSON its browser would have to ask first.
    let kind = request.headers().get(header::CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json")) {
        let why = "send the request as content-type: application/json";
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            why,
        ));
    }
    let body = timeout(patience, to_bytes(request.into_body(), most_body)).await;
    let body = body.map_err(|_| {
        let why = format!("the request was not whole within {patience:?}");
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "timeout", why)
    })?;
    let body = body.map_err(|_| {
        let why = format!("at most {most_body} bytes of request would be right");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", why)
    })?;
    let ask = Ask::read(&body).map_err(Refusal::bad_request)?;
    let letters: usize =
        ask.messages.iter().map(|message| message.text().chars().count()).sum();
    if letters > most_prompt {
        let why = format!(
            "the messages have {letters} letters; at most {most_prompt} would be right"
        );
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "context_length_exceeded",
            why,
        ));
    }
    let request = serde_json::from_slice(&body);
    Ok((ask, request.map_err(|why| Refusal::bad_request(why.to_string()))?))
}

/// What goes before a question: orders, and the passages to follow them with.
pub fn prompt(passages: &[Passage]) -> String {
    let mut text = String::from(
        "Answer with what these passages of a book say, and say so where they do not say it.\n",
    );
    for (nth, Passage { title, text: passage, .. }) in passages.iter().enumerate() {
        text.push_str(&format!("\n[{}] {title}\n{passage}\n", nth + 1));
    }
    text
}
