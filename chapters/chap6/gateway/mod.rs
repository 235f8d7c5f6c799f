//! The gateway: what stands between people who chat and a model that can serve a few at a time.

pub mod body;
pub mod chunk;
pub mod events;
pub mod limit;
pub mod metrics;
mod page;
pub mod shutdown;
mod talk;
mod upstream;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::protocol::{Ask, Refusal};
use crate::retrieval::{Library, Passage};
use body::{Owned, Streamed};
use limit::{Limit, Room};
use metrics::{Counted, Metrics};
use shutdown::{Patience, Phase};
use talk::{Out, Talk, closing};
use upstream::Upstream;

/// Everything that a gateway may be told. Each wait has an end.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// none: everybody is let in, and waits in the model's own queue
    pub room: Option<Room>,
    /// hands an answer over when it is whole, as many a proxy does
    pub buffered: bool,
    pub deadlines: Deadlines,
    pub patience: Patience,
    /// for a request's body to be whole
    pub body: Duration,
    /// after so long a silence a comment is sent, and the head before it
    pub ping: Duration,
    /// events that may wait for a slow reader: then the model's own connection waits, too
    pub ahead: usize,
    /// the most that a body may have, in bytes
    pub most_body: usize,
    /// the most that all messages together may have, in letters
    pub most_prompt: usize,
    /// how many go with a question
    pub passages: usize,
}

/// When we have waited long enough for the model.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// from a chat's turn to its first token
    pub first: Duration,
    /// from a token to the next
    pub gap: Duration,
    /// from a chat's arrival to its end
    pub whole: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Settings {
            room: Some(Room {
                talking: 4,
                waiting: 4,
                patience: seconds(30),
                retry_after: 2,
            }),
            buffered: false,
            deadlines: Deadlines {
                first: seconds(60),
                gap: seconds(30),
                whole: seconds(300),
            },
            patience: Patience {
                head: seconds(10),
                write: seconds(20),
                drain: seconds(20),
                farewell: seconds(2),
            },
            body: seconds(10),
            ping: seconds(3),
            ahead: 16,
            most_body: 256 * 1024,
            most_prompt: 24_000,
            passages: 3,
        }
    }
}

pub struct Gateway {
    settings: Settings,
    upstream: Upstream,
    library: Library,
    limit: Option<Limit>,
    metrics: Arc<Metrics>,
    phase: watch::Receiver<Phase>,
    chats: AtomicU64,
}

