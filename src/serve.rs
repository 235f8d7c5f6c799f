//! What a case is given when it is to serve: an address and a delay. The rest is the chapter's.

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What a chapter's `serve` functions may fail with. A box, because a reader of a chapter should
/// see `?` and the server, not a list of ways to fail; the price is that callers can only print it.
pub type Failure = Box<dyn Error + Send + Sync>;

/// The order to serve: where to listen, and how long each handler is to wait.
#[derive(Debug, Clone, Copy)]
pub struct Serve {
    /// port 0 lets the system choose a free one
    pub addr: SocketAddr,
    pub delay: Duration,
}

impl Serve {
    /// Says where the server listens: the first line on stdout, which a person and the kit read alike.
    pub fn listening(&self, addr: SocketAddr) {
        let mut out = io::stdout().lock();
        // Nobody may be reading any more; a server does not end for that.
        let _ = writeln!(out, "listening on http://{addr}").and_then(|()| out.flush());
    }
}

/// The value of a `Server-Timing` header: how long a handler has run, and on which thread.
///
/// Standard: <https://www.w3.org/TR/server-timing/>. The duration is in milliseconds.
pub fn server_timing(since: Instant) -> String {
    let ms = since.elapsed().as_secs_f64() * 1e3;
    // A thread's number is only shown as `ThreadId(7)`; the number is all that a lane needs.
    let id = format!("{:?}", std::thread::current().id());
    let number: String = id.chars().filter(char::is_ascii_digit).collect();
    format!("handler;dur={ms:.3};desc=\"{number}\"")
}
