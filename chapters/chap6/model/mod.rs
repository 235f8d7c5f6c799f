//! A server that behaves as a language model's: the protocol, the slots, the pace. What it says is
//! quoted, and always the same.

pub mod answer;
pub mod pace;
pub mod slots;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use http_body::Frame;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::protocol::{Ask, DONE, Refusal, event};
use crate::retrieval::words::Terms;
use slots::{Engine, Rates};

/// What it calls itself.
pub const NAME: &str = "quotes";

/// Longer prompts are refused: what a small model takes.
pub const CONTEXT: usize = 8_192;

/// Said to the end if nobody asks for fewer: no answer is endless.
const MOST_TOKENS: u32 = 2_048;

struct Model {
    engine: Engine,
    terms: Terms,
    answers: AtomicU64,
}

/// Serves for ever.
///
/// # Errors
/// The listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    rates: Rates,
    terms: Terms,
) -> std::io::Result<()> {
    let engine = Engine::start(rates);
    let model = Arc::new(Model { engine, terms, answers: AtomicU64::new(0) });
    let app = Router::new()
        .route("/v1/chat/completions", post(chat))
        .route("/v1/models", get(models))
        .route("/health", get(|| async { Json(json!({ "status": "ok" })) }))
        .route("/counters", get(counters))
        .with_state(model);
    // A token is a small packet, and must not wait for the next one to fill it.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, app).await
}

async fn models() -> Json<Value> {
    let this = json!({ "id": NAME, "object": "model", "created": 0, "owned_by": "this book" });
    Json(json!({ "object": "list", "data": [this] }))
}

async fn counters(State(model): State<Arc<Model>>) -> Json<Value> {
    Json(model.engine.counted.json())
}

async fn chat(
    State(model): State<Arc<Model>>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let ask = Ask::read(&body).map_err(Refusal::bad_request)?;
    let prompt = answer::length(&ask);
    if prompt > CONTEXT {
        let why = format!(
            "the prompt has {prompt} tokens; at most {CONTEXT} would be right"
        );
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "context_length_exceeded",
            why,
        ));
    }
    let words = answer::of(&ask, &model.terms);
    let most =
        ask.most_tokens().unwrap_or(MOST_TOKENS).clamp(1, MOST_TOKENS) as usize;
    let tokens = if ask.ignore_eos { most } else { words.len().min(most) };
    let answer = Answer {
        id: format!("chatcmpl-{}", model.answers.fetch_add(1, Relaxed)),
        stopped: if tokens < words.len() || ask.ignore_eos {
            "length"
        } else {
            "stop"
        },
        usage: json!({
            "prompt_tokens": prompt, "completion_tokens": tokens,
            "total_tokens": prompt + tokens,
        }),
        said: model.engine.say(prompt, tokens),
        words,
        at: 0,
        tokens,
        wants_usage: ask.wants_usage(),
    };
    match ask.stream {
        true => {
            let kind = [(header::CONTENT_TYPE, "text/event-stream")];
            Ok((kind, Body::new(answer)).into_response())
        }
        // Whoever hangs up meanwhile takes this future with it, and with it the job.
        false => Ok(Json(answer.whole().await).into_response()),
    }
}

/// An answer that is being said: the body of a response. Dropping it gives the slot back.
struct Answer {
    id: String,
    words: Vec<String>,
    /// a word for each token that was said
    said: mpsc::Receiver<()>,
    /// so many were
    at: usize,
    tokens: usize,
    stopped: &'static str,
    usage: Value,
    wants_usage: bool,
}

impl Answer {
    fn word(&self, at: usize) -> &str {
        &self.words[at % self.words.len()]
    }

    async fn whole(mut self) -> Value {
        while self.at < self.tokens && self.said.recv().await.is_some() {
            self.at += 1;
        }
        let text: String = (0..self.at).map(|at| self.word(at)).collect();
        json!({
            "id": self.id, "object": "chat.completion", "created": 0, "model": NAME,
            "choices": [{
                "index": 0, "finish_reason": self.stopped,
                "message": { "role": "assistant", "content": text },
            }],
            "usage": self.usage,
        })
    }

    fn chunk(&self, delta: &Value, finish: Option<&str>) -> Bytes {
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
        event(&self.with_choices(&json!([choice])).to_string())
    }

    fn with_choices(&self, choices: &Value) -> Value {
        json!({
            "id": self.id, "object": "chat.completion.chunk", "created": 0, "model": NAME,
            "choices": choices,
        })
    }

    /// What the next token makes of the stream: it may be the first, or the last, or both.
    fn next(&mut self) -> Bytes {
        let mut said = Vec::new();
        if self.at == 0 {
            said.extend(
                self.chunk(&json!({ "role": "assistant", "content": null }), None),
            );
        }
        said.extend(self.chunk(&json!({ "content": self.word(self.at) }), None));
        self.at += 1;
        if self.at == self.tokens {
            said.extend(self.chunk(&json!({}), Some(self.stopped)));
            if self.wants_usage {
                let mut last = self.with_choices(&json!([]));
                last["usage"] = self.usage.clone();
                said.extend(event(&last.to_string()));
            }
            said.extend(event(DONE));
        }
        said.into()
    }
}

impl http_body::Body for Answer {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.at == self.tokens {
            return Poll::Ready(None);
        }
        let said = ready!(self.said.poll_recv(cx));
        Poll::Ready(said.map(|()| Ok(Frame::data(self.next()))))
    }
}
