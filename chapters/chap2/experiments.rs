//! What is asked of the servers of chapter 2.

use std::time::Duration;

use while_you_wait::{Asked, Counters, Experiment, Load, Probe};

/// One request whose handler has to fetch twice.
pub fn twice() -> Experiment {
    Experiment {
        name: "twice",
        about: "one request, whose handler fetches two things",
        cases: vec!["sequential", "joined", "spawned"],
        asked: Asked::ByLoad(Load { lanes: 1, ..Load::requests(1) }),
        notice: |seen| {
            format!(
                "two awaits in a row took {} waits, joined {}, as two tasks {}.",
                seen.of("sequential", "waits"),
                seen.of("joined", "waits"),
                seen.of("spawned", "waits"),
            )
        },
        ..chapter()
    }
}

/// Chapter 1's load on four servers of which three look alike.
pub fn trap() -> Experiment {
    Experiment {
        name: "trap",
        about: "ten requests, five at a time",
        cases: vec!["await", "blocking-1", "blocking-2", "spawn-blocking"],
        asked: Asked::ByLoad(Load { lanes: 5, ..Load::requests(10) }),
        notice: |seen| {
            format!(
                "the blocking call took {} waits on one thread and {} on two; awaiting took {}, and so did blocking elsewhere, {}, for {} more threads.",
                seen.of("blocking-1", "waits"),
                seen.of("blocking-2", "waits"),
                seen.of("await", "waits"),
                seen.of("spawn-blocking", "waits"),
                seen.of("spawn-blocking", "threads-added"),
            )
        },
        ..chapter()
    }
}

/// So many requests at `/fetch`, all at once, and all the while somebody asks whether
/// the server is well.
fn while_probed(requests: u32) -> Experiment {
    let every = Duration::from_millis(250);
    let probe = Probe { path: "/health", requests: 12, every, ..Probe::default() };
    Experiment {
        asked: Asked::ByLoad(Load {
            lanes: requests,
            probe: Some(probe),
            ..Load::requests(requests)
        }),
        quick: Some(5),
        columns: &["ok", "waits", "probe-p50", "probe-max"],
        ..chapter()
    }
}

pub fn health() -> Experiment {
    Experiment {
        name: "health",
        about: "one request, and a health check every now and then",
        cases: vec!["await", "blocking-1", "spawn-blocking"],
        notice: |seen| {
            format!(
                "one blocking call held a health check up for {}; with await the longest took {}.",
                seen.of("blocking-1", "probe-max"),
                seen.of("await", "probe-max"),
            )
        },
        ..while_probed(1)
    }
}

pub fn waves() -> Experiment {
    Experiment {
        name: "waves",
        about: "a hundred requests at once",
        cases: vec!["await", "spawn-blocking", "pool-40"],
        asked: Asked::ByLoad(Load { lanes: 100, ..Load::requests(100) }),
        notice: |seen| {
            format!(
                "a hundred took {} waits on a pool of forty, and {} where each had a thread.",
                seen.of("pool-40", "waits"),
                seen.of("spawn-blocking", "waits"),
            )
        },
        ..chapter()
    }
}

/// Five clients leave in the middle of the wait. What does the server do, and what
/// goes on?
pub fn hang_up() -> Experiment {
    Experiment {
        name: "hang-up",
        about: "five clients hang up in the middle of the wait",
        cases: vec!["await", "spawn-blocking", "blocking-1"],
        asked: Asked::ByLoad(Load {
            lanes: 5,
            timeout: chapter().delay / 2,
            ..Load::requests(5)
        }),
        counters: Some(Counters {
            path: "/counters",
            every: chapter().delay,
            of: &[],
        }),
        // At a tenth, a client of a busy machine might hang up before it had asked.
        quick: Some(8),
        may_fail: true,
        facts: &["handlers-dropped", "work-finished"],
        columns: &["ok", "timed-out", "handlers-dropped", "work-finished"],
        notice: |seen| {
            format!(
                "with nobody there to take an answer, work was finished {} times where it awaits, {} times on other threads, and {} times on the only one.",
                seen.of("await", "work-finished"),
                seen.of("spawn-blocking", "work-finished"),
                seen.of("blocking-1", "work-finished"),
            )
        },
        ..chapter()
    }
}

pub fn lock() -> Experiment {
    Experiment {
        name: "lock",
        about: "ten requests, five at a time, that count themselves under a lock",
        cases: vec!["locked", "short-lock"],
        asked: Asked::ByLoad(Load { lanes: 5, ..Load::requests(10) }),
        notice: |seen| {
            format!(
                "a lock held while waiting lets in one at a time: {} waits, against {}.",
                seen.of("locked", "waits"),
                seen.of("short-lock", "waits"),
            )
        },
        ..chapter()
    }
}

pub fn which_one() -> Experiment {
    Experiment {
        name: "which-one",
        about: "an exercise: which of the two holds its thread?",
        cases: vec!["server-a", "server-b"],
        ..while_probed(5)
    }
}

/// What all experiments here have in common: two seconds, as in the tutorial.
fn chapter() -> Experiment {
    Experiment {
        delay: Duration::from_secs(2),
        columns: &["ok", "total", "waits", "threads-added"],
        ..Experiment::default()
    }
}
