//! What a run comes to: counts, quantiles, throughput. Pure: a run goes in, numbers come out.
//!
//! A request that failed never vanishes from a percentile: it counts as slower than every
//! request that was answered. A percentile that falls on it is `None`, "no answer", and so is
//! the mean of a run in which any request failed. Whose client hung up on purpose is in none of
//! them: how long it waited was its own choice.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{Outcome, Run, Sample};

/// A run in numbers. Times are in microseconds. What only samples can tell is `None` of a run that
/// kept a histogram.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// in all, answered or not, the probes apart
    pub requests: u64,
    /// how many requests met which fate; they add up to `requests`
    pub outcomes: BTreeMap<Outcome, u64>,
    /// from the first request's due time to the last one's end (or the run's, where one never ended)
    pub total: u64,
    /// requests answered `ok` per second of `total`
    pub throughput: f64,
    /// from due to done, what a client sees
    pub latency: Quantiles,
    /// the latency of the request that was due first
    pub first: Option<u64>,
    /// latency less service time: connecting, queueing, transport
    pub queueing: Quantiles,
    /// how long handlers ran, by the server's clock
    pub service: Quantiles,
    /// latency of the probes, which count nowhere else
    pub probe: Quantiles,
    /// the most requests that were sent and not yet over at one moment
    pub peak_in_flight: Option<usize>,
    /// the most requests that were in a handler at one moment, as the client can know it: see
    /// [`in_service`]; overlaps of less than a twentieth of a service do not count
    pub peak_in_service: Option<usize>,
    /// different workers (threads, tasks) that answered
    pub workers: Option<usize>,
}

/// The shape of a set of durations, in microseconds; quantiles by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Quantiles {
    pub min: Option<u64>,
    pub mean: Option<u64>,
    pub p50: Option<u64>,
    pub p90: Option<u64>,
    pub p99: Option<u64>,
    pub max: Option<u64>,
}

impl Quantiles {
    /// Of durations of which some may have had no end (`None`), which sort last.
    pub fn of(durations: impl IntoIterator<Item = Option<u64>>) -> Self {
        let sorted = Sorted::of(durations);
        let rank = |q| sorted.at(q);
        let sum = || sorted.ended.iter().map(|us| u128::from(*us)).sum::<u128>();
        let mean = || (sum() / sorted.all as u128) as u64;
        Quantiles {
            min: rank(0.0),
            mean: (sorted.all > 0 && sorted.all == sorted.ended.len()).then(mean),
            p50: rank(0.5),
            p90: rank(0.9),
            p99: rank(0.99),
            max: rank(1.0),
        }
    }
}

/// Durations in order, of which some may have had no end; those sort last.
struct Sorted {
    ended: Vec<u64>,
    /// with those that had no end
    all: usize,
}

impl Sorted {
    fn of(durations: impl IntoIterator<Item = Option<u64>>) -> Self {
        let mut all = 0;
        let mut ended: Vec<u64> = durations.into_iter().inspect(|_| all += 1).flatten().collect();
        ended.sort_unstable();
        Sorted { ended, all }
    }

    /// The smallest value that at least `q` of all values do not exceed.
    fn at(&self, q: f64) -> Option<u64> {
        let nth = (q * self.all as f64).ceil() as usize;
        self.ended.get(nth.max(1) - 1).copied()
    }
}

/// The latency, in microseconds, within which a share of a run's requests was answered: a quantile
/// by nearest rank.
pub fn latency_at(run: &Run, share: f64) -> Option<u64> {
    match &run.histogram {
        Some(histogram) => histogram.latency_at(share),
        None => {
            let samples = run.samples.iter().filter(|s| !run.is_probe(s));
            let asked = samples.filter(|s| s.outcome != Outcome::HungUp);
            Sorted::of(asked.map(Sample::latency)).at(share)
        }
    }
}

/// Sums up one run.
pub fn summarize(run: &Run) -> Summary {
    let all = Requests::of(run);
    Summary {
        requests: all.count(),
        outcomes: all.outcomes(),
        total: all.total(),
        throughput: all.throughput(),
        latency: all.latency(),
        first: all.first(),
        queueing: all.queueing(),
        service: all.service(),
        probe: all.probe(),
        peak_in_flight: all.peak_in_flight(),
        peak_in_service: all.peak_in_service(),
        workers: all.workers(),
    }
}

impl Summary {
    /// Requests that were to be answered and were not: whose client hung up on purpose did not fail.
    pub fn failed(&self) -> u64 {
        failed(&self.outcomes)
    }
}

fn failed(outcomes: &BTreeMap<Outcome, u64>) -> u64 {
    outcomes.iter().filter(|(outcome, _)| outcome.is_failure()).map(|(_, n)| n).sum()
}

/// The requests of a run, asked for one number at a time: of very many, all that [`Summary`] holds
/// takes long to work out. Each method answers as the field of its name says.
pub struct Requests<'r> {
    run: &'r Run,
}

impl<'r> Requests<'r> {
    pub fn of(run: &'r Run) -> Self {
        Requests { run }
    }

    pub fn outcomes(&self) -> BTreeMap<Outcome, u64> {
        if let Some(histogram) = &self.run.histogram {
            return histogram.outcomes().clone();
        }
        let mut outcomes = BTreeMap::new();
        for sample in self.samples() {
            *outcomes.entry(sample.outcome).or_insert(0) += 1;
        }
        outcomes
    }

