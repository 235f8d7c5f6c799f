//! How many connections, and what happens when all of them are taken.

use std::time::Duration;

use chap7::hands::{
    connections as of_connections, storm as of_storm, two as of_two,
};
use while_you_wait::{
    Arrivals, Ask, Asked, Counters, Experiment, HangUp, Load, Seen,
};

use super::{MILLISECOND, SECOND, asking, compute, needed, wait};

pub fn connections() -> Experiment {
    Experiment {
        name: "connections",
        about: "what it costs to make a connection, and to keep one",
        cases: vec!["postgres"],
        asked: Asked::ByHand(of_connections::ask),
        needs: needed,
        delay: Duration::ZERO,
        quick: Some(1),
        facts: &of_connections::FOUND,
        columns: &of_connections::FOUND,
        notice: |seen: &Seen| {
            format!(
                "to connect took {}, and to ask for a row on a connection {}.",
                seen.of("postgres", "to-connect"),
                seen.of("postgres", "to-ask"),
            )
        },
        ..Experiment::default()
    }
}

/// What a server's looks into its own pool, and into the database, come to.
const LOOKS: &[&str] = &[
    "work-asked",
    "work-done",
    "cleared-after-us",
    "connections-busy-mean",
    "idle-in-transaction-mean",
    "waiting-for-lock-mean",
];

pub fn counted() -> Option<Counters> {
    Some(Counters { path: "/counters", every: SECOND / 5, of: &[] })
}

/// Sixty-four at a time, and pools of different sizes.
fn sizes() -> Experiment {
    Experiment {
        cases: vec!["pool-1", "pool-2", "pool-4", "pool-8", "pool-16", "pool-64"],
        needs: needed,
        quick: Some(4),
        weighs: true,
        counters: counted(),
        facts: LOOKS,
        columns: &[
            "ok",
            "throughput",
            "p50",
            "p99",
            "service-mean",
            "rate-times-service",
            "connections-busy-mean",
        ],
        ..Experiment::default()
    }
}

fn sixty_four(ask: Ask) -> Load {
    Load { ask, lanes: 64, keep_alive: true, ..Load::lasting(3 * SECOND) }
}

pub fn waits() -> Experiment {
    Experiment {
        name: "pool-waits",
        about: "queries that wait: how many connections?",
        asked: Asked::ByLoad(sixty_four(asking(wait))),
        delay: 40 * MILLISECOND,
        notice: |seen: &Seen| {
            format!(
                "one connection answered {} requests a second, eight {}, sixty-four {}.",
                seen.of("pool-1", "throughput"),
                seen.of("pool-8", "throughput"),
                seen.of("pool-64", "throughput"),
            )
        },
        ..sizes()
    }
}

pub fn computes() -> Experiment {
    Experiment {
        name: "pool-computes",
        about: "queries that compute: how many connections?",
        asked: Asked::ByLoad(sixty_four(asking(compute))),
        delay: Duration::ZERO,
        histogram: true,
        columns: &[
            "ok",
            "throughput",
            "p50",
            "p99",
            "connections-busy-mean",
            "postgres-cpu",
        ],
        facts: &["connections-busy-mean", "postgres-cpu"],
        notice: |seen: &Seen| {
            format!(
                "one connection answered {} requests a second, two {}, sixty-four {}.",
                seen.of("pool-1", "throughput"),
                seen.of("pool-2", "throughput"),
                seen.of("pool-64", "throughput"),
            )
        },
        ..sizes()
    }
}

/// Twice as many as four connections can answer, and each waits for ten queries' time and no longer.
pub fn overload() -> Experiment {
    let ask = Ask { hang_up: HangUp::After(SECOND), ..asking(wait) };
    Experiment {
        name: "overload",
        about: "twice as many come as can be answered, and leave after a while",
        cases: vec![
            "for-ever-threads",
            "for-ever",
            "a-while",
            "at-once",
            "short-queue",
        ],
        needs: needed,
        asked: Asked::ByLoad(Load {
            ask,
            lanes: 400,
            arrivals: Arrivals::Poisson { per_second: 80.0, seed: 7 },
            ..Load::lasting(6 * SECOND)
        }),
        delay: 100 * MILLISECOND,
        quick: Some(4),
        counters: counted(),
        facts: LOOKS,
        may_fail: true,
        columns: &[
            "requests",
            "ok",
            "hung-up",
            "status-503",
            "status-503-p99",
            "ok-p50",
            "ok-p99",
            "work-done",
            "cleared-after-us",
        ],
        notice: |seen: &Seen| {
            format!(
                "of {} requests {} were answered in time where everybody waits on a thread, and {} where eight may wait.",
                seen.of("short-queue", "requests"),
                seen.of("for-ever-threads", "ok"),
                seen.of("short-queue", "ok"),
            )
        },
        ..Experiment::default()
    }
}

pub fn storm() -> Experiment {
    Experiment {
        name: "storm",
        about: "a table is locked for a moment, and clients ask again",
        cases: vec!["for-ever-threads", "for-ever", "short-queue"],
        asked: Asked::ByHand(of_storm::ask),
        needs: needed,
        delay: of_storm::QUERY,
        quick: None,
        repeats: 1,
        facts: &of_storm::FOUND,
        columns: &of_storm::FOUND,
        notice: |seen: &Seen| {
            format!(
                "of the last {} requests {} were answered where clients ask again at once, and {} where they keep to a budget.",
                seen.of("for-ever-threads", "begun-late"),
                seen.of("for-ever-threads", "again-late"),
                seen.of("for-ever-threads", "budget-late"),
            )
        },
        ..Experiment::default()
    }
}

pub fn two() -> Experiment {
    Experiment {
        name: "two",
        about: "eight requests, four connections, and each wants two",
        cases: vec!["two-for-ever", "two-in-time", "one-lent", "two-pools"],
        asked: Asked::ByHand(of_two::ask),
        needs: needed,
        delay: 100 * MILLISECOND,
        quick: Some(1),
        repeats: 1,
        facts: &of_two::FOUND,
        columns: &of_two::FOUND,
        notice: |seen: &Seen| {
            format!(
                "{} of 8 were answered where each takes a second connection, and {} where it lends the one it has.",
                seen.of("two-for-ever", "answered"),
                seen.of("one-lent", "answered"),
            )
        },
        ..Experiment::default()
    }
}
