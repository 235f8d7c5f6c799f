//! hyper brings the protocol, our runtime the waiting: chapter 4 builds on this.

use std::convert::Infallible;
use std::io::{Read, Write};
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};

use while_you_wait::runtime::hyper_io::HyperIo;
use while_you_wait::runtime::net::TcpListener;
use while_you_wait::runtime::{sleep, spawn};

use crate::runtime::within_patience;

#[test]
fn hyper_serves_a_kept_connection_and_a_large_answer_on_our_runtime() {
    // Larger than the buffers of two sockets: hyper has to wait for the writing, too.
    const LARGE: usize = 8 * 1024 * 1024;
    let answers = within_patience(|| async {
        let mut listener = TcpListener::bind("127.0.0.1:0".parse().unwrap()).expect("a port");
        let address = listener.local_addr().expect("its address");
        let client = thread::spawn(move || {
            let mut stream = std::net::TcpStream::connect(address).expect("it connects");
            let requests = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            stream.write_all(requests.as_bytes()).expect("it writes");
            thread::sleep(Duration::from_millis(20)); // and does not read for a while
            let mut answers = Vec::new();
            stream.read_to_end(&mut answers).expect("it reads");
            answers
        });
        let (stream, _) = listener.accept().await.expect("it accepts");
        let here_only = Rc::new(()); // a handler need not be Send, nor its connection
        let service = service_fn(move |request: Request<_>| {
            let _kept = here_only.clone();
            let _: &hyper::body::Incoming = request.body();
            let large = request.uri().path() == "/large";
            async move {
                sleep(Duration::from_millis(1)).await;
                let body = if large { vec![b'x'; LARGE] } else { b"small".to_vec() };
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(body))))
            }
        });
        let connection = http1::Builder::new().serve_connection(HyperIo(stream), service);
        spawn(connection).await.expect("no panic").expect("no error");
        client.join().expect("the client has its answers")
    });
    let heads = String::from_utf8_lossy(&answers);
    assert_eq!(heads.matches("HTTP/1.1 200 OK").count(), 2);
    assert!(heads.contains("\r\n\r\nsmall"));
    assert_eq!(answers.iter().filter(|byte| **byte == b'x').count(), LARGE);
}
