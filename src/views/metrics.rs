//! What a run can be asked for: the last part of a name.
//!
//! A metric is computed from the samples, or is a fact of the run, or the count of one outcome
//! (`refused`, `status-503`).

use crate::outcome::Outcome;
use crate::quantity::Quantity;
use crate::record::{ABSENT, Run, Value};
use crate::summary::{Quantiles, Summary, summarize};

/// The quantity of that name in one run.
///
/// # Errors
/// No metric, fact or outcome has that name. What exists but was not measured here is
/// [`Quantity::Absent`].
pub fn of(run: &Run, metric: &str) -> Result<Quantity, String> {
    if run.absent().is_some() && metric != ABSENT {
        return Ok(Quantity::Absent);
    }
    if let Some(fact) = run.fact(metric) {
        return Ok(match &fact.value {
            Value::Number(value) => Quantity::with_unit(*value, &fact.unit),
            Value::Text(text) => Quantity::Text(text.clone()),
            Value::Absent => Quantity::Absent,
        });
    }
    if let Some(quantity) = from_metrics(run, metric).or_else(|| from_facts(run, metric)) {
        return Ok(quantity);
    }
    let summary = summarize(run);
    if let Some(quantity) = from_summary(&summary, metric) {
        return Ok(quantity);
    }
    if let Ok(outcome) = metric.parse::<Outcome>() {
        let count = summary.outcomes.get(&outcome).copied().unwrap_or(0);
        return Ok(Quantity::Count(count as f64));
    }
    Err(format!("no metric, fact or outcome is called {metric:?}"))
}

/// Everything that a run can be asked for, outcomes apart: for a suggestion when a name is mistyped.
pub fn names(run: &Run) -> Vec<String> {
    let computed =
        COMPUTED.iter().filter(|name| of(run, name).is_ok()).map(|name| name.to_string());
    run.facts.iter().map(|fact| fact.name.clone()).chain(computed).collect()
}

/// The metrics that are no facts; each is answered by `from_facts` or `from_summary`.
const COMPUTED: &[&str] = &[
    "requests",
    "total",
    "waits",
    "first",
    "throughput",
    "mean",
    "min",
    "max",
    "p50",
    "p90",
    "p99",
    "queueing-min",
    "queueing-mean",
    "queueing-p50",
    "queueing-p90",
    "queueing-p99",
    "queueing-max",
    "service-mean",
    "service-p50",
    "service-max",
    "peak-in-flight",
    "peak-in-service",
    "workers",
    "failed",
    "threads-added",
    "rss-per-request",
    "kernel-stacks-peak",
    "cpu-per-request",
    "memory-peak",
    "busy",
    "load-busy",
    "mean-inside",
    "rate-times-mean",
];

/// What a person reads above a column or beside a value.
pub fn label(metric: &str) -> String {
    match metric {
        "total" => "total time",
        "waits" => "in waits",
        "first" => "first latency",
        "throughput" => "requests per second",
        "mean" => "mean latency",
        "min" => "shortest latency",
        "max" => "longest latency",
        "p50" => "median latency",
        "p90" => "p90 latency",
        "p99" => "p99 latency",
        "queueing-p50" => "median queueing",
        "service-p50" => "median service",
        "probe-min" => "shortest probe",
        "probe-p50" => "median probe",
        "probe-max" => "longest probe",
        "peak-in-flight" => "most in flight",
        "peak-in-service" => "most being served",
        "late-p99" => "p99 lateness",
        "lanes-exhausted" => "found no lane free",
        "warm-up-requests" => "sent to warm up",
        "warm-up-longest" => "longest in the warm-up",
        "ok" => "answered",
        "failed" => "not answered",
        "threads-idle" => "threads, idle",
        "threads-peak" => "threads, peak",
        "threads-added" => "threads added",
        "rss-idle" => "resident, idle",
        "rss-peak" => "resident, peak",
        "rss-per-request" => "resident per request",
        "address-space-peak" => "address space, peak",
        "page-tables-peak" => "page tables, peak",
        "kernel-stacks-peak" => "kernel stacks, peak",
        "cpu" => "CPU time",
        "cpu-per-request" => "CPU per request",
        "memory-peak" => "memory in all, peak",
        "busy" => "cores the server kept busy",
        "load-busy" => "cores the generator kept busy",
        "mean-inside" => "mean inside, seen by the server",
        "rate-times-mean" => "rate × mean latency",
        other => return other.replace('-', " "),
    }
    .to_string()
}

/// A kernel stack is four pages on 64-bit Linux, and is counted in no process's memory.
const KERNEL_STACK_BYTES: f64 = 16.0 * 1024.0;

