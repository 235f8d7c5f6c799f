//! Claims of chapter 7: who waits for a database, and how.

use while_you_wait::views::names::Runs;

use super::{by, of};
use crate::claims::{can_weigh, takes, wait, with_full};

/// One after another, and a health check waits for most of them; on another thread it waits for none.
pub fn a_query_in_an_async_handler_stops_everybody(runs: &Runs) {
    let series = "chap7.sqlite-waits.sqlite-inline";
    takes(runs, series, 20.0, 1.0..1.0);
    let one = wait(runs, series);
    let [inline, beside] = ["sqlite-inline", "sqlite-blocking"]
        .map(|case| of(runs, &format!("sqlite-waits.{case}.probe-max")));
    assert!(inline > 10.0 * one, "a health check waited {inline} µs, a query is {one} µs");
    assert!(beside < inline / 4.0, "{beside} and {inline} µs");
}

/// d × ⌈n/s⌉ = 5 d, whoever waits for the connections.
pub fn four_connections_take_five_waits_for_twenty(runs: &Runs) {
    for case in ["sqlite-blocking", "sqlite-threads"] {
        takes(runs, &format!("chap7.sqlite-waits.{case}"), 5.0, 1.0..1.2);
    }
}

/// d × ⌈n/s⌉ = 5 d, with a sync driver and with an async one.
pub fn the_pool_decides_whoever_waits(runs: &Runs) {
    for case in ["postgres-blocking", "postgres-threads", "postgres-async"] {
        takes(runs, &format!("chap7.postgres-waits.{case}"), 5.0, 1.0..1.2);
    }
}

/// Of one query at a time neither driver is twice as fast.
pub fn async_makes_no_query_faster(runs: &Runs) {
    let [sync, awaits] =
        ["postgres-threads", "postgres-async"].map(|case| of(runs, &format!("query.{case}.p50")));
    let most = by(runs, "query", "postgres-async", 2.0) * 1.2;
    let apart = (sync / awaits).max(awaits / sync);
    assert!(apart < most.max(2.0), "{sync} µs in threads, {awaits} µs awaited");
}

/// Many at once: who keeps a thread for each pays for it in CPU time.
pub fn an_async_driver_computes_less(runs: &Runs) {
    if !with_full(runs, "chap7", "many") || !can_weigh(runs) {
        return;
    }
    let [sync, awaits] = ["postgres-threads", "postgres-async"]
        .map(|case| of(runs, &format!("many.{case}.cpu-per-request")));
    assert!(awaits < 0.8 * sync, "{awaits} and {sync} µs of CPU time a request");
}
