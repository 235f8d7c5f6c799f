//! The same query, and servers that wait for it in different ways.

use std::time::Duration;

use while_you_wait::{Asked, Experiment, Load, Probe, Seen};

use super::{MILLISECOND, SECOND, asking, needed, read, wait};

/// Twenty at one moment, and a health check now and then.
fn twenty() -> Experiment {
    let probe = Probe { requests: 8, every: 150 * MILLISECOND, ..Probe::default() };
    Experiment {
        asked: Asked::ByLoad(Load {
            ask: asking(wait),
            lanes: 20,
            probe: Some(probe),
            ..Load::requests(20)
        }),
        delay: 300 * MILLISECOND,
        quick: Some(3),
        columns: &["ok", "total", "waits", "p50", "max", "probe-max"],
        ..Experiment::default()
    }
}

pub fn sqlite() -> Experiment {
    Experiment {
        name: "sqlite-waits",
        about: "twenty ask at once, four connections, and health checks beside",
        cases: vec!["sqlite-inline", "sqlite-blocking", "sqlite-threads"],
        notice: |seen: &Seen| {
            format!(
                "a health check waited for {} where the handler called SQLite itself, and for {} where a thread of the blocking pool did.",
                seen.of("sqlite-inline", "probe-max"),
                seen.of("sqlite-blocking", "probe-max"),
            )
        },
        ..twenty()
    }
}

pub fn postgres() -> Experiment {
    Experiment {
        name: "postgres-waits",
        about: "the same, of PostgreSQL",
        cases: SERVERS.to_vec(),
        needs: needed,
        notice: |seen: &Seen| {
            format!(
                "twenty queries through four connections took {} waits with an async driver, {} with a sync one.",
                seen.of("postgres-async", "waits"),
                seen.of("postgres-threads", "waits"),
            )
        },
        ..twenty()
    }
}

const SERVERS: [&str; 5] = [
    "postgres-blocking",
    "postgres-threads",
    "postgres-async",
    "fastapi-sync",
    "fastapi-async",
];

/// One row by its key, asked for by so many at a time, on a core that server and database share.
fn rows(lanes: u32) -> Experiment {
    Experiment {
        cases: SERVERS.to_vec(),
        needs: needed,
        asked: Asked::ByLoad(Load {
            ask: asking(read),
            lanes,
            warm_up: SECOND,
            ..Load::lasting(2 * SECOND)
        }),
        delay: Duration::ZERO,
        apart: true,
        histogram: true,
        weighs: true,
        facts: &["postgres-cpu"],
        columns: &[
            "ok",
            "throughput",
            "p50",
            "p99",
            "cpu-per-request",
            "postgres-cpu",
        ],
        ..Experiment::default()
    }
}

pub fn query() -> Experiment {
    Experiment {
        name: "query",
        about: "one row at a time: what a query costs by itself",
        quick: Some(4),
        notice: |seen: &Seen| {
            format!(
                "half of the rows came within {} from the async driver, and {} from the sync one.",
                seen.of("postgres-async", "p50"),
                seen.of("postgres-threads", "p50"),
            )
        },
        ..rows(1)
    }
}

/// The same of a database that has no server: there is nobody to wait for.
pub fn query_in_process() -> Experiment {
    Experiment {
        name: "query-sqlite",
        about: "one row at a time, from SQLite",
        cases: vec!["sqlite-inline", "sqlite-blocking"],
        quick: Some(4),
        facts: &[],
        columns: &["ok", "throughput", "p50", "p99", "cpu-per-request"],
        notice: |seen: &Seen| {
            format!(
                "half of the rows came within {}, and {} by way of another thread.",
                seen.of("sqlite-inline", "p50"),
                seen.of("sqlite-blocking", "p50"),
            )
        },
        ..rows(1)
    }
}

pub fn many() -> Experiment {
    Experiment {
        name: "many",
        about: "sixteen ask for a row at a time, as fast as they are answered",
        quick: None,
        notice: |seen: &Seen| {
            format!(
                "{} rows a second with an async driver, {} with a sync one and threads.",
                seen.of("postgres-async", "throughput"),
                seen.of("postgres-threads", "throughput"),
            )
        },
        ..rows(16)
    }
}
