//! A layer of one's own: a body that is announced as too long is refused, and
//! nobody reads it.

use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::header::CONTENT_LENGTH;
use hyper::{Request, Response, StatusCode};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

// ANCHOR: answer-without-asking
#[derive(Clone)]
struct AtMost<S> {
    bytes: u64,
    inner: S,
}

impl<S, Body, Answer> Service<Request<Body>> for AtMost<S>
where
    S: Service<Request<Body>, Response = Response<Answer>>,
    S::Future: Send + 'static,
    Answer: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future =
        Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let announced = request.headers().get(CONTENT_LENGTH);
        let bytes =
            announced.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if bytes.is_some_and(|bytes| bytes > self.bytes) {
            return Box::pin(async {
                let mut refusal = Response::new(Answer::default());
                *refusal.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
                Ok(refusal)
            });
        }
        Box::pin(self.inner.call(request))
    }
}

#[derive(Clone)]
struct AtMostLayer(u64);

impl<S> Layer<S> for AtMostLayer {
    type Service = AtMost<S>;

    fn layer(&self, inner: S) -> AtMost<S> {
        AtMost { bytes: self.0, inner }
    }
}
// ANCHOR_END: answer-without-asking

// ANCHOR: no-socket-needed
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let handler = service_fn(|_: Request<String>| async {
        println!("  the handler was asked");
        Ok::<_, Infallible>(Response::new(String::from("read all of it")))
    });
    let stack = ServiceBuilder::new().layer(AtMostLayer(1_000)).service(handler);
    for length in ["14", "1000000"] {
        println!("a body of {length} bytes is announced");
        let request = Request::post("/greet").header("content-length", length);
        let answer = stack.clone().oneshot(request.body(String::new())?).await?;
        println!("  {}", answer.status());
    }
    Ok(())
}
// ANCHOR_END: no-socket-needed
