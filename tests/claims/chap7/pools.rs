//! Claims of chapter 7: how many connections there are, and what wants two.

use while_you_wait::views::names::Runs;

use super::{by, of};
use crate::claims::{is_idle, wait};

/// To make a connection takes many times as long as to ask for a row on one that is there.
pub fn a_connection_is_dearer_than_a_query(runs: &Runs) {
    let [connect, ask] = ["to-connect", "to-ask"]
        .map(|of_what| of(runs, &format!("connections.postgres.{of_what}")));
    let least = by(runs, "connections", "postgres", 5.0);
    assert!(connect > least * ask, "{connect} µs to connect, {ask} µs to ask");
}

/// Requests per second with so many connections, in those of one.
fn gain(runs: &Runs, experiment: &str, size: u32) -> f64 {
    let [one, more] =
        [1, size].map(|size| of(runs, &format!("{experiment}.pool-{size}.throughput")));
    more / one
}

/// Nearly so many times as many requests a second as there are connections.
pub fn queries_that_wait_want_connections(runs: &Runs) {
    for (size, times) in [(2, 1.8), (4, 3.5), (8, 7.0), (16, 13.0), (64, 40.0)] {
        let gain = gain(runs, "pool-waits", size);
        let idle = is_idle(runs, "chap7.pool-waits.pool-64");
        // There a busy machine has no more to give.
        let least = if idle || size < 64 { by(runs, "pool-waits", "pool-1", times) } else { 8.0 };
        assert!(gain > least, "{size} connections: {gain} times as many as one");
    }
}

/// Past the cores, connections wait for each other in the database.
pub fn queries_that_compute_want_cores(runs: &Runs) {
    let gain = gain(runs, "pool-computes", 64);
    assert!(gain < 6.0, "64 connections: {gain} times as many as one");
}

/// Little's law, L = λ × W, of a pool: by its two sides, and by looking.
pub fn rate_times_time_held_is_connections_busy(runs: &Runs) {
    for size in [1, 2, 4, 8, 16] {
        let [law, seen] = ["rate-times-service", "connections-busy-mean"]
            .map(|of_what| of(runs, &format!("pool-waits.pool-{size}.{of_what}")));
        let idle = is_idle(runs, &format!("chap7.pool-waits.pool-{size}"));
        let apart = if idle { 0.1 } else { 0.3 };
        assert!((law / seen - 1.0).abs() < apart, "pool-{size}: {law} by the law, {seen} seen");
    }
}

/// d × ⌈n/s⌉, of the one in the middle: each of sixty-four waits for all before it.
pub fn a_full_pool_makes_everybody_wait_their_share(runs: &Runs) {
    for size in [1, 2, 4, 8, 16] {
        let series = format!("chap7.pool-waits.pool-{size}");
        let waits = of(runs, &format!("pool-waits.pool-{size}.p50")) / wait(runs, &series);
        let share = 64.0 / f64::from(size);
        let most = if is_idle(runs, &series) { 1.15 } else { 2.0 };
        assert!((0.95 * share..most * share).contains(&waits), "pool-{size}: {waits} waits");
    }
}

/// Nobody is answered, and the database has nothing to do.
pub fn two_connections_for_one_request_stand_still(runs: &Runs) {
    let found = ["answered", "never-answered", "queries-later", "idle-later"]
        .map(|of_what| of(runs, &format!("two.two-for-ever.{of_what}")));
    assert_eq!(found, [0.0, 8.0, 0.0, 4.0]);
}

/// With either cure all eight are answered.
pub fn one_lent_connection_is_enough(runs: &Runs) {
    for case in ["one-lent", "two-pools"] {
        assert_eq!(of(runs, &format!("two.{case}.answered")), 8.0, "{case}");
    }
}
