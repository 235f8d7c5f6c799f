//! The same work twice, and no framework: a thread for each request, and a task for
//! each. What does one that waits cost, when nobody adds buffers of his own?
//!
//! As much HTTP as one endpoint needs. A client who connects and says nothing is
//! waited for, for ever; chapter 4 gives such a one a timer.

use std::io::{self, Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use while_you_wait::{Failure, Serve, server_timing};

/// More than any head that a client of this chapter sends.
const MOST_BYTES: usize = 1024;

/// After an `accept` that failed: out of files, most likely, and one will come back.
const PAUSE: Duration = Duration::from_millis(10);

pub fn threads(serve: &Serve) -> Result<(), Failure> {
    let listener = std::net::TcpListener::bind(serve.addr)?;
    serve.listening(listener.local_addr()?);
    let delay = serve.delay;
    loop {
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(PAUSE);
            continue;
        };
        // Where there is no room for another thread, this client is hung up on.
        let _ = thread::Builder::new().spawn(move || on_a_thread(stream, delay));
    }
}

pub fn tasks(serve: &Serve) -> Result<(), Failure> {
    super::on_one_thread(async {
        let listener = tokio::net::TcpListener::bind(serve.addr).await?;
        serve.listening(listener.local_addr()?);
        let delay = serve.delay;
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            tokio::spawn(in_a_task(stream, delay));
        }
    })
}

// ANCHOR: on-a-thread
fn on_a_thread(mut stream: std::net::TcpStream, delay: Duration) -> io::Result<()> {
    let mut head = vec![0; MOST_BYTES];
    let mut length = 0;
    while !head[..length].ends_with(b"\r\n\r\n") {
        match stream.read(&mut head[length..])? {
            0 => return Ok(()), // the client left, or its head is too long
            more => length += more,
        }
    }
    let known = head.starts_with(b"GET /sync ");
    drop(head);
    let started = Instant::now();
    if known {
        thread::sleep(delay);
    }
    stream.write_all(answer(known, started).as_bytes())
}
// ANCHOR_END: on-a-thread

// ANCHOR: in-a-task
async fn in_a_task(
    mut stream: tokio::net::TcpStream,
    delay: Duration,
) -> io::Result<()> {
    let mut head = vec![0; MOST_BYTES];
    let mut length = 0;
    while !head[..length].ends_with(b"\r\n\r\n") {
        match stream.read(&mut head[length..]).await? {
            0 => return Ok(()),
            more => length += more,
        }
    }
    let known = head.starts_with(b"GET /async ");
    drop(head);
    let started = Instant::now();
    if known {
        tokio::time::sleep(delay).await;
    }
    stream.write_all(answer(known, started).as_bytes()).await
}
// ANCHOR_END: in-a-task

fn answer(known: bool, started: Instant) -> String {
    let (status, message) = match known {
        true => ("200 OK", "answered by hand"),
        false => ("404 Not Found", "no such path"),
    };
    let body = json!({ "message": message }).to_string();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nserver-timing: {}\r\nconnection: close\r\n\r\n{body}",
        body.len(),
        server_timing(started),
    )
}
