//! Very many requests as a histogram: counted as they come, written as one line, read back.

mod line;

use std::collections::BTreeMap;

use line::HistogramLine;
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
    /// of answers that came as streams
    streams: Option<Streams>,
}

/// Very many streams, counted as they come: durations in microseconds.
#[derive(Debug, Clone, PartialEq)]
struct Streams {
    /// from due to the first event, a stream each
    first: hdrhistogram::Histogram<u64>,
    /// from one event to the next of the same stream
    gaps: hdrhistogram::Histogram<u64>,
    /// requests that failed before their first event
    without: u64,
}

impl Streams {
    fn new() -> Self {
        Streams { first: empty(), gaps: empty(), without: 0 }
    }

    fn add(&mut self, due: u64, events: &[u64]) {
        let resizes = "the histogram resizes itself";
        if let Some(first) = events.first() {
            self.first.record(first.saturating_sub(due)).expect(resizes);
        }
        for pair in events.windows(2) {
            self.gaps.record(pair[1].saturating_sub(pair[0])).expect(resizes);
        }
    }
}

fn empty() -> hdrhistogram::Histogram<u64> {
    hdrhistogram::Histogram::new(DIGITS).expect("1 to 5 digits are allowed")
}

impl Histogram {
    /// How many events came, of all streams; 0 where there were none.
    pub fn events(&self) -> u64 {
        self.streams.as_ref().map_or(0, |streams| streams.first.len() + streams.gaps.len())
    }

    /// The time in microseconds within which a share of the streams had its first event, of those
    /// that had one or failed without.
    pub fn first_event_at(&self, share: f64) -> Option<u64> {
        let Streams { first, without, .. } = self.streams.as_ref()?;
        rank(first, share, first.len() + without)
    }

    /// Whether any answer came as a stream.
    pub fn is_streamed(&self) -> bool {
        self.streams.is_some()
    }

    /// The gap in microseconds between two events that a share of all gaps does not exceed.
    pub fn gap_at(&self, share: f64) -> Option<u64> {
        let gaps = &self.streams.as_ref()?.gaps;
        rank(gaps, share, gaps.len())
    }

    /// How many requests met which fate.
    pub fn outcomes(&self) -> &BTreeMap<Outcome, u64> {
        &self.outcomes
    }

    /// From the first request's due time to the last one's end, in microseconds.
    pub fn total(&self) -> u64 {
        self.last_done.saturating_sub(self.first_due)
    }

    /// When the last request was over, in microseconds from the run's start.
    pub fn last_done(&self) -> u64 {
        self.last_done
    }

    /// The latency, in microseconds, within which a share of all requests was answered: by nearest
    /// rank, a request without an answer slower than every other, as of samples. It is the longest
    /// of those that three digits cannot tell apart.
    pub fn latency_at(&self, share: f64) -> Option<u64> {
        rank(&self.answered, share, self.wanted())
    }

    /// The shortest latency, in microseconds: the least of those that three digits cannot tell apart,
    /// so that no mean is below it.
    pub fn shortest(&self) -> Option<u64> {
        (!self.answered.is_empty()).then(|| self.answered.min())
    }

    /// The mean latency in microseconds, where every request was answered.
    pub fn mean_latency(&self) -> Option<u64> {
        if self.answered.is_empty() || self.answered.len() != self.wanted() {
            return None;
        }
        // In whole numbers: of equal latencies, a sum of fractions may come out a little below.
        let sum = self.answered.iter_recorded().map(|value| {
            let middle = self.answered.median_equivalent(value.value_iterated_to());
            u128::from(middle) * u128::from(value.count_at_value())
        });
        Some((sum.sum::<u128>() / u128::from(self.answered.len())) as u64)
    }

    /// All that both have counted, from the same moment on: percentiles cannot be added, and counts
    /// can.
    ///
    /// # Panics
    /// One of them is of streams.
    #[must_use]
    pub fn and(mut self, other: Histogram) -> Self {
        assert!(self.streams.is_none() && other.streams.is_none(), "streams are not added");
        for (outcome, n) in other.outcomes {
            *self.outcomes.entry(outcome).or_insert(0) += n;
        }
        self.first_due = self.first_due.min(other.first_due);
        self.last_done = self.last_done.max(other.last_done);
        self.answered.add(other.answered).expect("the histogram resizes itself");
        self
    }

    /// Those whose client wanted an answer to the end.
    fn wanted(&self) -> u64 {
        self.requests() - self.outcomes.get(&Outcome::HungUp).copied().unwrap_or(0)
    }

    fn requests(&self) -> u64 {
        self.outcomes.values().sum()
    }
}

/// By nearest rank, of `all` of which those beyond the histogram's own sort last.
fn rank(histogram: &hdrhistogram::Histogram<u64>, share: f64, all: u64) -> Option<u64> {
    let known = histogram.len();
    let nth = ((share * all as f64).ceil() as u64).max(1);
    // The histogram makes a rank of this again, and rounds up: from the middle between two ranks it
    // comes to the upper one, from a rank itself to that one or the next.
    let share = (nth as f64 - 0.5) / known as f64;
    (nth <= known).then(|| histogram.value_at_quantile(share))
}

/// Counts samples as they come, and keeps none.
pub struct Tally {
    outcomes: BTreeMap<Outcome, u64>,
    first_due: Option<u64>,
    last_done: u64,
    unfinished: bool,
    latencies: hdrhistogram::Histogram<u64>,
    streams: Option<Streams>,
    without_event: u64,
}

impl Default for Tally {
    fn default() -> Self {
        Tally {
            outcomes: BTreeMap::new(),
            first_due: None,
            last_done: 0,
            unfinished: false,
            latencies: empty(),
            streams: None,
            without_event: 0,
        }
    }
}

impl Tally {
    /// Counts one, and the moments of its events where its answer was a stream.
    pub fn add(&mut self, sample: &Sample, events: &[u64]) {
        if !events.is_empty() {
            self.streams.get_or_insert_with(Streams::new).add(sample.due, events);
        } else if sample.outcome.is_failure() {
            self.without_event += 1;
        }
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
        let without = self.without_event;
        Histogram {
            outcomes: self.outcomes,
            first_due: self.first_due.unwrap_or(0),
            last_done: if self.unfinished { end } else { self.last_done },
            answered: self.latencies,
            streams: self.streams.map(|streams| Streams { without, ..streams }),
        }
    }
}
