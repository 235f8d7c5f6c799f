//! Metrics that follow from other metrics, wherever those come from: of another generator's run
//! they are facts. `None` is "not measured here".

use super::of;
use crate::record::Run;
use crate::views::stream::{self, Streams};
use crate::views::summary::Quantiles;
use crate::views::trace;

/// A kernel stack is four pages on 64-bit Linux, and is counted in no process's memory: see
/// `THREAD_SIZE` in the kernel's `arch/x86/include/asm/page_64_types.h` (arm64 has as much).
const KERNEL_STACK_BYTES: f64 = 16.0 * 1024.0;

fn value(run: &Run, metric: &str) -> Option<f64> {
    of(run, metric).ok()?.value()
}

/// One by the other; where the other is nothing, there is no answer.
fn share(run: &Run, over: &str, under: &str) -> Option<f64> {
    let (over, under) = (value(run, over)?, value(run, under)?);
    (under > 0.0).then_some(over / under)
}

fn requests(run: &Run) -> f64 {
    let count = |metric| value(run, metric).unwrap_or(0.0);
    (count("ok") + count("failed")).max(1.0)
}

/// In units of one handler's wait; where the handler does not wait there are none.
pub fn waits(run: &Run) -> Option<f64> {
    let delay = run.header.delay_us as f64;
    value(run, "total").filter(|_| delay > 0.0).map(|us| us / delay)
}

/// The right side of Little's law, L = λ × W.
pub fn rate_times_mean(run: &Run) -> Option<f64> {
    Some(value(run, "throughput")? * value(run, "mean")? / 1e6)
}

/// The same of those in service alone: so many were being served on average.
pub fn rate_times_service(run: &Run) -> Option<f64> {
    Some(value(run, "throughput")? * value(run, "service-mean")? / 1e6)
}

/// The left side, of a server that was looked into now and then: so many requests in all looks.
pub fn mean_inside(run: &Run) -> Option<f64> {
    share(run, "seen-inside", "looks")
}

pub fn threads_added(run: &Run) -> Option<f64> {
    Some(value(run, "threads-peak")? - value(run, "threads-idle")?)
}

pub fn rss_per_request(run: &Run) -> Option<f64> {
    Some((value(run, "rss-peak")? - value(run, "rss-idle")?) / requests(run))
}

pub fn kernel_stacks_peak(run: &Run) -> Option<f64> {
    let threads = value(run, "threads-peak").filter(|_| run.header.machine.os == "linux")?;
    Some(threads * KERNEL_STACK_BYTES)
}

/// What no process is charged for is memory all the same.
pub fn memory_peak(run: &Run) -> Option<f64> {
    Some(value(run, "rss-peak")? + value(run, "page-tables-peak")? + kernel_stacks_peak(run)?)
}

/// The server worked for those that warmed it up, too.
pub fn cpu_per_request(run: &Run) -> Option<f64> {
    let warming = value(run, "warm-up-requests").unwrap_or(0.0);
    Some(value(run, "cpu")? / (requests(run) + warming))
}

/// Of streams without a warm-up: the events of one that warmed up are in no record.
pub fn cpu_per_event(run: &Run) -> Option<f64> {
    let events = events(run).filter(|events| *events > 0.0)?;
    let warmed = value(run, "warm-up-requests").unwrap_or(0.0) > 0.0;
    value(run, "cpu").filter(|_| !warmed).map(|cpu| cpu / events)
}

/// Of a runtime that told of its tasks: how often each of those that came to an end was polled, on
/// average. Whoever accepts them is not spawned, and never ends.
pub fn polls_per_task(run: &Run) -> Option<f64> {
    let lanes = trace::lanes(run).ok()?;
    let ended: Vec<_> = lanes.iter().filter(|lane| lane.done.is_some()).collect();
    let spans = ended.iter().flat_map(|lane| &lane.spans);
    let polls = spans.filter(|span| span.doing == trace::TaskState::Polling).count();
    (!ended.is_empty()).then(|| polls as f64 / ended.len() as f64)
}

pub fn busy(run: &Run) -> Option<f64> {
    Some(value(run, "cpu")? / whole(run)?)
}

pub fn load_busy(run: &Run) -> Option<f64> {
    Some(value(run, "load-cpu")? / whole(run)?)
}

/// The whole run in microseconds, its warm-up too: as the CPU time is.
fn whole(run: &Run) -> Option<f64> {
    Some(run.end.at as f64).filter(|end| *end > 0.0)
}

pub fn events(run: &Run) -> Option<f64> {
    stream::streams(run).map(|streams| streams.events as f64)
}

pub fn events_per_second(run: &Run) -> Option<f64> {
    let seconds = value(run, "total").filter(|us| *us > 0.0)? / 1e6;
    Some(events(run)? / seconds)
}

/// Of all of the load's streams.
pub fn of_streams(run: &Run, pick: fn(&Streams) -> Option<u64>) -> Option<f64> {
    stream::streams(run).as_ref().and_then(pick).map(|us| us as f64)
}

/// One of `p50`, `max` and the like; `None` where that is no quantile's name.
pub fn quantile(quantiles: &Quantiles, name: &str) -> Option<Option<u64>> {
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
