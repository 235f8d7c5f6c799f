//! Very many requests as a histogram: counted as they come, written as one line, read back.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};

use crate::outcome::Outcome;
use crate::record::{Histogram, Sample};
use crate::summary::{Quantiles, latency};

/// Significant digits that a latency keeps. With three, an error is at most a thousandth.
const DIGITS: u8 = 3;

/// Counts samples as they come, and keeps none.
pub struct Tally {
    outcomes: BTreeMap<Outcome, u64>,
    first_due: Option<u64>,
    last_done: u64,
    unfinished: bool,
    latencies: hdrhistogram::Histogram<u64>,
}

impl Default for Tally {
    fn default() -> Self {
        Tally {
            outcomes: BTreeMap::new(),
            first_due: None,
            last_done: 0,
            unfinished: false,
            latencies: hdrhistogram::Histogram::new(DIGITS).expect("1 to 5 digits are allowed"),
        }
    }
}

impl Tally {
    pub fn add(&mut self, sample: &Sample) {
        *self.outcomes.entry(sample.outcome).or_insert(0) += 1;
        self.first_due = Some(self.first_due.map_or(sample.due, |due| due.min(sample.due)));
        self.last_done = self.last_done.max(sample.done.unwrap_or(0));
        self.unfinished |= sample.done.is_none();
        if let Some(us) = latency(sample) {
            // It grows as it needs to, so no latency is too long for it.
            self.latencies.record(us).expect("the histogram resizes itself");
        }
    }

    /// The line of the record; `end` is the run's, until which an unfinished request counts.
    pub fn finish(self, end: u64) -> Histogram {
        let mut bytes = Vec::new();
        V2DeflateSerializer::new()
            .serialize(&self.latencies, &mut bytes)
            .expect("memory takes every byte");
        Histogram {
            outcomes: self.outcomes,
            first_due: self.first_due.unwrap_or(0),
            last_done: if self.unfinished { end } else { self.last_done },
            latency: BASE64_STANDARD.encode(bytes),
        }
    }
}

/// The latencies of a histogram line, to be asked for their quantiles.
pub struct Latencies {
    answered: hdrhistogram::Histogram<u64>,
    /// all requests, also those that were not answered
    requests: u64,
}

impl Latencies {
    /// # Errors
    /// The line's `latency` is no histogram, or counts other requests than its outcomes do.
    pub fn read(line: &Histogram) -> Result<Self, String> {
        let broken = |why: &dyn std::fmt::Display| format!("this histogram cannot be read: {why}");
        let bytes = BASE64_STANDARD.decode(&line.latency).map_err(|why| broken(&why))?;
        let answered: hdrhistogram::Histogram<u64> =
            Deserializer::new().deserialize(&mut bytes.as_slice()).map_err(|why| broken(&why))?;
        let ok = line.outcomes.get(&Outcome::Ok).copied().unwrap_or(0);
        if answered.len() != ok {
            return Err(broken(&format!("it holds {} of {ok} answers", answered.len())));
        }
        Ok(Latencies { answered, requests: line.outcomes.values().sum() })
    }

    /// By nearest rank, a request without an answer slower than every other: as of samples.
    pub fn at(&self, q: f64) -> Option<u64> {
        let answered = self.answered.len();
        let nth = ((q * self.requests as f64).ceil() as u64).max(1);
        let share = nth as f64 / answered as f64;
        (nth <= answered).then(|| self.answered.value_at_quantile(share))
    }

    pub fn quantiles(&self) -> Quantiles {
        let answered = self.answered.len();
        let rank = |q| self.at(q);
        let all = answered > 0 && answered == self.requests;
        Quantiles {
            min: rank(0.0),
            mean: all.then(|| self.answered.mean() as u64),
            p50: rank(0.5),
            p90: rank(0.9),
            p99: rank(0.99),
            max: rank(1.0),
        }
    }
}
