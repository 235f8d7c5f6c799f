//! The same server in the sync style: std alone, a thread for every connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;
use while_you_wait::{Failure, Serve, server_timing};

// ANCHOR: accept-loop
pub fn serve(serve: &Serve) -> Result<(), Failure> {
    let listener = TcpListener::bind(serve.addr)?;
    serve.listening(listener.local_addr()?);
    let delay = serve.delay;
    loop {
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(Duration::from_millis(10)); // as in the loop that awaits
            continue;
        };
        // `thread::spawn` would panic where there is no room for another thread. So
        // this client alone is hung up on.
        let _ = thread::Builder::new().spawn(move || {
            let _ = talk(BufReader::new(stream), delay);
        });
    }
}
// ANCHOR_END: accept-loop

fn talk(mut stream: BufReader<TcpStream>, delay: Duration) -> Result<(), Failure> {
    loop {
        let mut request = String::new();
        if stream.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let (mut length, mut is_last) = (0, false);
        loop {
            let mut header = String::new();
            stream.read_line(&mut header)?;
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
        (&mut stream).take(length).read_to_end(&mut body)?;

        let started = Instant::now();
        let path = request.split(' ').nth(1).unwrap_or_default();
        let (status, message) = answer(path, &body, delay)?;
        let body = json!({ "message": message }).to_string();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nserver-timing: {}\r\n\r\n",
            body.len(),
            server_timing(started)
        );
        stream.get_mut().write_all((head + &body).as_bytes())?;
        if is_last {
            return Ok(());
        }
    }
}

#[derive(Deserialize)]
struct Who {
    name: String,
}

fn answer(
    path: &str,
    body: &[u8],
    delay: Duration,
) -> Result<(&'static str, String), Failure> {
    Ok(match path {
        "/sync" => {
            thread::sleep(delay);
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
