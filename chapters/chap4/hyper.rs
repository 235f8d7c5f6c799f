//! One layer up: hyper reads and writes HTTP, and hands us requests.

use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::sleep;
use while_you_wait::{Failure, Serve, server_timing};

// ANCHOR: hyper-reads-and-writes
pub async fn accept(serve: &Serve) -> Result<(), Failure> {
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    let delay = serve.delay;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        tokio::spawn(async move {
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(1))
                .serve_connection(
                    TokioIo::new(stream),
                    service_fn(move |request| answer(request, delay)),
                )
                .await;
        });
    }
}
// ANCHOR_END: hyper-reads-and-writes

// ANCHOR: a-request-and-a-response
#[derive(Deserialize)]
struct Who {
    name: String,
}

async fn answer(
    request: Request<Incoming>,
    delay: Duration,
) -> Result<Response<Full<Bytes>>, Failure> {
    let started = Instant::now();
    let (status, message) = match request.uri().path() {
        "/async" => {
            if !delay.is_zero() {
                sleep(delay).await;
            }
            (StatusCode::OK, "answered over hyper".into())
        }
        "/greet" => {
            let body = request.into_body().collect().await?.to_bytes();
            let who: Who = serde_json::from_slice(&body)?;
            (StatusCode::OK, format!("hello, {}", who.name))
        }
        "/panic" => panic!("a bug in a handler"),
        _ => (StatusCode::NOT_FOUND, "no such path".into()),
    };
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("server-timing", server_timing(started));
    Ok(response.body(Full::from(json!({ "message": message }).to_string()))?)
}
// ANCHOR_END: a-request-and-a-response

/// One thread polls everything.
pub fn on_one_thread(serve: &Serve) -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(accept(serve))
}

/// A thread for every core, and idle ones take work from busy ones.
pub fn on_all_cores(serve: &Serve) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(accept(serve))
}
