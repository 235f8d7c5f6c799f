//! Answers that come bit by bit: when the first event came, and how far apart the others were.

use std::collections::BTreeMap;

use crate::record::{Chunks, Outcome, Run, Sample};
use crate::views::summary::{Quantiles, latency};

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
    let probes = run.header.load.probe.is_some().then_some(run.header.load.concurrency);
    let of_load = |chunks: &&Chunks| probes.is_none_or(|first| chunks.connection < first);
    let chunks: Vec<&Chunks> = run.chunks.iter().filter(of_load).collect();
    if chunks.is_empty() {
        return None;
    }
    let first: BTreeMap<(u32, u64), u64> =
        chunks.iter().filter_map(|c| Some(((c.connection, c.due), *c.at.first()?))).collect();
    let samples = run.samples.iter().filter(|sample| !run.is_probe(sample));
    let firsts = samples.filter_map(|sample| {
        let first = first.get(&(sample.connection, sample.due));
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
        Outcome::Ok => latency(sample),
        _ => sample.done.map(|done| done.saturating_sub(sample.due)),
    }))
}
