//! Very many requests as a histogram: counted as they come, written as one line, read back.

use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::ZlibDecoder;
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

impl TryFrom<HistogramLine> for Histogram {
    type Error = String;

    fn try_from(line: HistogramLine) -> Result<Self, String> {
        let broken = |why: String| format!("this histogram cannot be read: {why}");
        let answered = durations(&line.latency).map_err(broken)?;
        let streams = match (&line.first_event, &line.gap) {
            (Some(first), Some(gap)) => Some(Streams {
                first: durations(first).map_err(broken)?,
                gaps: durations(gap).map_err(broken)?,
            }),
            (None, None) => None,
            _ => return Err(broken("first-event and gap stand together".into())),
        };
        let HistogramLine { outcomes, first_due, last_done, .. } = line;
        let all = outcomes.values().try_fold(0u64, |sum, n| sum.checked_add(*n));
        if all.is_none_or(|all| all > MOST_REQUESTS) {
            return Err(broken(format!("it counts more than {MOST_REQUESTS} requests")));
        }
        let ok = outcomes.get(&Outcome::Ok).copied().unwrap_or(0);
        if answered.len() != ok {
            return Err(broken(format!("it holds {} of {ok} answers", answered.len())));
        }
        if first_due > last_done {
            return Err(broken(format!("it begins at {first_due} and is over at {last_done}")));
        }
        let (longest, total) = (answered.lowest_equivalent(answered.max()), last_done - first_due);
        if longest > total {
            return Err(broken(format!("a latency of {longest} µs does not fit in its {total}")));
        }
        Ok(Histogram { outcomes, first_due, last_done, answered, streams })
    }
}

/// More than this no run sends, and every computer can add them up exactly.
const MOST_REQUESTS: u64 = 1_000_000_000_000;

/// A cookie and a length, before what is compressed; and what is written before the counts in it.
const OUTER: usize = 8;
const INNER: usize = 40;

/// Three digits of all numbers up to 2^64 are not more counts than this, each of at most nine bytes.
const MOST_BYTES: u64 = INNER as u64 + 9 * 56_320;

/// A histogram out of its text. What it says of its own size is believed only where
/// that many bytes are there: a few bytes could else take all memory.
fn durations(text: &str) -> Result<hdrhistogram::Histogram<u64>, String> {
    let bytes = BASE64_STANDARD.decode(text).map_err(|why| why.to_string())?;
    let compressed = bytes.get(OUTER..).ok_or("it is too short")?;
    let mut inner = Vec::new();
    let unpacked = ZlibDecoder::new(compressed).take(MOST_BYTES + 1).read_to_end(&mut inner);
    unpacked.map_err(|why| why.to_string())?;
    let number = |at: usize| Some(u32::from_be_bytes(inner.get(at..at + 4)?.try_into().ok()?));
    let (held, said) = (inner.len().checked_sub(INNER), number(4).map(|said| said as usize));
    if held.is_none() || held != said || inner.len() as u64 > MOST_BYTES {
        return Err("its counts are not as many as it says".into());
    }
    if number(12) != Some(u32::from(DIGITS)) {
        return Err(format!("it does not keep {DIGITS} digits"));
    }
    // The least number there is, which stands for so many noughts; its reader would turn it around.
    if inner[INNER..].windows(9).any(|bytes| bytes == [0xff; 9]) {
        return Err("a count in it is no number".into());
    }
    Deserializer::new().deserialize(&mut inner.as_slice()).map_err(|why| why.to_string())
}
