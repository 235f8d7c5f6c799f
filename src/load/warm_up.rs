//! The warm-up: a request that only warmed the server up is counted, and is in no sample.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::Sender;

use super::{Clock, Exchange, Load};
use crate::record::Fact;

/// Where the fate of every request goes: to the samples, or into the count of the warm-up.
pub(super) struct Fates {
    clock: Clock,
    exchanges: Sender<Exchange>,
    /// requests of a lane below this are the load's, and no probes
    lanes: u32,
    /// what is due before, in microseconds, warms up
    warm_up: u64,
    warming: AtomicU32,
    failed: AtomicU32,
    /// in microseconds; a client whom a server leaves standing from its first moment on would
    /// otherwise be in no number at all
    longest: AtomicU64,
}

impl Fates {
    pub fn new(load: &Load, clock: Clock, exchanges: Sender<Exchange>) -> Self {
        let warm_up = load.warm_up.as_micros() as u64;
        Fates {
            clock,
            exchanges,
            lanes: load.lanes,
            warm_up,
            warming: AtomicU32::new(0),
            failed: AtomicU32::new(0),
            longest: AtomicU64::new(0),
        }
    }

    /// Takes the fate of a request.
    pub fn keep(&self, exchange: Exchange) -> Result<(), String> {
        let sample = &exchange.sample;
        if sample.due < self.warm_up && sample.lane < self.lanes {
            self.warming.fetch_add(1, Ordering::Relaxed);
            self.failed.fetch_add(u32::from(sample.outcome.is_failure()), Ordering::Relaxed);
            // One that the run's end found unanswered has waited until now, and is the one to tell of.
            let over = sample.done.unwrap_or_else(|| self.clock.now());
            self.longest.fetch_max(over.saturating_sub(sample.due), Ordering::Relaxed);
            return Ok(());
        }
        self.exchanges.send(exchange).map_err(|_| "the record stopped listening".into())
    }

    /// What is to be said of the warm-up, if there was one.
    pub fn facts(&self) -> Vec<Fact> {
        let count = |of: &AtomicU32| f64::from(of.load(Ordering::Relaxed));
        match self.warm_up {
            0 => Vec::new(),
            _ => vec![
                Fact::number("warm-up-requests", count(&self.warming), "count"),
                Fact::number("warm-up-failed", count(&self.failed), "count"),
                Fact::number("warm-up-longest", self.longest.load(Ordering::Relaxed) as f64, "us"),
            ],
        }
    }
}
