//! Very many requests as a histogram: counted as they come, written as one line, read back.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use serde::{Deserialize, Serialize};

use crate::record::{Outcome, Sample};

/// Significant digits that a latency keeps. With three, an error is at most a thousandth.
const DIGITS: u8 = 3;

/// What became of very many requests, in place of a sample for each. One that holds other answers
/// than its outcomes say cannot be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "HistogramLine", into = "HistogramLine")]
pub struct Histogram {
    outcomes: BTreeMap<Outcome, u64>,
    first_due: u64,
    last_done: u64,
    answered: hdrhistogram::Histogram<u64>,
}

impl Histogram {
    /// How many requests met which fate.
    pub fn outcomes(&self) -> &BTreeMap<Outcome, u64> {
        &self.outcomes
    }

    /// From the first request's due time to the last one's end, in microseconds.
    pub fn total(&self) -> u64 {
        self.last_done.saturating_sub(self.first_due)
    }

    /// The latency, in microseconds, within which a share of all requests was answered: by nearest
    /// rank, a request without an answer slower than every other, as of samples.
    pub fn latency_at(&self, share: f64) -> Option<u64> {
        let answered = self.answered.len();
        let nth = ((share * self.requests() as f64).ceil() as u64).max(1);
        let of_answered = nth as f64 / answered as f64;
        (nth <= answered).then(|| self.answered.value_at_quantile(of_answered))
    }

    /// The mean latency in microseconds, where every request was answered.
    pub fn mean_latency(&self) -> Option<u64> {
        let all = !self.answered.is_empty() && self.answered.len() == self.requests();
        all.then(|| self.answered.mean() as u64)
    }

    fn requests(&self) -> u64 {
        self.outcomes.values().sum()
    }
}

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
    /// Counts one.
    pub fn add(&mut self, sample: &Sample) {
        *self.outcomes.entry(sample.outcome).or_insert(0) += 1;
        self.first_due = Some(self.first_due.map_or(sample.due, |due| due.min(sample.due)));
        self.last_done = self.last_done.max(sample.done.unwrap_or(0));
        self.unfinished |= sample.done.is_none();
        if let Some(us) = sample.latency() {
            // It grows as it needs to, so no latency is too long for it.
            self.latencies.record(us).expect("the histogram resizes itself");
        }
    }

    /// The line of the record; `end` is the run's, in microseconds, until which an unfinished
    /// request counts.
    pub fn finish(self, end: u64) -> Histogram {
        Histogram {
            outcomes: self.outcomes,
            first_due: self.first_due.unwrap_or(0),
            last_done: if self.unfinished { end } else { self.last_done },
            answered: self.latencies,
        }
    }
}

/// The `histogram` line as it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct HistogramLine {
    outcomes: BTreeMap<Outcome, u64>,
    /// in microseconds from the run's start, as the next
    first_due: u64,
    last_done: u64,
    /// the latencies in microseconds of the requests answered `ok`: an HDR histogram of three
    /// significant digits, in its own V2 encoding, compressed, in base64
    latency: String,
}

impl From<Histogram> for HistogramLine {
    fn from(histogram: Histogram) -> Self {
        let Histogram { outcomes, first_due, last_done, answered } = histogram;
        let mut bytes = Vec::new();
        V2DeflateSerializer::new()
            .serialize(&answered, &mut bytes)
            .expect("memory takes every byte");
        HistogramLine { outcomes, first_due, last_done, latency: BASE64_STANDARD.encode(bytes) }
    }
}

impl TryFrom<HistogramLine> for Histogram {
    type Error = String;

    fn try_from(line: HistogramLine) -> Result<Self, String> {
        let broken = |why: &dyn std::fmt::Display| format!("this histogram cannot be read: {why}");
        let bytes = BASE64_STANDARD.decode(&line.latency).map_err(|why| broken(&why))?;
        let answered: hdrhistogram::Histogram<u64> =
            Deserializer::new().deserialize(&mut bytes.as_slice()).map_err(|why| broken(&why))?;
        let HistogramLine { outcomes, first_due, last_done, .. } = line;
        let ok = outcomes.get(&Outcome::Ok).copied().unwrap_or(0);
        if answered.len() != ok {
            return Err(broken(&format!("it holds {} of {ok} answers", answered.len())));
        }
        Ok(Histogram { outcomes, first_due, last_done, answered })
    }
}
