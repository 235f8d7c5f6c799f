//! A server that says what it sees: who connected, who asked, who was answered.

use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use while_you_wait::{Failure, Serve, server_timing};

// ANCHOR: what-the-server-sees
#[tokio::main(flavor = "current_thread")]
pub async fn watched(serve: &Serve) -> Result<(), Failure> {
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    let mut number = 0;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        number += 1;
        let connection = format!("connection {number}");
        serve.event(&connection, "connected");
        tokio::spawn(talk(*serve, stream, connection));
    }
}

async fn talk(serve: Serve, stream: TcpStream, connection: String) {
    let answer = |_: Request<Incoming>| async {
        let started = Instant::now();
        serve.event(&connection, "asked");
        sleep(serve.delay).await;
        serve.event(&connection, "answered");
        Response::builder()
            .header("server-timing", server_timing(started))
            .body(Full::new(Bytes::from_static(b"{\"message\":\"slept\"}")))
    };
    let io = TokioIo::new(stream);
    let _ = http1::Builder::new().serve_connection(io, service_fn(answer)).await;
    serve.event(&connection, "closed");
}
// ANCHOR_END: what-the-server-sees
