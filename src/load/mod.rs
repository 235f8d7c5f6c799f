//! The load: N requests on C lanes, closed loop, each request's fate kept.
//!
//! A lane is one connection slot. It asks, waits for the answer, and asks again, until all N
//! requests were taken: that is a *closed loop*. No pool chooses a connection, no proxy is read
//! from the environment, nothing is tried twice, and no lane waits for the first answer of another.

mod connection;
mod counters;
mod fate;
mod lane;
mod server_timing;
mod stamped;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

pub use counters::settled;

use crate::outcome::Outcome;
use crate::record::{LoadSettings, ProbeSettings, Sample};

/// Above so many requests a run keeps a histogram of them and no samples: the record would be
/// heavier than what it shows.
pub const MOST_SAMPLES: u32 = 20_000;

/// What is asked of a server. Every field bounds something: a load always ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// N, in all
    pub requests: u32,
    /// C, the most that may be under way at once
    pub lanes: u32,
    /// over which the lanes are opened, evenly; zero opens all of them at once
    pub ramp: Duration,
    /// after which one request is given up
    pub timeout: Duration,
    /// after which the whole run ends; what is under way then is `unfinished`
    pub limit: Duration,
    /// whether a lane keeps its connection, or makes a new one for each request
    pub keep_alive: bool,
    /// what else is asked meanwhile
    pub probe: Option<Probe>,
}

/// Requests of another kind, sent beside the load: can the server still answer these? The first
/// is due after `every`, the next after twice that, and so on, each on a lane of its own and
/// whatever became of the one before, so that a server which stands still cannot hold them back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    /// `/health`
    pub path: &'static str,
    pub requests: u32,
    pub every: Duration,
}

impl Default for Load {
    fn default() -> Self {
        Load {
            requests: 10,
            lanes: 5,
            ramp: Duration::ZERO,
            timeout: Duration::from_secs(120),
            limit: Duration::from_secs(600),
            keep_alive: false,
            probe: None,
        }
    }
}

impl Load {
    /// Requests in all: the load's and its probe's.
    pub fn samples(&self) -> u32 {
        self.requests + self.probe.map_or(0, |probe| probe.requests)
    }

    /// As the record keeps it.
    pub fn settings(&self) -> LoadSettings {
        let us = |duration: Duration| duration.as_micros() as u64;
        LoadSettings {
            mode: "closed".into(),
            requests: self.requests,
            concurrency: self.lanes,
            ramp_us: us(self.ramp),
            timeout_us: us(self.timeout),
            keep_alive: self.keep_alive,
            probe: self.probe.map(|probe| ProbeSettings {
                path: probe.path.into(),
                requests: probe.requests,
                every_us: us(probe.every),
            }),
        }
    }
}

/// Where to ask.
#[derive(Debug, Clone)]
pub struct Target {
    pub addr: SocketAddr,
    /// `/sync`
    pub path: String,
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

/// Sends the load and hands each sample to `samples` as its fate becomes known: exactly
/// [`Load::samples`] of them. Returns when the run ended, in microseconds from its start.
///
/// # Errors
/// This machine could not make the load: it ran out of file descriptors or of ports. What a
/// *server* does wrong is no error but an outcome.
pub fn send(load: &Load, target: &Target, samples: Sender<Sample>) -> Result<u64, String> {
    // One thread: the generator must not take the core that the server needs.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| format!("the load generator could not start: {why}"))?;
    let clock = Clock(Instant::now());
    runtime.block_on(all_lanes(load, target, clock, samples))?;
    Ok(clock.now())
}

async fn all_lanes(
    load: &Load,
    target: &Target,
    clock: Clock,
    samples: Sender<Sample>,
) -> Result<(), String> {
    let turns = Arc::new(Turns { taken: AtomicU32::new(0), of: load.requests });
    let lane = |number, opens, target: &Target| lane::Lane {
        number,
        opens,
        load: *load,
        target: target.clone(),
        clock,
        turns: turns.clone(),
        samples: samples.clone(),
    };
    let mut lanes = JoinSet::new();
    for number in 0..load.lanes {
        lanes.spawn(lane::run(lane(number, load.ramp * number / load.lanes, target)));
    }
    if let Some(probe) = load.probe {
        let target = Target { path: probe.path.into(), ..target.clone() };
        for number in 0..probe.requests {
            let due = probe.every * (number + 1);
            lanes.spawn(lane::probe(lane(load.lanes + number, due, &target)));
        }
    }
    while let Some(lane) = lanes.join_next().await {
        lane.map_err(|why| format!("the load generator failed: {why}"))??;
    }
    // The limit came first: these never had their turn.
    while let Some(turn) = turns.take() {
        let sample = Sample::due(turn % load.lanes, clock.now(), Outcome::Unfinished);
        samples.send(sample).map_err(|_| "the record stopped listening")?;
    }
    Ok(())
}

/// Which requests still have to be sent: the whole of what lanes share.
pub(crate) struct Turns {
    taken: AtomicU32,
    of: u32,
}

impl Turns {
    /// The number of the next request, until all were taken.
    pub fn take(&self) -> Option<u32> {
        let turn = self.taken.fetch_add(1, Ordering::Relaxed);
        (turn < self.of).then_some(turn)
    }
}