    pub fn count(&self) -> u64 {
        self.outcomes().values().sum()
    }

    pub fn failed(&self) -> u64 {
        failed(&self.outcomes())
    }

    pub fn total(&self) -> u64 {
        if let Some(histogram) = &self.run.histogram {
            return histogram.total();
        }
        let first = self.samples().map(|s| s.due).min().unwrap_or(0);
        let last = self.samples().map(|s| s.done.unwrap_or(self.run.end.at)).max();
        last.unwrap_or(first).saturating_sub(first)
    }

    pub fn throughput(&self) -> f64 {
        let ok = self.outcomes().get(&Outcome::Ok).copied().unwrap_or(0);
        let total = self.total();
        if total == 0 { 0.0 } else { ok as f64 * 1e6 / total as f64 }
    }

    pub fn latency(&self) -> Quantiles {
        let Some(histogram) = &self.run.histogram else { return self.durations(Sample::latency) };
        let at = |share| histogram.latency_at(share);
        Quantiles {
            min: histogram.shortest(),
            mean: histogram.mean_latency(),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            max: at(1.0),
        }
    }

    pub fn first(&self) -> Option<u64> {
        let all = self.each()?;
        all.min_by_key(|s| s.due).and_then(Sample::latency)
    }

    pub fn queueing(&self) -> Quantiles {
        self.durations(queueing)
    }

    pub fn service(&self) -> Quantiles {
        self.durations(service)
    }

    /// Probes are few, and leave samples also where a histogram counts the load.
    pub fn probe(&self) -> Quantiles {
        let probes = self.run.samples.iter().filter(|s| self.run.is_probe(s));
        Quantiles::of(probes.map(Sample::latency))
    }

    pub fn peak_in_flight(&self) -> Option<usize> {
        let end = self.run.end.at;
        Some(peak(self.each()?.filter_map(|s| in_flight(s, end))))
    }

    pub fn peak_in_service(&self) -> Option<usize> {
        Some(peak(self.each()?.filter_map(surely_in_service)))
    }

    pub fn workers(&self) -> Option<usize> {
        let workers: BTreeSet<&str> = self.each()?.filter_map(|s| s.worker.as_deref()).collect();
        Some(workers.len())
    }

    /// A sample each; `None` where a histogram counts them.
    fn each(&self) -> Option<impl Iterator<Item = &'r Sample> + use<'r>> {
        self.run.histogram.is_none().then(|| self.samples())
    }

    fn samples(&self) -> impl Iterator<Item = &'r Sample> + use<'r> {
        let run = self.run;
        run.samples.iter().filter(|s| !run.is_probe(s))
    }

    fn durations(&self, of: fn(&Sample) -> Option<u64>) -> Quantiles {
        let Some(samples) = self.each() else { return Quantiles::default() };
        Quantiles::of(samples.filter(|s| s.outcome != Outcome::HungUp).map(of))
    }
}

/// How long the handler ran. `None` where the server did not say.
pub fn service(sample: &Sample) -> Option<u64> {
    sample.handler.filter(|_| sample.outcome == Outcome::Ok)
}

/// The part of the latency in which nobody worked on this request.
pub fn queueing(sample: &Sample) -> Option<u64> {
    Some(sample.latency()?.saturating_sub(service(sample)?))
}

/// When the request was under way: sent, and not yet over.
pub fn in_flight(sample: &Sample, end: u64) -> Option<(u64, u64)> {
    Some((sample.sent?, sample.done.unwrap_or(end)))
}

/// When a handler had the request. Only a duration crosses processes, so the end of service is
/// drawn at the answer's first byte.
pub fn in_service(sample: &Sample) -> Option<(u64, u64)> {
    let end = sample.first_byte?;
    Some((end.saturating_sub(sample.handler?), end))
}

/// A client that woke up late saw a first byte late, and then two requests that were served one
/// after another seem to overlap by a moment. So for counting, service ends a twentieth early.
fn surely_in_service(sample: &Sample) -> Option<(u64, u64)> {
    let (from, to) = in_service(sample)?;
    Some((from, to - (to - from) / 20))
}

/// The height of a pile of intervals over time, as steps `(from, height)`. At one moment ends
/// come before starts: an interval does not contain its end.
pub fn steps(intervals: impl Iterator<Item = (u64, u64)>) -> Vec<(u64, usize)> {
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    for (from, to) in intervals.filter(|(from, to)| to > from) {
        starts.push(from);
        ends.push(to);
    }
    starts.sort_unstable();
    ends.sort_unstable();
    let (mut started, mut ended) = (0, 0);
    let mut steps = Vec::new();
    // Whoever starts ends later, so that all is told when the last one has ended.
    while let Some(&end) = ends.get(ended) {
        let at = starts.get(started).map_or(end, |start| end.min(*start));
        started += starts[started..].iter().take_while(|start| **start == at).count();
        ended += ends[ended..].iter().take_while(|end| **end == at).count();
        steps.push((at, started - ended));
    }
    steps
}

fn peak(intervals: impl Iterator<Item = (u64, u64)>) -> usize {
    steps(intervals).into_iter().map(|(_, height)| height).max().unwrap_or(0)
}
