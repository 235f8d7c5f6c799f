//! What a server takes while it serves: threads, memory, CPU time, of its process and of the
//! processes that it started, together. A page of memory that two of them share counts twice.
//!
//! Read from `/proc` on Linux, every few milliseconds, by a thread of our own. Elsewhere every
//! fact is "not measured", which is not the same as zero.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::record::{Fact, Value};

/// Between two looks: often enough to see a peak, seldom enough to leave our core to the load.
const EVERY: Duration = Duration::from_millis(10);

/// Facts of a process that the system knows, each `(name, unit)`; see [`Watch::finish`].
const FACTS: [(&str, &str); 8] = [
    ("threads-idle", "threads"),
    ("threads-peak", "threads"),
    ("rss-idle", "bytes"),
    ("rss-peak", "bytes"),
    ("address-space-idle", "bytes"),
    ("address-space-peak", "bytes"),
    ("page-tables-peak", "bytes"),
    ("cpu", "us"),
];

/// A watch over one server, from now until it is finished.
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Option<Usage>>,
}

impl Watch {
    pub fn start(pid: u32) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        // The first look is the idle one, so it is taken before any load can be sent.
        let mut usage = look(pid).map(Usage::idle);
        let thread = thread::spawn(move || {
            loop {
                let last = told.load(Ordering::Relaxed);
                // A process that ended has nothing more to tell; what was seen of it stays.
                if let (Some(usage), Some(now)) = (usage.as_mut(), look(pid)) {
                    usage.add(now);
                }
                if last {
                    return usage;
                }
                thread::sleep(EVERY);
            }
        });
        Watch { stop, thread }
    }

    /// Takes a last look and gives the facts.
    pub fn finish(self) -> Vec<Fact> {
        self.stop.store(true, Ordering::Relaxed);
        let usage = self.thread.join().ok().flatten();
        let values = usage.map(|Usage { idle, peak }| {
            [
                idle.threads,
                peak.threads,
                idle.rss,
                peak.rss_high,
                idle.address_space,
                peak.address_space,
                peak.page_tables,
                // What starting up took is not the load's.
                peak.cpu_us.saturating_sub(idle.cpu_us),
            ]
        });
        FACTS
            .iter()
            .enumerate()
            .map(|(at, (name, unit))| Fact {
                name: name.to_string(),
                value: values.map_or(Value::Absent, |values| Value::Number(values[at] as f64)),
                unit: unit.to_string(),
            })
            .collect()
    }
}

/// What a server has at one moment: threads, bytes, microseconds of CPU.
#[derive(Clone, Copy, Default)]
struct Look {
    threads: u64,
    rss: u64,
    /// the highest that `rss` ever was, kept by the system: nothing between two looks is lost
    rss_high: u64,
    address_space: u64,
    page_tables: u64,
    cpu_us: u64,
}

struct Usage {
    idle: Look,
    peak: Look,
}

impl Usage {
    fn idle(look: Look) -> Self {
        Usage { idle: look, peak: look }
    }

    fn add(&mut self, now: Look) {
        let peak = &mut self.peak;
        peak.threads = peak.threads.max(now.threads);
        peak.rss_high = peak.rss_high.max(now.rss_high);
        peak.address_space = peak.address_space.max(now.address_space);
        peak.page_tables = peak.page_tables.max(now.page_tables);
        peak.cpu_us = peak.cpu_us.max(now.cpu_us);
    }
}

/// The process and all that it started.
#[cfg(target_os = "linux")]
fn look(pid: u32) -> Option<Look> {
    let process = procfs::process::Process::new(i32::try_from(pid).ok()?).ok()?;
    let mut all = look_at(&process)?;
    // Of the first thread only: servers that have processes start them from there, and to ask ten
    // thousand threads would take longer than a look may.
    let children = process.task_main_thread().and_then(|main| main.children()).unwrap_or_default();
    for child in children.into_iter().filter_map(look) {
        all.threads += child.threads;
        all.rss += child.rss;
        all.rss_high += child.rss_high;
        all.address_space += child.address_space;
        all.page_tables += child.page_tables;
        all.cpu_us += child.cpu_us;
    }
    Some(all)
}

#[cfg(target_os = "linux")]
fn look_at(process: &procfs::process::Process) -> Option<Look> {
    let status = process.status().ok()?;
    let stat = process.stat().ok()?;
    // A process that ended and was not yet waited for has no memory any more.
    let kib = |kib: Option<u64>| kib.map(|kib| kib * 1024);
    let ticks = stat.utime + stat.stime;
    Some(Look {
        threads: status.threads,
        rss: kib(status.vmrss)?,
        rss_high: kib(status.vmhwm)?,
        address_space: kib(status.vmsize)?,
        page_tables: kib(status.vmpte)?,
        cpu_us: ticks * 1_000_000 / procfs::ticks_per_second(),
    })
}

#[cfg(not(target_os = "linux"))]
fn look(_pid: u32) -> Option<Look> {
    None
}
