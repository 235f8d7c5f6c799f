//! A load: what is sent to a server, how fast, and until when.

use std::time::Duration;

use super::{Arrivals, Ask, Probe};
use crate::record::LoadSettings;

/// Above so many requests a run keeps a histogram of them and no samples: the record would be
/// heavier than what it shows.
pub const MOST_SAMPLES: u32 = 20_000;

/// What is asked of a server. Every field bounds something: a load always ends.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// each request
    pub ask: Ask,
    /// when nothing more becomes due; what is under way then is awaited
    pub ends: After,
    /// requests due in this time are sent, and counted, and no part of the samples
    pub warm_up: Duration,
    /// C, the most that may be under way at once
    pub lanes: u32,
    /// what makes a request due
    pub arrivals: Arrivals,
    /// over which the lanes of a closed loop are opened, evenly; zero opens all of them at once
    pub ramp: Duration,
    /// after which one request is given up, from the moment a lane took it up
    pub timeout: Duration,
    /// after which the whole run ends; what is under way then is `unfinished`
    pub limit: Duration,
    /// whether a lane keeps its connection, or makes a new one for each request
    pub keep_alive: bool,
    /// what else is asked meanwhile
    pub probe: Option<Probe>,
}

impl Default for Load {
    fn default() -> Self {
        Load {
            ask: Ask::default(),
            ends: After::Requests(10),
            warm_up: Duration::ZERO,
            lanes: 5,
            arrivals: Arrivals::Closed,
            ramp: Duration::ZERO,
            timeout: Duration::from_secs(120),
            limit: Duration::from_secs(600),
            keep_alive: false,
            probe: None,
        }
    }
}

/// When the requests of a load come to an end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum After {
    /// N, in all, those of the warm-up not counted
    Requests(u32),
    /// so long after the warm-up
    Time(Duration),
}

impl After {
    /// How many requests there are, where that is known.
    pub fn requests(self) -> Option<u32> {
        match self {
            After::Requests(n) => Some(n),
            After::Time(_) => None,
        }
    }

    /// For how long requests become due, where time decides.
    pub fn time(self) -> Option<Duration> {
        match self {
            After::Requests(_) => None,
            After::Time(time) => Some(time),
        }
    }
}

impl Load {
    /// So many requests.
    pub fn requests(n: u32) -> Self {
        Load { ends: After::Requests(n), ..Load::default() }
    }

    /// As many requests as there are in this time.
    pub fn lasting(time: Duration) -> Self {
        Load { ends: After::Time(time), ..Load::default() }
    }

    /// Samples in all, the load's and its probe's: known only where the load is no matter of time.
    pub fn samples(&self) -> Option<u32> {
        let probes = self.probe.map_or(0, |probe| probe.requests);
        self.ends.requests().map(|requests| requests + probes)
    }

    /// When the last request is due, in microseconds from the run's start, where time decides.
    pub(super) fn last_due(&self) -> Option<u64> {
        self.ends.time().map(|time| (self.warm_up + time).as_micros() as u64)
    }

    /// As the record keeps it.
    pub fn settings(&self) -> LoadSettings {
        let us = |duration: Duration| duration.as_micros() as u64;
        LoadSettings {
            mode: self.arrivals.mode(),
            by: None,
            requests: self.ends.requests().unwrap_or(0),
            duration_us: self.ends.time().map(us),
            warm_up_us: (!self.warm_up.is_zero()).then(|| us(self.warm_up)),
            concurrency: self.lanes,
            ramp_us: us(self.ramp),
            timeout_us: us(self.timeout),
            keep_alive: self.keep_alive,
            rate_per_second: self.arrivals.per_second(),
            seed: self.arrivals.seed(),
            ask: self.ask.settings(),
            probe: self.probe.map(|probe| probe.settings()),
        }
    }

    /// The load of one of several repeats, from 1. Random arrivals differ from repeat to repeat,
    /// so that the spread shows what they do; every case is asked at the same moments.
    pub fn of_repeat(self, repeat: u32) -> Self {
        let arrivals = match self.arrivals {
            Arrivals::Poisson { per_second, seed } => {
                Arrivals::Poisson { per_second, seed: seed + u64::from(repeat) - 1 }
            }
            other => other,
        };
        Load { arrivals, ..self }
    }

    /// When each request of an open loop is due, in microseconds from the run's start and in order.
    pub fn due(&self) -> Vec<u64> {
        let warm_up = self.warm_up.as_micros() as u64;
        let (last, mut left) = (self.last_due(), self.ends.requests().unwrap_or(0));
        let moments = self.arrivals.moments().map(|seconds| (seconds * 1e6) as u64);
        let due = moments.take_while(|&at| match last {
            Some(last) => at < last,
            None if at < warm_up => true,
            None => {
                let one_more = left > 0;
                left = left.saturating_sub(1);
                one_more
            }
        });
        due.collect()
    }
}
