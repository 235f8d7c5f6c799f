//! A layer that is not about HTTP at all: what surrounds a handler, as pieces that
//! fit together.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::sleep;
use tower::layer::layer_fn;
use tower::limit::ConcurrencyLimitLayer;
use tower::util::{Oneshot, ServiceFn};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use while_you_wait::{Failure, Serve, server_timing};

// ANCHOR: one-service-around-another
/// A service that lets another one answer, and then writes on the answer how long
/// that took and which request it was.
#[derive(Clone)]
struct Stamp<S> {
    inner: S,
    numbers: Arc<AtomicU64>,
}

impl<S, Body, Answer> Service<Request<Body>> for Stamp<S>
where
    S: Service<Request<Body>, Response = Response<Answer>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future =
        Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx) // ready when the service inside is
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let started = Instant::now();
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let answer = self.inner.call(request);
        Box::pin(async move {
            let mut answer = answer.await?;
            let timing = HeaderValue::try_from(server_timing(started));
            answer
                .headers_mut()
                .insert("server-timing", timing.expect("digits and letters"));
            answer.headers_mut().insert("x-request-id", HeaderValue::from(number));
            Ok(answer)
        })
    }
}
// ANCHOR_END: one-service-around-another

// ANCHOR: a-layer-wraps
/// The recipe for it: what a stack of layers is made of.
#[derive(Clone, Default)]
struct StampLayer {
    numbers: Arc<AtomicU64>,
}

impl<S> Layer<S> for StampLayer {
    type Service = Stamp<S>;

    fn layer(&self, inner: S) -> Stamp<S> {
        Stamp { inner, numbers: self.numbers.clone() }
    }
}
// ANCHOR_END: a-layer-wraps

// ANCHOR: wait-inside
/// Around a service that may be full, one that never is: whoever has to wait for
/// room waits inside of the call, where the layers further out can see it.
fn wait_inside<S, R>(full: S) -> ServiceFn<impl Fn(R) -> Oneshot<S, R> + Clone>
where
    S: Service<R> + Clone,
{
    service_fn(move |request| full.clone().oneshot(request))
}
// ANCHOR_END: wait-inside

// ANCHOR: the-stack
async fn accept(serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    let stack = ServiceBuilder::new()
        .layer(StampLayer::default())
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            2 * delay + Duration::from_secs(1), // a turn of others, and one's own
        ))
        .layer(layer_fn(wait_inside::<_, Request<Incoming>>))
        .layer(ConcurrencyLimitLayer::new(64))
        .service(service_fn(move |request| answer(request, delay)));

    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        let service = TowerToHyperService::new(stack.clone());
        tokio::spawn(async move {
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(Duration::from_secs(1))
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}
// ANCHOR_END: the-stack

#[derive(Deserialize)]
struct Who {
    name: String,
}

/// As over hyper alone, but for the stamp.
async fn answer(
    request: Request<Incoming>,
    delay: Duration,
) -> Result<Response<Full<Bytes>>, Failure> {
    let (status, message) = match request.uri().path() {
        "/async" => {
            if !delay.is_zero() {
                sleep(delay).await;
            }
            (StatusCode::OK, "answered inside of four layers".into())
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
        .header("content-type", "application/json");
    Ok(response.body(Full::from(json!({ "message": message }).to_string()))?)
}

pub fn serve(serve: &Serve) -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(accept(serve))
}