/// Serves until `signal`, and then drains. `model` is where the model serves, as in
/// `http://127.0.0.1:9000`.
///
/// # Errors
/// The client for the model could not be made.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    model: String,
    library: Library,
    signal: impl Future<Output = ()>,
) -> io::Result<()> {
    let (phase, phases) = watch::channel(Phase::Open);
    let gateway = Arc::new(Gateway {
        settings,
        upstream: Upstream::new(model).map_err(io::Error::other)?,
        library,
        limit: settings.room.map(Limit::new),
        metrics: Arc::default(),
        phase: phases,
        chats: AtomicU64::new(0),
    });
    let app = Router::new()
        .route("/v1/chat/completions", post(chat))
        .route("/v1/models", get(models))
        .route("/health", get(health))
        .route("/metrics", get(counted))
        .route("/counters", get(counters))
        .merge(page::routes())
        .with_state(gateway);
    shutdown::serve(listener, app, phase, settings.patience, signal).await
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

async fn chat(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let id = gateway.id(request.headers());
    let answered = gateway.chat(&id, request).await;
    let mut response = answered.unwrap_or_else(|refusal| {
        tracing::info!(
            id,
            status = refusal.status.as_u16(),
            why = refusal.message,
            "refused"
        );
        refusal.into_response()
    });
    let id = id.parse().expect("letters and digits");
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

impl Gateway {
    /// By which a chat is found in both logs: the client's own, if that is a plain one.
    fn id(&self, headers: &HeaderMap) -> String {
        let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
        let is_plain = |id: &&str| {
            id.len() <= 64
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        match given.filter(is_plain).filter(|id| !id.is_empty()) {
            Some(id) => id.into(),
            None => format!("chat-{}", self.chats.fetch_add(1, Relaxed)),
        }
    }

    async fn chat(
        self: &Arc<Self>,
        id: &str,
        request: Request,
    ) -> Result<Response, Refusal> {
        let (ask, request) = self.read(request).await?;
        if *self.phase.borrow() != Phase::Open {
            return Err(closing());
        }
        let place = self.limit.as_ref().map(Limit::enter).transpose();
        let place = place.inspect_err(|_| {
            self.metrics.refused.inc();
        })?;
        let talk = Talk {
            gateway: self.clone(),
            id: id.into(),
            request,
            question: ask.question(),
            wants_usage: ask.wants_usage(),
            place,
            counted: Counted::new(&self.metrics, id),
            phase: self.phase.clone(),
        };
        match ask.stream {
            true => self.streamed(talk).await,
            false => Ok(Json(talk.whole().await?).into_response()),
        }
    }

    // ANCHOR: head
    /// Waits for the first event, so that what fails before it still has a status. But not for
    /// ever: after a silence the head goes out, and a later failure has to be an event.
    async fn streamed(&self, talk: Talk) -> Result<Response, Refusal> {
        let (begin, begun) = oneshot::channel();
        let (to, frames) = mpsc::channel(self.settings.ahead);
        let talk =
            Owned::spawn(talk.stream(Out::new(begin, to, self.settings.buffered)));
        let mut silent = false;
        match timeout(self.settings.ping, begun).await {
            Ok(Ok(Ok(()))) => {}
            Err(_) => silent = true,
            Ok(Ok(Err(refusal))) => return Err(refusal),
            Ok(Err(_)) => {
                let why = "the chat failed";
                return Err(Refusal::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "failed",
                    why,
                ));
            }
        }
        let headers = [
            (header::CONTENT_TYPE, "text/event-stream"),
            (header::CACHE_CONTROL, "no-cache"),
            // nginx, and others that know its word: hand it on as it comes.
            (HeaderName::from_static("x-accel-buffering"), "no"),
        ];
        let body = Streamed::new(frames, talk, self.settings.ping, silent);
        Ok((headers, Body::new(body)).into_response())
    }
    // ANCHOR_END: head

    /// A request within its limits: as a whole, and as what we need of it.
    async fn read(
        &self,
        request: Request,
    ) -> Result<(Ask, Map<String, Value>), Refusal> {
        let Settings { body: patience, most_body, most_prompt, .. } = self.settings;
        // Any page on the web may send us text; for JSON its browser would have to ask first.
        let kind = request.headers().get(header::CONTENT_TYPE);
        if !kind
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
        {
            let why = "send the request as content-type: application/json";
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                why,
            ));
        }
        let body =
            timeout(patience, to_bytes(request.into_body(), most_body)).await;
        let body = body.map_err(|_| {
            let why = format!("the request was not whole within {patience:?}");
            Refusal::new(StatusCode::REQUEST_TIMEOUT, "timeout", why)
        })?;
        let body = body.map_err(|_| {
            let why =
                format!("at most {most_body} bytes of request would be right");
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
}

/// What goes before a question: orders, and the passages to follow them with.
fn prompt(passages: &[Passage]) -> String {
    let mut text = String::from(
        "Answer with what these passages of a book say, and say so where they do not say it.\n",
    );
    for (nth, Passage { title, text: passage, .. }) in passages.iter().enumerate() {
        text.push_str(&format!("\n[{}] {title}\n{passage}\n", nth + 1));
    }
    text
}

async fn models(
    State(gateway): State<Arc<Gateway>>,
) -> Result<impl IntoResponse, Refusal> {
    let asked = timeout(gateway.settings.body, gateway.upstream.models()).await;
    asked.map_err(|_| upstream::bad_gateway("the model does not say what it is"))?
}

async fn health(State(gateway): State<Arc<Gateway>>) -> Response {
    match *gateway.phase.borrow() {
        Phase::Open => Json(json!({ "status": "ok" })).into_response(),
        Phase::Draining | Phase::Ending => closing().into_response(),
    }
}

async fn counted(State(gateway): State<Arc<Gateway>>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], gateway.metrics.text())
}

async fn counters(State(gateway): State<Arc<Gateway>>) -> Json<Value> {
    Json(gateway.metrics.json())
}
