//! The one table of metrics. A new metric is a row here, and is known everywhere.

use super::derived;
use crate::record::{Outcome, Run};
use crate::views::quantity::Quantity;
use crate::views::summary::Requests;

/// One thing that a run can be asked for.
pub struct Metric {
    /// the last part of a number's name: `p50`
    pub name: &'static str,
    /// what a person reads above a column or beside a value
    pub label: &'static str,
    /// how its number is shown
    pub unit: Unit,
    /// where it comes from
    pub source: Source,
}

/// What a metric's number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// a whole number of things
    Count,
    /// a duration in microseconds
    Micros,
    /// of memory
    Bytes,
    /// so many in a second
    PerSecond,
    /// a ratio, or a mean number of things
    Times,
    /// no number, but words
    Text,
}

/// Where a metric comes from.
#[derive(Clone, Copy)]
pub enum Source {
    /// a fact of the record: measured once, by the kit or by the chapter's server
    Fact,
    /// how many requests met that fate
    Outcome(Outcome),
    /// all requests of the run, as its samples or its histogram tell of them
    Requests(fn(&Requests) -> Option<f64>),
    /// other metrics
    Derived(fn(&Run) -> Option<f64>),
}

impl Metric {
    /// The metric of that name, where there is one.
    pub fn named(name: &str) -> Option<&'static Metric> {
        METRICS.iter().find(|metric| metric.name == name)
    }
}

impl Unit {
    /// The quantity of a number in this unit; `None` is "not measured".
    pub fn of(self, value: Option<f64>) -> Quantity {
        let Some(value) = value else { return Quantity::Absent };
        match self {
            Unit::Count => Quantity::Count(value),
            Unit::Micros => Quantity::Micros(value),
            Unit::Bytes => Quantity::Bytes(value),
            Unit::PerSecond => Quantity::PerSecond(value),
            Unit::Times => Quantity::Times(value),
            Unit::Text => Quantity::Text(value.to_string()),
        }
    }
}

const fn row(name: &'static str, label: &'static str, unit: Unit, source: Source) -> Metric {
    Metric { name, label, unit, source }
}

const fn fact(name: &'static str, label: &'static str, unit: Unit) -> Metric {
    row(name, label, unit, Source::Fact)
}

const fn outcome(name: &'static str, label: &'static str, outcome: Outcome) -> Metric {
    row(name, label, Unit::Count, Source::Outcome(outcome))
}

const fn sum(
    name: &'static str,
    label: &'static str,
    unit: Unit,
    pick: fn(&Requests) -> Option<f64>,
) -> Metric {
    row(name, label, unit, Source::Requests(pick))
}

const fn derived(
    name: &'static str,
    label: &'static str,
    unit: Unit,
    compute: fn(&Run) -> Option<f64>,
) -> Metric {
    row(name, label, unit, Source::Derived(compute))
}

/// A duration of the requests.
macro_rules! us {
    ($name:literal, $label:literal, $($of:tt)+) => {
        sum($name, $label, Unit::Micros, |all| all.$($of)+.map(|us| us as f64))
    };
}

/// A duration of the streams.
macro_rules! stream {
    ($name:literal, $label:literal, $($of:tt)+) => {
        derived($name, $label, Unit::Micros, |run| derived::of_streams(run, |streams| streams.$($of)+))
    };
}

