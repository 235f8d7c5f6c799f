//! The lowest layer: bytes on a connection, and HTTP by hand. As much of it as one
//! endpoint needs.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use while_you_wait::{Failure, Serve, server_timing};

// ANCHOR: accept-loop
pub fn serve(serve: &Serve) -> Result<(), Failure> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(accept(serve))
}

async fn accept(serve: &Serve) -> Result<(), Failure> {
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    let delay = serve.delay;
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely. Some connection will end, and
            // give one back.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        tokio::spawn(async move {
            // One broken connection ends here, and no other one with it.
            let _ = talk(BufReader::new(stream), delay).await;
        });
    }
}
// ANCHOR_END: accept-loop

// ANCHOR: http-by-hand
async fn talk(
    mut stream: BufReader<TcpStream>,
    delay: Duration,
) -> Result<(), Failure> {
    loop {
        let mut request = String::new();
        if stream.read_line(&mut request).await? == 0 {
            return Ok(()); // the client hung up between two requests
        }
        let (mut length, mut is_last) = (0, false);
        loop {
            let mut header = String::new();
            stream.read_line(&mut header).await?;
            let header = header.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            is_last |= header == "connection: close";
        }
        let mut body = Vec::new();
        (&mut stream).take(length).read_to_end(&mut body).await?;

        let started = Instant::now();
        let path = request.split(' ').nth(1).unwrap_or_default();
        let (status, message) = answer(path, &body, delay).await?;
        let body = json!({ "message": message }).to_string();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nserver-timing: {}\r\n\r\n",
            body.len(),
            server_timing(started)
        );
        stream.get_mut().write_all((head + &body).as_bytes()).await?;
        if is_last {
            return Ok(());
        }
    }
}
// ANCHOR_END: http-by-hand

// ANCHOR: the-endpoint
#[derive(Deserialize)]
struct Who {
    name: String,
}

async fn answer(
    path: &str,
    body: &[u8],
    delay: Duration,
) -> Result<(&'static str, String), Failure> {
    Ok(match path {
        "/async" => {
            // Even a sleep of no length takes a turn through tokio's timer.
            if !delay.is_zero() {
                sleep(delay).await;
            }
            ("200 OK", "answered by hand".into())
        }
        "/greet" => {
            let who: Who = serde_json::from_slice(body)?;
            ("200 OK", format!("hello, {}", who.name))
        }
        "/panic" => panic!("a bug in a handler"),
        _ => ("404 Not Found", "no such path".into()),
    })
}
// ANCHOR_END: the-endpoint
