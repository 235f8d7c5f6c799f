//! Where fates go: to the samples, or, of requests that only warmed the server up, into a count.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::Sender;

use super::{Exchange, Load};
use crate::record::Fact;

pub(super) struct Kept {
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

impl Kept {
    pub fn new(load: &Load, exchanges: Sender<Exchange>) -> Self {
        let warm_up = load.warm_up.as_micros() as u64;
        Kept {
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
        if sample.due < self.warm_up && sample.connection < self.lanes {
            self.warming.fetch_add(1, Ordering::Relaxed);
            self.failed.fetch_add(u32::from(sample.outcome.is_failure()), Ordering::Relaxed);
            let took = sample.done.unwrap_or(sample.due) - sample.due;
            self.longest.fetch_max(took, Ordering::Relaxed);
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
