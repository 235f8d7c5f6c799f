//! The layer that FastAPI users live on: routes, extractors, JSON.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use while_you_wait::{Failure, Serve, server_timing};

// ANCHOR: routes-and-extractors
#[derive(Deserialize)]
struct Who {
    name: String,
}

#[derive(Serialize)]
struct Said {
    message: String,
}

async fn hello(delay: Duration) -> Json<Said> {
    if !delay.is_zero() {
        sleep(delay).await;
    }
    Json(Said { message: "answered by axum".into() })
}

async fn greet(Json(who): Json<Who>) -> Json<Said> {
    Json(Said { message: format!("hello, {}", who.name) })
}

async fn bug() -> Json<Said> {
    panic!("a bug in a handler")
}

fn routes(delay: Duration) -> Router {
    Router::new()
        .route("/async", get(move || hello(delay)))
        .route("/greet", post(greet))
        .route("/panic", get(bug))
}
// ANCHOR_END: routes-and-extractors

// ANCHOR: the-same-layers
static NUMBERS: AtomicU64 = AtomicU64::new(0);

/// `Stamp` again, as a function: axum writes the service around it.
async fn stamp(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let mut answer = next.run(request).await;
    let timing = HeaderValue::try_from(server_timing(started));
    answer
        .headers_mut()
        .insert("server-timing", timing.expect("digits and letters"));
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    answer.headers_mut().insert("x-request-id", HeaderValue::from(number));
    answer
}

async fn answer(serve: &Serve) -> Result<(), Failure> {
    let patience = 2 * serve.delay + Duration::from_secs(1);
    // In two steps: a route is never full, and waits inside of its call.
    let app =
        routes(serve.delay).layer(GlobalConcurrencyLimitLayer::new(64)).layer((
            middleware::from_fn(stamp),
            CatchPanicLayer::new(),
            TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, patience),
        ));
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
// ANCHOR_END: the-same-layers

pub fn serve(serve: &Serve) -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(answer(serve))
}
