//! The gateway: what stands between people who chat and a model that can serve a few at a time.

pub mod body;
pub mod chat;
pub mod chunk;
pub mod events;
pub mod limit;
pub mod metrics;
pub mod out;
mod page;
pub mod reading;
pub mod request;
pub mod shutdown;
pub mod talk;
pub mod upstream;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::protocol::Refusal;
use crate::retrieval::Library;
use limit::{Limit, Room};
use metrics::Metrics;
use shutdown::{Patience, Phase};
use talk::closing;
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
    /// where the book is built, for the links of an answer
    pub book: &'static str,
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
            book: concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/book"),
        }
    }
}

/// What all chats share.
pub struct Gateway {
    pub settings: Settings,
    pub upstream: Upstream,
    pub library: Library,
    pub limit: Option<Limit>,
    pub metrics: Arc<Metrics>,
    pub phase: watch::Receiver<Phase>,
    /// that were given a name here
    pub chats: AtomicU64,
}

/// Serves until `signal`, and then drains.
///
/// # Errors
/// The listener is good no more.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    upstream: Upstream,
    library: Library,
    signal: impl Future<Output = ()>,
) -> io::Result<()> {
    let (phase, phases) = watch::channel(Phase::Open);
    let gateway = Arc::new(Gateway {
        settings,
        upstream,
        library,
        limit: settings.room.map(Limit::new),
        metrics: Arc::default(),
        phase: phases,
        chats: AtomicU64::new(0),
    });
    let app = Router::new()
        .route("/v1/chat/completions", post(chat::chat))
        .route("/v1/models", get(models))
        .route("/health", get(health))
        .route("/metrics", get(counted))
        .route("/counters", get(counters))
        .merge(page::routes(settings.book))
        .with_state(gateway);
    shutdown::serve(listener, app, phase, settings.patience, signal).await
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
