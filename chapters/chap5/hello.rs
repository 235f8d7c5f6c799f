//! The Rust servers of the table: an endpoint that waits, or, with a delay of zero,
//! only says hello.

use std::convert::Infallible;
use std::future::Future;
use std::thread;
use std::time::{Duration, Instant};

use ::axum::extract::State;
use ::axum::http::HeaderName;
use ::axum::response::IntoResponse;
use ::axum::routing::get;
use ::axum::{Json, Router};
use ::hyper::body::{Bytes, Incoming};
use ::hyper::server::conn::http1;
use ::hyper::service::service_fn;
use ::hyper::{Request, Response};
use ::rouille::Response as Answer;
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::sleep;
use while_you_wait::{Failure, Serve, server_timing};

use super::cpu;

/// What this program was built with: `axum 0.8.9, hyper 1.12.0`.
fn software(names: &[&str]) -> String {
    let version = |name: &&str| {
        let after = include_str!("../../Cargo.lock")
            .split_once(&format!("name = \"{name}\"\nversion = \""))?
            .1;
        Some(format!("{name} {}", after.split_once('"')?.0))
    };
    names.iter().filter_map(version).collect::<Vec<_>>().join(", ")
}

/// A thread for every request.
pub fn rouille(serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    let server = ::rouille::Server::new(serve.addr, move |_| {
        let started = Instant::now();
        thread::sleep(delay);
        Answer::json(&json!({ "message": "hello" }))
            .with_additional_header("Server-Timing", server_timing(started))
    })?;
    serve.listening(server.server_addr());
    serve.tell("software", &software(&["rouille", "tiny_http"]));
    server.run();
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
pub async fn axum(serve: &Serve) -> Result<(), Failure> {
    let app = Router::new().route("/async", get(answer)).with_state(serve.delay);
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    serve.tell("software", &software(&["axum", "hyper", "tokio"]));
    ::axum::serve(listener, app).await?;
    Ok(())
}

async fn answer(State(delay): State<Duration>) -> impl IntoResponse {
    let started = Instant::now();
    wait(delay).await;
    let timing = HeaderName::from_static("server-timing");
    ([(timing, server_timing(started))], Json(json!({ "message": "hello" })))
}

/// tokio's timer counts in whole milliseconds, so that even no delay would be one.
async fn wait(delay: Duration) {
    if !delay.is_zero() {
        sleep(delay).await;
    }
}

#[tokio::main(flavor = "current_thread")]
pub async fn hyper(serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    over_hyper(serve, move || async move {
        let started = Instant::now();
        wait(delay).await;
        let body = json!({ "message": "hello" }).to_string();
        Response::builder()
            .header("content-type", "application/json")
            .header("server-timing", server_timing(started))
            .body(Full::from(body))
            .expect("these headers are well formed")
    })
    .await
}

/// Next to nothing: whatever asks it is soon at its own limit.
#[tokio::main(flavor = "current_thread")]
pub async fn hello(serve: &Serve) -> Result<(), Failure> {
    let body = || Full::new(Bytes::from_static(b"hello"));
    over_hyper(serve, move || async move { Response::new(body()) }).await
}

/// The same, after it has computed for a while: now the server is the limit.
#[tokio::main(flavor = "current_thread")]
pub async fn busy(serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    over_hyper(serve, move || async move {
        Response::new(Full::from(cpu::compute(delay).to_string()))
    })
    .await
}

async fn over_hyper<A>(
    serve: &Serve,
    answer: impl Fn() -> A + Clone + Send + 'static,
) -> Result<(), Failure>
where
    A: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    serve.tell("software", &software(&["hyper", "tokio"]));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        let answer = answer.clone();
        tokio::spawn(async move {
            let answer = service_fn(move |_: Request<Incoming>| {
                let answered = answer();
                async move { Ok::<_, Infallible>(answered.await) }
            });
            let io = TokioIo::new(stream);
            let _ = http1::Builder::new().serve_connection(io, answer).await;
        });
    }
}
