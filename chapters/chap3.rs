//! Chapter 3. What does `.await` do with a thread? Our own runtime has to answer
//! chapter 1's ten requests, and then a thousand, on one thread; tokio stands
//! beside it.
//!
//! Both carry the same HTTP/1.1, written here byte by byte: no body, no TLS, no
//! timeout. The handlers are the same code on both.

use std::future::poll_fn;
use std::io;
use std::process::ExitCode;
use std::task::{Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use while_you_wait::runtime::net::{TcpListener, TcpStream};
use while_you_wait::runtime::trace::{MAIN, Tracer};
use while_you_wait::runtime::{Runtime, sleep, spawn, yield_now};
use while_you_wait::{Case, Chapter, Failure, Serve, server_timing};

#[path = "chap3"]
mod parts {
    pub mod experiments;
    pub mod sizes;
}
use parts::experiments::{hello, many, starve, ten, trace};
use parts::sizes::{size_of_future, weigh};

// ANCHOR: a-request-or-not-yet
/// What stands at the front of the bytes that have come so far.
#[derive(Debug, PartialEq)]
enum Front {
    Incomplete,
    Bad,
    Request { is_async: bool, keep_alive: bool, length: usize },
}

/// Longer heads are refused: a client that never ends its own must not fill our
/// memory.
const LONGEST_HEAD: usize = 8 * 1024;

fn front(bytes: &[u8]) -> Front {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if bytes.len() > LONGEST_HEAD {
            Front::Bad
        } else {
            Front::Incomplete
        };
    };
    let Ok(head) = std::str::from_utf8(&bytes[..end]) else { return Front::Bad };
    let mut lines = head.split("\r\n");
    let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
    let [method, path, version @ ("HTTP/1.1" | "HTTP/1.0")] = words[..] else {
        return Front::Bad;
    };
    let mut keep_alive = version == "HTTP/1.1";
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { return Front::Bad };
        match (name.to_ascii_lowercase().as_str(), value.trim()) {
            ("connection", value) if value.eq_ignore_ascii_case("close") => {
                keep_alive = false
            }
            // We read no bodies, and must not take one for the next request.
            ("transfer-encoding", _) => return Front::Bad,
            ("content-length", length) if length != "0" => return Front::Bad,
            _ => {}
        }
    }
    let is_async = method == "GET" && path == "/async";
    Front::Request { is_async, keep_alive, length: end + 4 }
}
// ANCHOR_END: a-request-or-not-yet

// ANCHOR: what-a-runtime-gives
/// All that the code below asks of a runtime.
trait Connection {
    /// Adds what comes next to `received`; 0 where the client is done.
    async fn read_more(&mut self, received: &mut Vec<u8>) -> io::Result<usize>;
    async fn send(&mut self, bytes: &[u8]) -> io::Result<()>;
    async fn wait(duration: Duration);
}

impl Connection for TcpStream {
    async fn read_more(&mut self, received: &mut Vec<u8>) -> io::Result<usize> {
        poll_fn(|cx| {
            // On the stack of this poll, and so in no future: a task that waits
            // keeps no buffer.
            let mut some = [0; 1024];
            let read = ready!(self.poll_read(cx, &mut some))?;
            received.extend_from_slice(&some[..read]);
            Poll::Ready(Ok(read))
        })
        .await
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes).await
    }

    async fn wait(duration: Duration) {
        sleep(duration).await;
    }
}

