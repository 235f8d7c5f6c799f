//! Where fates go: to the samples, or, of requests that only warmed the server up, into a count.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::Sender;

use super::Load;
use crate::outcome::Outcome;
use crate::record::{Fact, Sample};

pub(super) struct Kept {
    samples: Sender<Sample>,
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
    pub fn new(load: &Load, samples: Sender<Sample>) -> Self {
        let warm_up = load.warm_up.as_micros() as u64;
        Kept {
            samples,
            lanes: load.lanes,
            warm_up,
            warming: AtomicU32::new(0),
            failed: AtomicU32::new(0),
            longest: AtomicU64::new(0),
        }
    }

    /// Takes the fate of a request.
    pub fn keep(&self, sample: Sample) -> Result<(), String> {
        if sample.due < self.warm_up && sample.connection < self.lanes {
            self.warming.fetch_add(1, Ordering::Relaxed);
            self.failed.fetch_add(u32::from(sample.outcome != Outcome::Ok), Ordering::Relaxed);
            let took = sample.done.unwrap_or(sample.due) - sample.due;
            self.longest.fetch_max(took, Ordering::Relaxed);
            return Ok(());
        }
        self.samples.send(sample).map_err(|_| "the record stopped listening".into())
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
