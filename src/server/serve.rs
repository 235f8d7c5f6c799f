//! What a case is given when it is to serve: an address and a delay. The rest is the chapter's.

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::record::{Event, Fact, Line};

/// What a chapter's `serve` functions may fail with. A box, because a reader of a chapter should
/// see `?` and the server, not a list of ways to fail; the price is that callers can only print it.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Servers by the names of their cases, and where they listen.
pub type Others = &'static [(String, SocketAddr)];

/// The order to serve: where to listen, and how long each handler is to wait.
#[derive(Debug, Clone, Copy)]
pub struct Serve {
    /// port 0 lets the system choose a free one
    pub addr: SocketAddr,
    /// how long each handler waits; a case may put it to another use, and says so
    pub delay: Duration,
    /// where the servers listen that this one needs, by the names of their cases
    pub others: Others,
    /// what the chapter's own options were given, by their names
    pub told: &'static [(String, String)],
}

impl Serve {
    /// Where the server of that case listens, which this one needs.
    ///
    /// # Errors
    /// The chapter does not say that it is needed.
    pub fn beside(&self, case: &str) -> Result<SocketAddr, Failure> {
        let found = self.others.iter().find(|(name, _)| name == case);
        found
            .map(|(_, addr)| *addr)
            .ok_or_else(|| format!("no {case} serves beside this case").into())
    }

    /// What that option of the chapter's own was given: see [`crate::Form`].
    pub fn told(&self, option: &str) -> Option<&'static str> {
        self.told.iter().find(|(name, _)| name == option).map(|(_, value)| value.as_str())
    }

    /// Says where the server listens: the first line on stdout, which a person and the kit read alike.
    pub fn listening(&self, addr: SocketAddr) {
        SAID.get_or_init(Instant::now);
        say(&format!("listening on http://{addr}"));
    }

    /// Adds what only the server can see to the record: that this happened, just now. A person who
    /// started the server sees the same line. Before `listening` there is no record to add to.
    pub fn event(&self, lane: &str, what: &str) {
        let Some(said) = SAID.get() else { return };
        let at = said.elapsed().as_micros() as u64;
        say_line(&Line::Event(Event { lane: lane.into(), at, what: what.into() }));
    }

    /// Adds a number that only the server can find out to the record: the size of a future, say.
    /// Its name belongs in the experiment's `facts`. Said before [`Serve::listening`] it is lost: until
    /// then there is no record to add to.
    pub fn fact(&self, name: &str, value: f64, unit: &str) {
        say_fact(Fact::number(name, value, unit));
    }

    /// Adds words that only the server can say of itself to the record: its software and versions,
    /// say. Lost before [`Serve::listening`], as of [`Serve::fact`].
    pub fn tell(&self, name: &str, text: &str) {
        say_fact(Fact::text(name, text));
    }
}

/// When the server said where it listens. Its events count from here: no clock crosses processes,
/// but the moment of a line that one writes and the other reads is the same for both.
static SAID: OnceLock<Instant> = OnceLock::new();

fn say_fact(fact: Fact) {
    if SAID.get().is_some() {
        say_line(&Line::Fact(fact));
    }
}

fn say_line(line: &impl Serialize) {
    if let Ok(json) = serde_json::to_string(line) {
        say(&json);
    }
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Nobody may be reading any more; a server does not end for that.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
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
