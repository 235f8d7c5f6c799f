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
}

impl Streams {
    fn new() -> Self {
        Streams { first: empty(), gaps: empty() }
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
        let streams = self.streams.as_ref()?;
        let without = |outcome: &Outcome| outcome.is_failure();
        let failed: u64 = self.outcomes.iter().filter(|(o, _)| without(o)).map(|(_, n)| n).sum();
        // One that failed after its first event is among both: so at most as many as there are.
        let all = (streams.first.len() + failed).min(self.requests());
        rank(&streams.first, share, all)
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

    /// The latency, in microseconds, within which a share of all requests was answered: by nearest
    /// rank, a request without an answer slower than every other, as of samples.
    pub fn latency_at(&self, share: f64) -> Option<u64> {
        let hung_up = self.outcomes.get(&Outcome::HungUp).copied().unwrap_or(0);
        rank(&self.answered, share, self.requests() - hung_up)
    }

    /// The mean latency in microseconds, where every request was answered.
    pub fn mean_latency(&self) -> Option<u64> {
        let hung_up = self.outcomes.get(&Outcome::HungUp).copied().unwrap_or(0);
        let all = !self.answered.is_empty() && self.answered.len() + hung_up == self.requests();
        all.then(|| self.answered.mean() as u64)
    }

    fn requests(&self) -> u64 {
        self.outcomes.values().sum()
    }
}

/// By nearest rank, of `all` of which those beyond the histogram's own sort last.
fn rank(histogram: &hdrhistogram::Histogram<u64>, share: f64, all: u64) -> Option<u64> {
    let known = histogram.len();
    let nth = ((share * all as f64).ceil() as u64).max(1);
    (nth <= known).then(|| histogram.value_at_quantile(nth as f64 / known as f64))
}

/// Counts samples as they come, and keeps none.
pub struct Tally {
    outcomes: BTreeMap<Outcome, u64>,
    first_due: Option<u64>,
    last_done: u64,
    unfinished: bool,
    latencies: hdrhistogram::Histogram<u64>,
    streams: Option<Streams>,
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
        }
    }
}

impl Tally {
    /// Counts one, and the moments of its events where its answer was a stream.
    pub fn add(&mut self, sample: &Sample, events: &[u64]) {
        if !events.is_empty() {
            self.streams.get_or_insert_with(Streams::new).add(sample.due, events);
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
        Histogram {
            outcomes: self.outcomes,
            first_due: self.first_due.unwrap_or(0),
            last_done: if self.unfinished { end } else { self.last_done },
            answered: self.latencies,
            streams: self.streams,
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
    /// as `latency`: from due to the first event of each stream, where there were streams
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_event: Option<String>,
    /// as `latency`: between an event and the next of the same stream
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gap: Option<String>,
}

impl From<Histogram> for HistogramLine {
    fn from(histogram: Histogram) -> Self {
        let Histogram { outcomes, first_due, last_done, answered, streams } = histogram;
        HistogramLine {
            outcomes,
            first_due,
            last_done,
            latency: text(&answered),
            first_event: streams.as_ref().map(|streams| text(&streams.first)),
            gap: streams.as_ref().map(|streams| text(&streams.gaps)),
        }
    }
}

fn text(histogram: &hdrhistogram::Histogram<u64>) -> String {
    let mut bytes = Vec::new();
    V2DeflateSerializer::new().serialize(histogram, &mut bytes).expect("memory takes every byte");
    BASE64_STANDARD.encode(bytes)
}

fn untext(text: &str) -> Result<hdrhistogram::Histogram<u64>, String> {
    let bytes = BASE64_STANDARD.decode(text).map_err(|why| why.to_string())?;
    Deserializer::new().deserialize(&mut bytes.as_slice()).map_err(|why| why.to_string())
}

impl TryFrom<HistogramLine> for Histogram {
    type Error = String;

    fn try_from(line: HistogramLine) -> Result<Self, String> {
        let broken = |why: String| format!("this histogram cannot be read: {why}");
        let answered = untext(&line.latency).map_err(broken)?;
        let streams = match (&line.first_event, &line.gap) {
            (Some(first), Some(gap)) => Some(Streams {
                first: untext(first).map_err(broken)?,
                gaps: untext(gap).map_err(broken)?,
            }),
            (None, None) => None,
            _ => return Err(broken("first-event and gap stand together".into())),
        };
        let HistogramLine { outcomes, first_due, last_done, .. } = line;
        let ok = outcomes.get(&Outcome::Ok).copied().unwrap_or(0);
        if answered.len() != ok {
            return Err(broken(format!("it holds {} of {ok} answers", answered.len())));
        }
        Ok(Histogram { outcomes, first_due, last_done, answered, streams })
    }
}
