//! What both sides say: the parts of OpenAI's chat completions that a gateway and a small model
//! need. Everything else in a request is handed on as it came.
//!
//! Reference: <https://platform.openai.com/docs/api-reference/chat>

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// The last event of a stream that is whole.
pub const DONE: &str = "[DONE]";

/// What a chat asks for.
#[derive(Debug, Clone, Deserialize)]
pub struct Ask {
    pub messages: Vec<Message>,
    pub model: Option<String>,
    #[serde(default)]
    pub stream: bool,
    pub stream_options: Option<StreamOptions>,
    pub max_tokens: Option<u32>,
    pub max_completion_tokens: Option<u32>,
    /// goes on until `max_tokens`, as llama.cpp and vLLM know it: for a load of equal answers
    #[serde(default)]
    pub ignore_eos: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct StreamOptions {
    #[serde(default)]
    pub include_usage: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Message {
    pub role: String,
    /// absent from a message that only calls a tool
    pub content: Option<Content>,
}

/// A message's text, as one or in parts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Clone, Deserialize)]
pub struct Part {
    /// absent from a part that is a picture
    pub text: Option<String>,
}

impl Message {
    pub fn text(&self) -> String {
        match &self.content {
            None => String::new(),
            Some(Content::Text(text)) => text.clone(),
            Some(Content::Parts(parts)) => {
                let texts = parts.iter().filter_map(|part| part.text.as_deref());
                texts.collect::<Vec<_>>().join("\n")
            }
        }
    }
}

impl Ask {
    /// Reads a body.
    ///
    /// # Errors
    /// It is no JSON, or not of this form, or holds no message; the sentence says which.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        let ask: Ask = serde_json::from_slice(body).map_err(|why| {
            format!("this is no chat completion request: {why}; {EXAMPLE} would be right")
        })?;
        match ask.messages.is_empty() {
            true => Err(format!("there is no message; {EXAMPLE} would be right")),
            false => Ok(ask),
        }
    }

    /// What the person said last.
    pub fn question(&self) -> String {
        let mut messages = self.messages.iter().rev();
        messages
            .find(|message| message.role == "user")
            .map(Message::text)
            .unwrap_or_default()
    }

    pub fn wants_usage(&self) -> bool {
        self.stream_options.is_some_and(|options| options.include_usage)
    }

    pub fn most_tokens(&self) -> Option<u32> {
        self.max_completion_tokens.or(self.max_tokens)
    }
}

const EXAMPLE: &str =
    r#"{"messages":[{"role":"user","content":"What does await do?"}]}"#;

/// What is said instead of an answer, in the protocol's own form.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub status: StatusCode,
    /// a word for programs
    pub code: &'static str,
    /// a sentence for people
    pub message: String,
    /// `Retry-After`: seconds, or a date, as somebody said it
    pub retry_after: Option<HeaderValue>,
}

impl Refusal {
    pub fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Refusal { status, code, message: message.into(), retry_after: None }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Refusal::new(StatusCode::BAD_REQUEST, "invalid_request", message)
    }

    /// As a body, or as an event in the middle of a stream.
    pub fn json(&self) -> Value {
        let kind = match self.status.is_client_error() {
            true => "invalid_request_error",
            false => "server_error",
        };
        json!({ "error": {
            "message": self.message, "type": kind, "param": null, "code": self.code,
        } })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.json())).into_response();
        if let Some(after) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, after);
        }
        response
    }
}

/// An event of a stream. JSON may be written in several lines, and an event's data may not.
pub fn event(data: &str) -> axum::body::Bytes {
    format!("data: {}\n\n", data.replace('\n', " ")).into()
}
