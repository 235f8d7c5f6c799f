//! Chapter 1. Ten requests arrive, five at a time, and each handler has to wait
//! before it can answer. When is the last one answered?
//!
//! Three servers are asked. No TLS, no database, no keep-alive: a handler that
//! sleeps stands for every handler that waits for something else.

use std::future::Future;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use axum::http::HeaderName;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use rouille::Response;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use while_you_wait::{Case, Chapter, Experiment, Failure, Serve, server_timing};

#[path = "chap1"]
mod parts {
    pub mod experiments;
}
use parts::experiments::{backlog, bare, many, ten, too_many_threads};

// ANCHOR: block-the-thread
/// Answers one request of a sync server. The thread that runs this does nothing
/// else meanwhile.
fn sync_answer(request: &rouille::Request, delay: Duration) -> Response {
    if request.url() != "/sync" {
        return Response::empty_404();
    }
    let started = Instant::now();
    thread::sleep(delay);
    Response::json(&json!({ "message": "answered by a thread that slept" }))
        .with_additional_header("Server-Timing", server_timing(started))
}
// ANCHOR_END: block-the-thread

// ANCHOR: one-thread
/// One thread takes the requests, one after another.
fn rouille_1(serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    let server = rouille::Server::new(serve.addr, move |request| {
        sync_answer(request, delay)
    })?;
    serve.listening(server.server_addr());
    server.pool_size(1).run();
    Ok(())
}
// ANCHOR_END: one-thread

// ANCHOR: thread-per-request
/// Every request gets a thread of its own. Only the pool is gone.
fn rouille_threads(serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    let server = rouille::Server::new(serve.addr, move |request| {
        sync_answer(request, delay)
    })?;
    serve.listening(server.server_addr());
    server.run();
    Ok(())
}
// ANCHOR_END: thread-per-request

// ANCHOR: let-go-of-the-thread
/// Answers one request of an async server. At `.await` the thread is free for
/// somebody else.
async fn async_answer(delay: Duration) -> impl IntoResponse {
    let started = Instant::now();
    tokio::time::sleep(delay).await;
    let timing =
        [(HeaderName::from_static("server-timing"), server_timing(started))];
    (timing, Json(json!({ "message": "answered by a task that slept" })))
}
// ANCHOR_END: let-go-of-the-thread

// ANCHOR: one-async-thread
/// One thread again, but no request keeps it while it waits.
fn axum(serve: &Serve) -> Result<(), Failure> {
    on_one_thread(async {
        let listener = TcpListener::bind(serve.addr).await?;
        answer_on(listener, serve).await
    })
}

fn on_one_thread(
    server: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(server)
}

async fn answer_on(listener: TcpListener, serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    let app = Router::new().route("/async", get(move || async_answer(delay)));
    serve.listening(listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
// ANCHOR_END: one-async-thread

// ANCHOR: a-longer-queue
/// The same server, but the system may hold 4,096 connections for it that it has
/// not yet accepted.
fn axum_4096(serve: &Serve) -> Result<(), Failure> {
    on_one_thread(async {
        let socket = match serve.addr.is_ipv4() {
            true => TcpSocket::new_v4()?,
            false => TcpSocket::new_v6()?,
        };
        socket.bind(serve.addr)?;
        answer_on(socket.listen(4096)?, serve).await
    })
}
// ANCHOR_END: a-longer-queue

// The same work twice, and no framework. A client who connects and says nothing is
// waited for, for ever; chapter 4 gives such a one a timer.

/// More than any head that a client of this chapter sends.
const MOST_BYTES: usize = 1024;

/// After an `accept` that failed: out of files, most likely, and one will come back.
const PAUSE: Duration = Duration::from_millis(10);

/// std alone, a thread for each request.
fn bare_threads(serve: &Serve) -> Result<(), Failure> {
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

/// tokio alone, a task for each request.
fn bare_tasks(serve: &Serve) -> Result<(), Failure> {
    on_one_thread(async {
        let listener = TcpListener::bind(serve.addr).await?;
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
    stream.write_all(by_hand(known, started).as_bytes())
}
// ANCHOR_END: on-a-thread

// ANCHOR: in-a-task
async fn in_a_task(mut stream: TcpStream, delay: Duration) -> io::Result<()> {
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
    stream.write_all(by_hand(known, started).as_bytes()).await
}
// ANCHOR_END: in-a-task

fn by_hand(known: bool, started: Instant) -> String {
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

fn case(
    name: &'static str,
    about: &'static str,
    path: &'static str,
    serve: fn(&Serve) -> Result<(), Failure>,
) -> Case {
    Case { name, about, path, serve }
}

fn main() -> ExitCode {
    Chapter {
        name: "chap1",
        title: "One at a time?",
        question: "Ten requests arrive, five at a time, and each handler has to wait. When is the last one answered?",
        cases: vec![
            case("rouille-1", "sync, one thread takes the requests in turn", "/sync", rouille_1),
            case("rouille-threads", "sync, a thread for every request", "/sync", rouille_threads),
            case("axum", "async, one thread for all requests", "/async", axum),
            case("axum-4096", "the same, with a longer queue of connections not yet accepted", "/async", axum_4096),
            case("bare-threads", "std alone, a thread for every request", "/sync", bare_threads),
            case("bare-tasks", "tokio alone, a task for every request", "/async", bare_tasks),
        ],
        experiments: vec![
            ten(),
            Experiment { name: "many-100", ..many(100) },
            Experiment { name: "many-1000", ..many(1_000) },
            Experiment {
                name: "many-10000",
                delay: Duration::from_secs(6),
                quick: None,
                repeats: 1,
                ..many(10_000)
            },
            Experiment { name: "bare-1000", ..bare(1_000) },
            Experiment {
                name: "bare-10000",
                delay: Duration::from_secs(6),
                quick: None,
                repeats: 1,
                ..bare(10_000)
            },
            backlog(),
            too_many_threads(),
        ],
        beside: &[],
    }
    .main()
}
