//! SQLite lets one write at a time.

use std::time::Duration;

use while_you_wait::{Asked, Experiment, Load, Seen};

use super::{SECOND, asking, change};

pub fn writers(name: &'static str, lanes: u32) -> Experiment {
    Experiment {
        name,
        about: "so many write at a time, as fast as they are answered",
        cases: vec![
            "journal",
            "wal",
            "wal-read-first",
            "wal-impatient",
            "one-writer",
        ],
        asked: Asked::ByLoad(Load {
            ask: asking(change),
            lanes,
            keep_alive: true,
            ..Load::lasting(2 * SECOND)
        }),
        delay: Duration::ZERO,
        histogram: true,
        quick: Some(4),
        may_fail: true,
        columns: &[
            "requests",
            "ok",
            "status-503",
            "throughput",
            "p50",
            "p99",
            "max",
        ],
        notice: |seen: &Seen| {
            format!(
                "{} writes a second with the rollback journal, {} with a write-ahead log, and {} by one writer.",
                seen.of("journal", "throughput"),
                seen.of("wal", "throughput"),
                seen.of("one-writer", "throughput"),
            )
        },
        ..Experiment::default()
    }
}
