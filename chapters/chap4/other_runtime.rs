//! A tower service on the runtime of chapter 3. A layer that only passes requests
//! on comes along; one that asks tokio for the time does not.

use std::convert::Infallible;
use std::error::Error;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::{Request, Response, StatusCode};
use hyper_util::service::TowerToHyperService;
use tower::limit::ConcurrencyLimitLayer;
use tower::{ServiceBuilder, service_fn};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use while_you_wait::runtime::Runtime;
use while_you_wait::runtime::hyper_io::HyperIo;
use while_you_wait::runtime::net::TcpListener;

// ANCHOR: three-come-along
async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("hello from a runtime of our own\n")))
}

fn main() -> Result<(), Box<dyn Error>> {
    for with_timeout in [false, true] {
        let asked = Runtime::new()?.block_on(async move {
            let mut listener =
                TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
            let addr = listener.local_addr()?;
            let client = thread::spawn(move || ask(addr));
            let (stream, _) = listener.accept().await?;

            let patience = Duration::from_secs(1);
            let timeout = TimeoutLayer::with_status_code(
                StatusCode::REQUEST_TIMEOUT,
                patience,
            );
            let stack = ServiceBuilder::new()
                .layer(CatchPanicLayer::new())
                .layer(ConcurrencyLimitLayer::new(64))
                .option_layer(with_timeout.then_some(timeout))
                .service(service_fn(hello));
            let service = TowerToHyperService::new(stack);
            // What goes wrong on the connection, the client sees.
            let _ = http1::Builder::new()
                .serve_connection(HyperIo(stream), service)
                .await;
            Ok::<_, std::io::Error>(client)
        })?;
        let answer = asked.join().map_err(|_| "the client failed")??;
        println!(
            "with tower's timeout: {with_timeout}; {}",
            answer.lines().next().unwrap_or("–")
        );
    }
    Ok(())
}
// ANCHOR_END: three-come-along

fn ask(addr: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(addr)?;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
