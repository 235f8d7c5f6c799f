//! Where fates go: to the samples, or, of requests that only warmed the server up, into a count.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;

use super::Load;
use crate::outcome::Outcome;
use crate::record::{Fact, Sample, Value};

pub(super) struct Kept {
    samples: Sender<Sample>,
    /// requests of a lane below this are the load's, and no probes
    lanes: u32,
    /// what is due before, in microseconds, warms up
    warm_up: u64,
    warming: AtomicU32,
    failed: AtomicU32,
}

impl Kept {
    pub fn new(load: &Load, samples: Sender<Sample>) -> Self {
        let warm_up = load.warm_up.as_micros() as u64;
        let (warming, failed) = (AtomicU32::new(0), AtomicU32::new(0));
        Kept { samples, lanes: load.lanes, warm_up, warming, failed }
    }

    /// Takes the fate of a request.
    pub fn keep(&self, sample: Sample) -> Result<(), String> {
        if sample.due < self.warm_up && sample.connection < self.lanes {
            self.warming.fetch_add(1, Ordering::Relaxed);
            self.failed.fetch_add(u32::from(sample.outcome != Outcome::Ok), Ordering::Relaxed);
            return Ok(());
        }
        self.samples.send(sample).map_err(|_| "the record stopped listening".into())
    }

    /// What is to be said of the warm-up, if there was one.
    pub fn facts(&self) -> Vec<Fact> {
        let fact = |name: &str, count: &AtomicU32| Fact {
            name: name.into(),
            value: Value::Number(f64::from(count.load(Ordering::Relaxed))),
            unit: "count".into(),
        };
        match self.warm_up {
            0 => Vec::new(),
            _ => {
                vec![fact("warm-up-requests", &self.warming), fact("warm-up-failed", &self.failed)]
            }
        }
    }
}