/// Everything that has a name, but `status-503` and the like, and a chapter's own facts.
#[rustfmt::skip] // a table is read in rows
pub static METRICS: &[Metric] = &[
    sum("requests", "requests", Unit::Count, |all| Some(all.count() as f64)),
    outcome("ok", "answered", Outcome::Ok),
    sum("failed", "not answered", Unit::Count, |all| Some(all.failed() as f64)),
    outcome("refused", "refused", Outcome::Refused),
    outcome("timed-out", "timed out", Outcome::TimedOut),
    outcome("reset", "reset", Outcome::Reset),
    outcome("malformed", "malformed", Outcome::Malformed),
    outcome("cut-short", "cut short", Outcome::CutShort),
    outcome("hung-up", "hung up", Outcome::HungUp),
    outcome("unfinished", "unfinished", Outcome::Unfinished),
    sum("total", "total time", Unit::Micros, |all| Some(all.total() as f64)),
    derived("waits", "in waits", Unit::Times, derived::waits),
    sum("throughput", "requests per second", Unit::PerSecond, |all| Some(all.throughput())),

    // What a client sees: from due to done.
    us!("first", "first latency", first()),
    us!("min", "shortest latency", latency().min),
    us!("mean", "mean latency", latency().mean),
    us!("p50", "median latency", latency().p50),
    us!("p90", "p90 latency", latency().p90),
    us!("p99", "p99 latency", latency().p99),
    us!("max", "longest latency", latency().max),
    // In which nobody worked on the request.
    us!("queueing-min", "queueing min", queueing().min),
    us!("queueing-mean", "queueing mean", queueing().mean),
    us!("queueing-p50", "median queueing", queueing().p50),
    us!("queueing-p90", "queueing p90", queueing().p90),
    us!("queueing-p99", "queueing p99", queueing().p99),
    us!("queueing-max", "queueing max", queueing().max),
    // In the handler, by the server's clock.
    us!("service-min", "service min", service().min),
    us!("service-mean", "service mean", service().mean),
    us!("service-p50", "median service", service().p50),
    us!("service-p90", "service p90", service().p90),
    us!("service-p99", "service p99", service().p99),
    us!("service-max", "service max", service().max),
    // Of the probes, which count nowhere else.
    us!("probe-min", "shortest probe", probe().min),
    us!("probe-mean", "probe mean", probe().mean),
    us!("probe-p50", "median probe", probe().p50),
    us!("probe-p90", "probe p90", probe().p90),
    us!("probe-p99", "probe p99", probe().p99),
    us!("probe-max", "longest probe", probe().max),

    // Of answers that came bit by bit: from due to the first event, and from event to event.
    derived("events", "events", Unit::Count, derived::events),
    derived("events-per-second", "events per second", Unit::PerSecond, derived::events_per_second),
    stream!("first-event-min", "shortest first event", first.min),
    stream!("first-event-mean", "mean first event", first.mean),
    stream!("first-event-p50", "median first event", first.p50),
    stream!("first-event-p90", "p90 first event", first.p90),
    stream!("first-event-p99", "p99 first event", first.p99),
    stream!("first-event-max", "longest first event", first.max),
    stream!("gap-min", "shortest gap", gap.min),
    stream!("gap-mean", "mean gap", gap.mean),
    stream!("gap-p50", "median gap", gap.p50),
    stream!("gap-p90", "p90 gap", gap.p90),
    stream!("gap-p99", "p99 gap", gap.p99),
    stream!("gap-max", "longest gap", gap.max),

    sum("peak-in-flight", "most in flight", Unit::Count, |all| count(all.peak_in_flight())),
    sum("peak-in-service", "most being served", Unit::Count, |all| count(all.peak_in_service())),
    sum("workers", "workers", Unit::Count, |all| count(all.workers())),

    // The server's process, watched while it serves: see `server/monitor.rs`.
    fact("threads-idle", "threads, idle", Unit::Count),
    fact("threads-peak", "threads, peak", Unit::Count),
    derived("threads-added", "threads added", Unit::Count, derived::threads_added),
    fact("rss-idle", "resident, idle", Unit::Bytes),
    fact("rss-peak", "resident, peak", Unit::Bytes),
    derived("rss-per-request", "resident per request", Unit::Bytes, derived::rss_per_request),
    fact("address-space-idle", "address space idle", Unit::Bytes),
    fact("address-space-peak", "address space, peak", Unit::Bytes),
    fact("page-tables-peak", "page tables, peak", Unit::Bytes),
    derived("kernel-stacks-peak", "kernel stacks, peak", Unit::Bytes, derived::kernel_stacks_peak),
    derived("memory-peak", "memory in all, peak", Unit::Bytes, derived::memory_peak),
    fact("cpu", "CPU time", Unit::Micros),
    derived("cpu-per-request", "CPU per request", Unit::Micros, derived::cpu_per_request),
    derived("cpu-per-event", "CPU per event", Unit::Micros, derived::cpu_per_event),
    derived("polls-per-task", "polls of a task", Unit::Times, derived::polls_per_task),
    derived("busy", "cores the server kept busy", Unit::Times, derived::busy),
    fact("server-exit", "server exit", Unit::Text),
    fact("server-said", "server said", Unit::Text),

    // Whoever sent the load.
    fact("generator", "generator", Unit::Text),
    fact("load-cpu", "load cpu", Unit::Micros),
    derived("load-busy", "cores the generator kept busy", Unit::Times, derived::load_busy),
    fact("late-p99", "p99 lateness", Unit::Micros),
    fact("lanes-exhausted", "found no lane free", Unit::Count),
    fact("warm-up-requests", "sent to warm up", Unit::Count),
    fact("warm-up-failed", "warm up failed", Unit::Count),
    fact("warm-up-longest", "longest in the warm-up", Unit::Micros),
    fact(crate::record::ABSENT, "absent", Unit::Text),

    // Little's law, L = λ × W: how many were inside, by the server's own looks and by its clients.
    fact("looks", "looks", Unit::Count),
    fact("seen-inside", "seen inside", Unit::Count),
    derived("mean-inside", "mean inside, seen by the server", Unit::Times, derived::mean_inside),
    derived("rate-times-mean", "rate × mean latency", Unit::Times, derived::rate_times_mean),
    derived("rate-times-service", "rate × mean service", Unit::Times, derived::rate_times_service),
];

fn count(n: Option<usize>) -> Option<f64> {
    n.map(|n| n as f64)
}
