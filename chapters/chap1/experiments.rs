//! What is asked of the servers of chapter 1.

use std::time::Duration;

use while_you_wait::{Asked, Experiment, Load, Seen};

/// Ten requests, five at a time: the question of the tutorial's benchmark.
pub fn ten() -> Experiment {
    Experiment {
        name: "ten",
        about: "ten requests, five at a time",
        cases: vec!["rouille-1", "rouille-threads", "axum"],
        asked: Asked::ByLoad(Load { lanes: 5, ..Load::requests(10) }),
        delay: Duration::from_secs(3),
        notice: |seen| {
            format!(
                "one thread took {} waits, a thread per request {}, and async on one thread {}: what was one at a time was the thread, not the code that is called sync.",
                seen.of("rouille-1", "waits"),
                seen.of("rouille-threads", "waits"),
                seen.of("axum", "waits"),
            )
        },
        ..Experiment::default()
    }
}

/// All of `n` requests in their handlers at the same moment: what does each of them
/// cost?
pub fn many(n: u32) -> Experiment {
    Experiment {
        about: "all of them in their handlers at the same moment",
        cases: vec!["rouille-threads", "axum"],
        // Opened over a while: a thousand connections in one instant would test
        // something else first, the queue in front of the server (see `backlog`).
        asked: Asked::ByLoad(Load {
            lanes: n,
            ramp: Duration::from_secs(2),
            ..Load::requests(n)
        }),
        delay: Duration::from_secs(3),
        // At a tenth a busy machine would not get a thousand of them under way in
        // time.
        quick: Some(3),
        weighs: true,
        columns: &[
            "ok",
            "peak-in-service",
            "total",
            "max",
            "cpu",
            "threads-peak",
            "rss-peak",
            "rss-per-request",
            "page-tables-peak",
            "address-space-peak",
        ],
        notice: what_waiting_costs,
        ..Experiment::default()
    }
}

fn what_waiting_costs(seen: &Seen) -> String {
    format!(
        "with {} requests in their handlers, rouille had {} threads and axum {}; per request rouille's resident memory grew by {} and axum's by {}.",
        seen.of("axum", "peak-in-service"),
        seen.of("rouille-threads", "threads-peak"),
        seen.of("axum", "threads-peak"),
        seen.of("rouille-threads", "rss-per-request"),
        seen.of("axum", "rss-per-request"),
    )
}

/// The same load, at two servers that do the same work with nothing around it.
pub fn bare(n: u32) -> Experiment {
    Experiment {
        about: "the same, a thread and a task each, without a framework",
        cases: vec!["bare-threads", "bare-tasks"],
        notice: |seen| {
            format!(
                "without a framework's buffers a request took {} of resident memory on a thread, and {} in a task; in all {} and {}.",
                seen.of("bare-threads", "rss-per-request"),
                seen.of("bare-tasks", "rss-per-request"),
                seen.of("bare-threads", "memory-peak"),
                seen.of("bare-tasks", "memory-peak"),
            )
        },
        ..many(n)
    }
}

/// A thousand connections in one instant, at two servers that differ in the length
/// of one queue.
pub fn backlog() -> Experiment {
    Experiment {
        name: "backlog",
        about: "a thousand connections in one instant",
        cases: vec!["axum", "axum-4096"],
        asked: Asked::ByLoad(Load { lanes: 1_000, ..Load::requests(1_000) }),
        delay: Duration::from_secs(3),
        quick: Some(3),
        columns: &["ok", "peak-in-service", "total", "p50", "max"],
        notice: |seen| {
            format!(
                "the last of a thousand was answered after {} with the default queue and after {} with room for 4,096: a connection that finds the queue full is dropped, and tried again a second later.",
                seen.of("axum", "max"),
                seen.of("axum-4096", "max"),
            )
        },
        ..Experiment::default()
    }
}

/// A thousand requests in two gibibytes of address space, of which every thread
/// reserves some for its stack. The server that runs out dies; this program
/// watches, and goes on.
pub fn too_many_threads() -> Experiment {
    Experiment {
        name: "too-many-threads",
        about: "a thousand at once, the server's address space limited to 2 GiB",
        address_space: Some(2 << 30),
        may_fail: true,
        repeats: 1,
        columns: &[
            "ok",
            "reset",
            "refused",
            "threads-peak",
            "address-space-peak",
            "server-exit",
        ],
        notice: |seen| {
            format!(
                "of a thousand requests rouille answered {} and axum {}.",
                seen.of("rouille-threads", "ok"),
                seen.of("axum", "ok"),
            )
        },
        ..many(1_000)
    }
}
