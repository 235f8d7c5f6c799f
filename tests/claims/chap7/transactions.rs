//! Claims of chapter 7: what is held in a transaction, and what is left when somebody goes.

use while_you_wait::views::names::Runs;

use super::{all_say, by, of};
use crate::claims::{each, wait};

/// Most of the pool stands idle in transactions, and much less is done.
pub fn a_transaction_kept_open_keeps_connections(runs: &Runs) {
    let idle = of(runs, "held-own-rows.held.idle-in-transaction-mean");
    assert!(idle > 2.5, "{idle} of four connections wait for another service");
    let [held, let_go] =
        ["held", "let-go"].map(|case| of(runs, &format!("held-own-rows.{case}.throughput")));
    let least = by(runs, "held-own-rows", "held", 2.0);
    assert!(let_go > least * held, "{let_go} and {held} a second");
}

/// Whoever wants the same row waits for it, and holds a connection meanwhile.
pub fn a_transaction_kept_open_keeps_a_lock(runs: &Runs) {
    let waiting = of(runs, "held-one-row.held.waiting-for-lock-mean");
    assert!(waiting > 1.5, "{waiting} wait for the row");
    let [own, one] = ["held-own-rows", "held-one-row"]
        .map(|experiment| of(runs, &format!("{experiment}.held.throughput")));
    assert!(own > 2.0 * one, "{own} a second, and {one} where all want the same row");
}

/// Longer than the other service takes, in every run.
pub fn who_only_reads_waits_as_well(runs: &Runs) {
    for experiment in ["held-own-rows", "held-one-row"] {
        let one = wait(runs, &format!("chap7.{experiment}.held"));
        let reads = each(runs, &format!("chap7.{experiment}.held.probe-max"));
        assert!(reads.iter().all(|read| *read > one), "{reads:?} µs, and a payment takes {one}");
    }
}

/// The future is dropped, the query is not; its connection's next user waits for it.
pub fn the_database_goes_on_without_its_client(runs: &Runs) {
    all_say(runs, "hang-up.one-async", "the-query", "goes on");
    all_say(runs, "hang-up.one-async", "the-next-user", "waits for it");
    all_say(runs, "hang-up.one-async", "the-change", "rolled back");
}

/// Asked to end the query, the database does, and the change is rolled back.
pub fn a_cancelled_query_is_ended(runs: &Runs) {
    all_say(runs, "hang-up.one-cancels", "the-query", "is ended");
    all_say(runs, "hang-up.one-cancels", "the-next-user", "answered at once");
    all_say(runs, "hang-up.one-cancels", "the-change", "rolled back");
}

/// And FastAPI, whose handlers are not told, finishes it on either driver.
pub fn what_a_thread_has_begun_it_finishes(runs: &Runs) {
    let threads = ["one-blocking", "one-threads", "one-sqlite"];
    for case in threads.into_iter().chain(["one-fastapi-sync", "one-fastapi-async"]) {
        all_say(runs, &format!("hang-up.{case}"), "the-change", "kept");
    }
}
