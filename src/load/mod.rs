//! The load: N requests on C lanes, each request's fate kept.
//!
//! A lane is one connection slot. In a *closed loop* it asks, waits for the answer, and asks
//! again, until all N requests were taken. In an *open loop* each request is due at a moment that
//! was fixed in advance, and takes a lane then. No pool chooses a connection, no proxy is read
//! from the environment, nothing is tried twice, and no lane waits for the first answer of another.

mod arrivals;
mod ask;
mod closed;
mod connection;
mod counters;
mod lane;
mod lateness;
mod no_answer;
mod open;
mod probe;
pub mod server_timing;
mod settings;
pub mod sse;
mod stamped;
mod throttle;
mod warm_up;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinError;

pub use arrivals::{Arrivals, Pace, pace};
pub use ask::{Answer, Ask, HangUp};
pub use counters::settled;
pub use probe::Probe;
pub use settings::{After, Load, MOST_SAMPLES};
use warm_up::Fates;

use crate::record::{Chunks, Fact, Sample};

/// Where to ask.
#[derive(Debug, Clone)]
pub struct Target {
    /// where the server said that it listens
    pub addr: SocketAddr,
    /// `/sync`
    pub path: String,
}

/// One request and its fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    pub sample: Sample,
    /// when each event of its answer came, in microseconds from the run's start; empty unless it
    /// was asked for as a stream
    pub events: Vec<u64>,
}

impl Exchange {
    /// The line beside the sample, where there is something to say.
    pub fn chunks(&self) -> Option<Chunks> {
        let Sample { lane, due, .. } = self.sample;
        let at = self.events.clone();
        (!at.is_empty()).then_some(Chunks { lane, due, at })
    }
}

impl From<Sample> for Exchange {
    fn from(sample: Sample) -> Self {
        Exchange { sample, events: Vec::new() }
    }
}

/// Microseconds since the run began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock(Instant);

impl Clock {
    pub fn now(self) -> u64 {
        self.0.elapsed().as_micros() as u64
    }

    pub fn moment(self, after: Duration) -> tokio::time::Instant {
        (self.0 + after).into()
    }
}

/// What is known of a load when it is over, its samples apart.
pub struct Sent {
    /// when the run ended, in microseconds from its start
    pub took: u64,
    /// how many requests were sent to warm up; of an open loop: whether the generator kept the pace
    pub facts: Vec<Fact>,
}

/// Sends the load and hands each request to `exchanges` as its fate becomes known: exactly
/// [`Load::samples`] of them, where that is known.
///
/// # Errors
/// This machine could not make the load: it ran out of file descriptors or of ports. What a
/// *server* does wrong is no error but an outcome.
pub fn send(load: &Load, target: &Target, exchanges: Sender<Exchange>) -> Result<Sent, String> {
    // One thread: the generator must not take the core that the server needs.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| format!("the load generator could not start: {why}"))?;
    let due = load.due();
    let clock = Clock(Instant::now());
    let fates = Arc::new(Fates::new(load, clock, exchanges));
    let mut facts = thread::scope(|threads| match load.arrivals {
        Arrivals::Closed => runtime.block_on(async {
            let closed = closed::run(load, target, clock, &fates);
            tokio::try_join!(closed, probe::run(load, target, clock, &fates))?;
            Ok(Vec::new())
        }),
        Arrivals::Constant { .. } | Arrivals::Poisson { .. } => {
            let (to, arriving) = unbounded_channel();
            threads.spawn(|| open::keep_pace(&due, clock, load.limit, to));
            runtime.block_on(async {
                let open = open::run(load, target, clock, &due, arriving, &fates);
                let probe = probe::run(load, target, clock, &fates);
                tokio::try_join!(open, probe).map(|(facts, ())| facts)
            })
        }
    })?;
    facts.extend(fates.facts());
    Ok(Sent { took: clock.now(), facts })
}

/// What a lane's task came to.
fn joined(ended: Result<Result<(), String>, JoinError>) -> Result<(), String> {
    ended.map_err(|why| format!("the load generator failed: {why}"))?
}
