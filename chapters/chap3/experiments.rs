//! What is asked of the servers of chapter 3.

use std::time::Duration;

use while_you_wait::{Asked, Experiment, Load, Seen};

const BOTH: [&str; 2] = ["our-runtime", "tokio-1"];

/// Chapter 1's question, asked of one thread and our own runtime.
pub fn ten() -> Experiment {
    Experiment {
        name: "ten",
        about: "ten requests, five at a time, as in chapter 1",
        cases: BOTH.to_vec(),
        columns: &["ok", "total", "waits", "workers", "cpu"],
        notice: |seen| {
            format!(
                "our runtime answered ten in {}, tokio in {}, each with {} thread.",
                seen.of("our-runtime", "waits"),
                seen.of("tokio-1", "waits"),
                seen.of("our-runtime", "workers"),
            )
        },
        ..Experiment::default()
    }
}

/// A thousand requests that wait at the same moment.
pub fn many() -> Experiment {
    Experiment {
        name: "many-1000",
        about: "a thousand, all of them waiting at the same moment",
        cases: BOTH.to_vec(),
        asked: Asked::ByLoad(Load {
            lanes: 1000,
            ramp: Duration::from_secs(2),
            ..Load::requests(1000)
        }),
        quick: Some(3),
        weighs: true,
        columns: &[
            "ok",
            "peak-in-service",
            "total",
            "cpu",
            "threads-added",
            "rss-per-request",
        ],
        notice: |seen| {
            format!(
                "a waiting request took {} on our runtime and {} on tokio, and no thread on either.",
                seen.of("our-runtime", "rss-per-request"),
                seen.of("tokio-1", "rss-per-request"),
            )
        },
        ..Experiment::default()
    }
}

/// No wait at all: what is left is the runtime's own work, and the operating
/// system's.
pub fn hello() -> Experiment {
    Experiment {
        name: "hello",
        about: "no waiting, connections kept: the runtime's own work",
        cases: BOTH.to_vec(),
        delay: Duration::ZERO,
        asked: Asked::ByLoad(Load {
            lanes: 32,
            keep_alive: true,
            ..Load::requests(50_000)
        }),
        histogram: true,
        quick_requests: Some(5_000),
        weighs: true,
        columns: &["ok", "throughput", "p50", "p99", "cpu-per-request"],
        notice: |seen| {
            format!(
                "{} requests a second on our runtime, {} on tokio, over the same code.",
                seen.of("our-runtime", "throughput"),
                seen.of("tokio-1", "throughput"),
            )
        },
        ..Experiment::default()
    }
}

/// Three requests, one after another into the same thread, and everything that
/// happens to them.
pub fn trace() -> Experiment {
    Experiment {
        name: "trace",
        about: "three requests, every poll and every wake",
        cases: vec!["traced"],
        asked: Asked::ByLoad(Load {
            lanes: 3,
            ramp: Duration::from_secs(1),
            ..Load::requests(3)
        }),
        delay: Duration::from_secs(1),
        repeats: 1,
        facts: &["sleep-future", "task-future"],
        columns: &["ok", "total", "waits", "sleep-future", "task-future"],
        ..Experiment::default()
    }
}

/// Ten at five again, beside a task that hardly ever yields, and beside one that
/// often does.
pub fn starve() -> Experiment {
    Experiment {
        name: "starve",
        about: "ten at five, beside a task that computes",
        cases: vec!["greedy", "yielding"],
        delay: Duration::from_secs(1),
        quick: Some(5),
        columns: &["ok", "total", "waits", "max"],
        notice: starved,
        ..Experiment::default()
    }
}

fn starved(seen: &Seen) -> String {
    format!(
        "in waits, ten took {} beside a task that hardly ever yields, and {} beside one that often does.",
        seen.of("greedy", "waits"),
        seen.of("yielding", "waits"),
    )
}
