//! Who holds what while somebody else is asked, and what is left by those who leave.

use axum::body::Bytes;
use chap7::hands::hang_up as of_hang_up;
use while_you_wait::{Asked, Experiment, Load, Probe, Seen};

use super::pools::counted;
use super::{MILLISECOND, SECOND, asking, change, needed};

pub fn own_row(number: u32) -> Bytes {
    change(number)
}

pub fn one_row(_: u32) -> Bytes {
    change(0)
}

/// Sixteen order at a time, and somebody reads a row now and then.
pub fn held(
    name: &'static str,
    about: &'static str,
    order: fn(u32) -> Bytes,
) -> Experiment {
    let probe = Probe {
        path: "/read",
        requests: 10,
        every: 200 * MILLISECOND,
        ..Probe::default()
    };
    Experiment {
        name,
        about,
        cases: vec!["held", "let-go"],
        needs: needed,
        asked: Asked::ByLoad(Load {
            ask: asking(order),
            lanes: 16,
            probe: Some(probe),
            ..Load::lasting(3 * SECOND)
        }),
        delay: 200 * MILLISECOND,
        quick: Some(4),
        counters: counted(),
        facts: &[
            "connections-busy-mean",
            "idle-in-transaction-mean",
            "waiting-for-lock-mean",
        ],
        columns: &[
            "ok",
            "throughput",
            "p50",
            "max",
            "service-mean",
            "probe-p50",
            "probe-max",
            "connections-busy-mean",
            "idle-in-transaction-mean",
            "waiting-for-lock-mean",
        ],
        notice: |seen: &Seen| {
            format!(
                "{} orders a second where the transaction is kept open, {} where it is not; whoever only reads waited for up to {} and {}.",
                seen.of("held", "throughput"),
                seen.of("let-go", "throughput"),
                seen.of("held", "probe-max"),
                seen.of("let-go", "probe-max"),
            )
        },
        ..Experiment::default()
    }
}

pub fn hang_up() -> Experiment {
    Experiment {
        name: "hang-up",
        about: "a client leaves in the middle of a transaction",
        cases: vec![
            "one-async",
            "one-cancels",
            "one-blocking",
            "one-threads",
            "one-fastapi-sync",
            "one-fastapi-async",
            "one-sqlite",
        ],
        asked: Asked::ByHand(of_hang_up::ask),
        needs: needed,
        delay: of_hang_up::QUERY,
        quick: Some(1),
        repeats: 1,
        facts: &of_hang_up::FOUND,
        columns: &of_hang_up::FOUND,
        notice: |seen: &Seen| {
            format!(
                "with an async driver the query {} and the change is {}; with a sync one it is {}.",
                seen.of("one-async", "the-query"),
                seen.of("one-async", "the-change"),
                seen.of("one-threads", "the-change"),
            )
        },
        ..Experiment::default()
    }
}
