//! What is asked of the servers, and how.

mod faults;
mod pools;
mod waits;
mod writers;

use std::time::Duration;

use axum::body::Bytes;
use chap7::database::cluster;
use chap7::servers::python;
use while_you_wait::{Ask, Experiment};

const SECOND: Duration = Duration::from_secs(1);
const MILLISECOND: Duration = Duration::from_millis(1);

pub fn all() -> Vec<Experiment> {
    vec![
        waits::sqlite(),
        waits::postgres(),
        waits::query_in_process(),
        waits::query(),
        waits::many(),
        pools::connections(),
        pools::waits(),
        pools::computes(),
        pools::overload(),
        pools::storm(),
        pools::two(),
        faults::held(
            "held-own-rows",
            "each order changes an account of its own",
            faults::own_row,
        ),
        faults::held(
            "held-one-row",
            "each order changes the same account",
            faults::one_row,
        ),
        faults::hang_up(),
        writers::writers("writers-1", 1),
        writers::writers("writers-4", 4),
        writers::writers("writers-16", 16),
    ]
}

/// Whether what a case needs is installed here.
fn needed(case: &str) -> Result<(), String> {
    if !case.contains("sqlite") {
        cluster::installed()?;
    }
    if case.contains("fastapi") { python::ready() } else { Ok(()) }
}

fn asking(body: fn(u32) -> Bytes) -> Ask {
    let headers = &[("content-type", "text/plain")];
    Ask { method: "POST", headers, body: Some(body), ..Ask::default() }
}

fn wait(_: u32) -> Bytes {
    Bytes::from_static(b"wait")
}

fn read(number: u32) -> Bytes {
    format!("read {}", 1 + number % 1000).into()
}

fn compute(_: u32) -> Bytes {
    Bytes::from_static(b"compute")
}

fn change(number: u32) -> Bytes {
    format!("change {}", 1 + number % 1000).into()
}