/// What follows from other metrics, wherever those come from: of another generator's run they are
/// facts.
fn from_metrics(run: &Run, metric: &str) -> Option<Quantity> {
    let value = |name: &str| of(run, name).ok()?.value();
    let delay = run.header.delay_us as f64;
    let quantity = match metric {
        // In units of one handler's wait; where the handler does not wait there are none.
        "waits" => value("total").filter(|_| delay > 0.0).map(|us| us / delay),
        // The right side of Little's law, L = λ × W.
        "rate-times-mean" => {
            value("throughput").zip(value("mean")).map(|(rate, us)| rate * us / 1e6)
        }
        _ => return None,
    };
    Some(quantity.map_or(Quantity::Absent, Quantity::Times))
}

fn from_facts(run: &Run, metric: &str) -> Option<Quantity> {
    let counted = |name: &str| of(run, name).ok().and_then(|n| n.value()).unwrap_or(0.0);
    let requests = || (counted("ok") + counted("failed")).max(1.0);
    let number = |name: &str| match run.fact(name).map(|fact| &fact.value) {
        Some(Value::Number(value)) => Some(*value),
        _ => None,
    };
    let added =
        |what: &str| Some(number(&format!("{what}-peak"))? - number(&format!("{what}-idle"))?);
    // Of the whole run, its warm-up too: as the CPU time is.
    let total = || Some(run.end.at as f64).filter(|end| *end > 0.0);
    let quantity = match metric {
        "threads-added" => added("threads").map(Quantity::Count),
        "rss-per-request" => added("rss").map(|bytes| Quantity::Bytes(bytes / requests())),
        "kernel-stacks-peak" if run.header.machine.os == "linux" => {
            number("threads-peak").map(|threads| Quantity::Bytes(threads * KERNEL_STACK_BYTES))
        }
        "kernel-stacks-peak" => None,
        // What no process is charged for is memory all the same.
        "memory-peak" => match from_facts(run, "kernel-stacks-peak") {
            Some(Quantity::Bytes(stacks)) => number("rss-peak")
                .zip(number("page-tables-peak"))
                .map(|(rss, tables)| Quantity::Bytes(rss + tables + stacks)),
            _ => None,
        },
        // The server worked for those that warmed it up, too.
        "cpu-per-request" => number("cpu").map(|us| {
            let warming = number("warm-up-requests").unwrap_or(0.0);
            Quantity::Micros(us / (requests() + warming))
        }),
        "busy" => number("cpu").zip(total()).map(|(cpu, total)| Quantity::Times(cpu / total)),
        "load-busy" => {
            number("load-cpu").zip(total()).map(|(cpu, total)| Quantity::Times(cpu / total))
        }
        // Of a server that was looked into now and then, and saw so many requests in all looks.
        "mean-inside" => number("seen-inside")
            .zip(number("looks"))
            .filter(|(_, looks)| *looks > 0.0)
            .map(|(seen, looks)| Quantity::Times(seen / looks)),
        _ => return None,
    };
    Some(quantity.unwrap_or(Quantity::Absent))
}

fn from_summary(summary: &Summary, metric: &str) -> Option<Quantity> {
    let ok = summary.outcomes.get(&Outcome::Ok).copied().unwrap_or(0);
    let count = |n: u64| Quantity::Count(n as f64);
    let counted = |n: Option<usize>| n.map_or(Quantity::Absent, |n| Quantity::Count(n as f64));
    Some(match metric {
        "requests" => count(summary.requests),
        "total" => Quantity::Micros(summary.total as f64),
        "throughput" => Quantity::PerSecond(summary.throughput),
        "first" => summary.first.map_or(Quantity::Absent, |us| Quantity::Micros(us as f64)),
        "peak-in-flight" => counted(summary.peak_in_flight),
        "peak-in-service" => counted(summary.peak_in_service),
        "workers" => counted(summary.workers),
        "failed" => count(summary.requests - ok),
        _ => {
            let (quantiles, quantile) = match metric.split_once('-') {
                Some(("queueing", quantile)) => (&summary.queueing, quantile),
                Some(("service", quantile)) => (&summary.service, quantile),
                Some(("probe", quantile)) => (&summary.probe, quantile),
                _ => (&summary.latency, metric),
            };
            let us = pick(quantiles, quantile)?;
            us.map_or(Quantity::Absent, |us| Quantity::Micros(us as f64))
        }
    })
}

fn pick(quantiles: &Quantiles, name: &str) -> Option<Option<u64>> {
    Some(match name {
        "min" => quantiles.min,
        "mean" => quantiles.mean,
        "p50" => quantiles.p50,
        "p90" => quantiles.p90,
        "p99" => quantiles.p99,
        "max" => quantiles.max,
        _ => return None,
    })
}
