//! Whether an open loop kept its own pace: what the generator, and not the server, made late.

use crate::record::{Fact, Sample};

/// Counts, of one run.
pub(super) struct Lateness {
    /// of the requests that found a free lane, in microseconds
    late: hdrhistogram::Histogram<u64>,
    /// requests that found none
    pub exhausted: u64,
}

impl Default for Lateness {
    fn default() -> Self {
        let late = hdrhistogram::Histogram::new(3).expect("1 to 5 digits are allowed");
        Lateness { late, exhausted: 0 }
    }
}

impl Lateness {
    /// Counts a request that found a free lane, which took it up at `taken`.
    pub fn count(&mut self, sample: &Sample, taken: u64) {
        self.late.record(late(sample, taken)).expect("the histogram resizes itself");
    }

    pub fn facts(&self) -> Vec<Fact> {
        vec![
            Fact::number("late-p99", self.late.value_at_quantile(0.99) as f64, "us"),
            Fact::number("lanes-exhausted", self.exhausted as f64, "count"),
        ]
    }
}

/// How long after it was due a request was sent, in microseconds, less the time in which the
/// connection was made: that is the server's and the network's.
fn late(sample: &Sample, taken: u64) -> u64 {
    let ready = sample.connected.unwrap_or(taken);
    let writing = sample.sent.map_or(0, |sent| sent.saturating_sub(ready));
    taken.saturating_sub(sample.due) + writing
}
