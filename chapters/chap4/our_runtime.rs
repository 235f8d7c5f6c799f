//! hyper again, and beneath it the runtime of chapter 3 in place of tokio.

use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;
use while_you_wait::runtime::hyper_io::HyperIo;
use while_you_wait::runtime::net::TcpListener;
use while_you_wait::runtime::{Runtime, sleep, spawn};
use while_you_wait::{Failure, Serve, server_timing};

// ANCHOR: no-tokio
pub fn serve(serve: &Serve) -> Result<(), Failure> {
    Runtime::new()?.block_on(accept(serve))
}

async fn accept(serve: &Serve) -> Result<(), Failure> {
    let mut listener = TcpListener::bind(serve.addr)?;
    serve.listening(listener.local_addr()?);
    let delay = serve.delay;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        drop(spawn(async move {
            let _ = http1::Builder::new()
                .serve_connection(
                    HyperIo(stream),
                    service_fn(move |request| answer(request, delay)),
                )
                .await;
        }));
    }
}
// ANCHOR_END: no-tokio

#[derive(Deserialize)]
struct Who {
    name: String,
}

/// As over tokio, but that `sleep` is ours.
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
        _ => (StatusCode::NOT_FOUND, "no such path".into()),
    };
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("server-timing", server_timing(started));
    Ok(response.body(Full::from(json!({ "message": message }).to_string()))?)
}
