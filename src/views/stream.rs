//! Answers that come bit by bit: when the first event came, and how far apart the others were.

use std::collections::BTreeMap;

use crate::record::{Chunks, Histogram, Outcome, Run, Sample};
use crate::views::summary::Quantiles;

/// A run's streams in numbers. Times are in microseconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Streams {
    /// all that came, also of answers that were not whole
    pub events: u64,
    /// from due to an answer's first event. A request that failed before it had one is slower than
    /// every other; one whose client hung up before is in no number
    pub first: Quantiles,
    /// between an event and the next of the same answer
    pub gap: Quantiles,
}

/// What the load's streams come to; of answers that were no streams, nothing.
pub fn streams(run: &Run) -> Option<Streams> {
    match &run.histogram {
        Some(histogram) => (histogram.events() > 0).then(|| of_histogram(histogram)),
        None => of_samples(run),
    }
}

/// A histogram keeps no means of its streams.
fn of_histogram(histogram: &Histogram) -> Streams {
    let quantiles = |at: &dyn Fn(f64) -> Option<u64>| Quantiles {
        min: at(0.0),
        mean: None,
        p50: at(0.5),
        p90: at(0.9),
        p99: at(0.99),
        max: at(1.0),
    };
    Streams {
        events: histogram.events(),
        first: quantiles(&|share| histogram.first_event_at(share)),
        gap: quantiles(&|share| histogram.gap_at(share)),
    }
}

fn of_samples(run: &Run) -> Option<Streams> {
    let probes = run.header.load.probe.is_some().then_some(run.header.load.concurrency);
    let of_load = |chunks: &&Chunks| probes.is_none_or(|first| chunks.lane < first);
    let chunks: Vec<&Chunks> = run.chunks.iter().filter(of_load).collect();
    if chunks.is_empty() {
        return None;
    }
    let first: BTreeMap<(u32, u64), u64> =
        chunks.iter().filter_map(|c| Some(((c.lane, c.due), *c.at.first()?))).collect();
    let samples = run.samples.iter().filter(|sample| !run.is_probe(sample));
    let firsts = samples.filter_map(|sample| {
        let first = first.get(&(sample.lane, sample.due));
        let took = first.map(|at| at.saturating_sub(sample.due));
        (took.is_some() || sample.outcome.is_failure()).then_some(took)
    });
    let gaps = chunks.iter().flat_map(|c| c.at.windows(2).map(|pair| Some(pair[1] - pair[0])));
    Some(Streams {
        events: chunks.iter().map(|chunks| chunks.at.len() as u64).sum(),
        first: Quantiles::of(firsts),
        gap: Quantiles::of(gaps),
    })
}

/// How long the requests took that met this fate: "refused quickly" is a fate, too.
pub fn latency_of(run: &Run, outcome: Outcome) -> Quantiles {
    let met = |sample: &&Sample| sample.outcome == outcome && !run.is_probe(sample);
    Quantiles::of(run.samples.iter().filter(met).map(|sample| match outcome {
        Outcome::Ok => sample.latency(),
        _ => sample.done.map(|done| done.saturating_sub(sample.due)),
    }))
}