impl Connection for tokio::net::TcpStream {
    async fn read_more(&mut self, received: &mut Vec<u8>) -> io::Result<usize> {
        self.read_buf(received).await
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes).await
    }

    async fn wait(duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
// ANCHOR_END: what-a-runtime-gives

// ANCHOR: one-connection-one-task
/// Answers one connection, request after request. An error ends this task, and no
/// other.
async fn answer<C: Connection>(
    mut connection: C,
    delay: Duration,
) -> io::Result<()> {
    let mut received = Vec::new();
    loop {
        match front(&received) {
            Front::Incomplete => {
                if connection.read_more(&mut received).await? == 0 {
                    return Ok(());
                }
            }
            Front::Bad => {
                let bad =
                    b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                return connection.send(bad).await;
            }
            Front::Request { is_async, keep_alive, length } => {
                received.drain(..length);
                let answer = match is_async {
                    true => wait_and_answer::<C>(delay, keep_alive).await,
                    false => {
                        head("404 Not Found", keep_alive)
                            + "content-length: 0\r\n\r\n"
                    }
                };
                connection.send(answer.as_bytes()).await?;
                if !keep_alive {
                    return Ok(());
                }
            }
        }
    }
}

/// The handler. What it waits in is the runtime's; the thread goes on with somebody
/// else.
async fn wait_and_answer<C: Connection>(
    delay: Duration,
    keep_alive: bool,
) -> String {
    let started = Instant::now();
    if !delay.is_zero() {
        C::wait(delay).await;
    }
    let (timing, body) =
        (server_timing(started), r#"{"message":"answered by a task of ours"}"#);
    let head = head("200 OK", keep_alive);
    let length = body.len();
    format!(
        "{head}content-type: application/json\r\nserver-timing: {timing}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn head(status: &str, keep_alive: bool) -> String {
    let close = if keep_alive { "" } else { "connection: close\r\n" };
    format!("HTTP/1.1 {status}\r\n{close}")
}
// ANCHOR_END: one-connection-one-task

// ANCHOR: our-runtime
fn our_runtime(serve: &Serve) -> Result<(), Failure> {
    Runtime::new()?.block_on(accept(serve))
}

async fn accept(serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    let mut listener = TcpListener::bind(serve.addr)?;
    serve.listening(listener.local_addr()?);
    serve.fact(
        "task-future",
        size_of_future(move |c: TcpStream| answer(c, delay)),
        "bytes",
    );
    weigh(serve);
    loop {
        match listener.accept().await {
            Ok((connection, _)) => drop(spawn(answer(connection, delay))),
            // Out of file descriptors, most likely. Some connection will end, and
            // give one back.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}
// ANCHOR_END: our-runtime

// ANCHOR: traced
/// The same, telling of every spawn, poll and wake. Start it with `serve traced`
/// and curl it.
fn traced(serve: &Serve) -> Result<(), Failure> {
    let telling = *serve;
    let tracer = Tracer::new(move |task, what| {
        let lane =
            if task == MAIN { "accept".into() } else { format!("task {}", task.0) };
        telling.event(&lane, what.word());
    });
    Runtime::traced(tracer)?.block_on(accept(serve))
}
// ANCHOR_END: traced

// ANCHOR: a-greedy-neighbour
/// The same again, beside a task that computes for as long as a handler waits
/// before it lets the others have a turn.
fn greedy(serve: &Serve) -> Result<(), Failure> {
    beside_a_neighbour(serve, serve.delay)
}

/// The neighbour computes as much, a millisecond at a time.
fn yielding(serve: &Serve) -> Result<(), Failure> {
    beside_a_neighbour(serve, Duration::from_millis(1))
}

fn beside_a_neighbour(serve: &Serve, turn: Duration) -> Result<(), Failure> {
    Runtime::new()?.block_on(async {
        drop(spawn(async move {
            loop {
                let started = Instant::now();
                while started.elapsed() < turn {
                    std::hint::spin_loop();
                }
                yield_now().await;
            }
        }));
        accept(serve).await
    })
}
// ANCHOR_END: a-greedy-neighbour

// ANCHOR: tokio-1
fn tokio_1(serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(
        async {
            let listener = tokio::net::TcpListener::bind(serve.addr).await?;
            serve.listening(listener.local_addr()?);
            loop {
                match listener.accept().await {
                    Ok((connection, _)) => {
                        drop(tokio::spawn(answer(connection, delay)))
                    }
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            }
        },
    )
}
// ANCHOR_END: tokio-1

fn main() -> ExitCode {
    let case = |name, about, serve| Case { name, about, path: "/async", serve };
    Chapter {
        name: "chap3",
        title: "What await does",
        question: "One thread, ten requests that wait, and nobody to help but std and mio. How does it know whom to go on with?",
        cases: vec![
            case("our-runtime", "the runtime of this chapter, on one thread", our_runtime),
            case("tokio-1", "tokio, on one thread", tokio_1),
            case("traced", "our runtime, telling of every poll and wake", traced),
            case("greedy", "our runtime, beside a task that hardly ever yields", greedy),
            case("yielding", "our runtime, beside a task that often yields", yielding),
        ],
        experiments: vec![ten(), many(), hello(), trace(), starve()],
        beside: &[],
    }
    .main()
}
