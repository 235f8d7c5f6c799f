//! A run in equal slices of its time, for more requests than a table has room for. Pure.

use crate::record::{Run, Sample};
use crate::views::summary::Quantiles;

/// Fewer requests in a slice than this, and its quantiles say nothing.
const LEAST_REQUESTS: u64 = 10;

/// All slices of a run, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Slices {
    /// in microseconds: 1, 2 or 5, and noughts
    pub length: u64,
    /// in order, also those in which nothing was due
    pub all: Vec<Slice>,
}

/// The requests that were due in one stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// in microseconds from the run's start; it is as long as [`Slices::length`]
    pub from: u64,
    /// how many were due in it
    pub requests: usize,
    /// of those requests
    pub latency: Quantiles,
}

impl Slices {
    /// At most `most` slices, of round length, and of ten requests each on average.
    pub fn of(run: &Run, most: u64) -> Self {
        let samples: Vec<&Sample> = run.samples.iter().filter(|s| !run.is_probe(s)).collect();
        let last = samples.iter().map(|sample| sample.due).max().unwrap_or(0);
        let time = run.end.at.max(last.saturating_add(1));
        let length = round(time, (samples.len() as u64 / LEAST_REQUESTS).clamp(1, most));
        let mut durations: Vec<Vec<Option<u64>>> = Vec::new();
        durations.resize_with(time.div_ceil(length) as usize, Vec::new);
        for sample in samples {
            durations[(sample.due / length) as usize].push(sample.latency());
        }
        let slice = |(nth, durations): (u64, Vec<Option<u64>>)| Slice {
            from: nth * length,
            requests: durations.len(),
            latency: Quantiles::of(durations),
        };
        Slices { length, all: (0..).zip(durations).map(slice).collect() }
    }
}

/// The shortest round length that cuts a time into at most so many.
fn round(time: u64, most: u64) -> u64 {
    let nice =
        (0..).map_while(|nth| 10u64.checked_pow(nth / 3)?.checked_mul([1, 2, 5][nth as usize % 3]));
    nice.into_iter().find(|length| time.div_ceil(*length) <= most).unwrap_or(u64::MAX)
}
