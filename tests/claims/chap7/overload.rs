//! Claims of chapter 7: more come than can be answered, and ask again.

use while_you_wait::views::names::Runs;

use super::{by, of};
use crate::claims::{is_idle, wait, with_full};

/// More than twice as many are answered as where everybody may wait.
pub fn a_short_queue_answers_more(runs: &Runs) {
    let short = of(runs, "overload.short-queue.ok");
    for case in ["for-ever-threads", "for-ever"] {
        let ok = of(runs, &format!("overload.{case}.ok"));
        let least = by(runs, "overload", case, 2.0);
        assert!(short > least * ok, "{short} and, in {case}, {ok}");
    }
}

/// So does a wait of three queries and no more: more than twice as many as where it has no end.
pub fn a_short_patience_answers_more(runs: &Runs) {
    let short = of(runs, "overload.a-while.ok");
    let ok = of(runs, "overload.for-ever.ok");
    // A busy machine is slow to answer, and to wake who has waited long enough.
    let least = if is_idle(runs, "chap7.overload.a-while") { 2.0 } else { 1.2 };
    assert!(short > least * ok, "{short} and, where they wait for ever, {ok}");
}

/// In less than half of the time of a query.
pub fn who_is_refused_knows_it_at_once(runs: &Runs) {
    let one = wait(runs, "chap7.overload.short-queue");
    for case in ["at-once", "short-queue"] {
        assert!(of(runs, &format!("overload.{case}.status-503")) > 0.0, "{case} refuses nobody");
        let known = of(runs, &format!("overload.{case}.status-503-p99"));
        let most = if is_idle(runs, "chap7.overload.short-queue") { 0.5 } else { 10.0 };
        assert!(known < most * one, "{case}: {known} µs, and a query takes {one}");
    }
}

/// It did all that it was asked for, and most of it for nobody; and went on when nobody asked.
pub fn a_thread_works_for_those_who_left(runs: &Runs) {
    let [done, ok, requests] = ["work-done", "ok", "requests"]
        .map(|of_what| of(runs, &format!("overload.for-ever-threads.{of_what}")));
    assert!(done >= 0.99 * requests, "{done} of {requests}");
    assert!(done > 2.0 * ok, "{done} done, and {ok} answered");
    let [long, short] = ["for-ever-threads", "short-queue"]
        .map(|case| of(runs, &format!("overload.{case}.cleared-after-us")));
    assert!(long > 5.0 * short, "cleared after {long} and {short} µs");
}

/// A future that is dropped does its work no more; yet its turn comes when its client is about to go.
pub fn leaving_the_queue_is_no_help_to_those_who_stay(runs: &Runs) {
    let [done, ok, requests] = ["work-done", "ok", "requests"]
        .map(|of_what| of(runs, &format!("overload.for-ever.{of_what}")));
    assert!(done < 0.6 * requests, "{done} of {requests} done");
    assert!(ok < 0.35 * requests, "{ok} of {requests} answered");
}

/// Of those who began long after the lock was gone, how many of a hundred were answered.
fn late(runs: &Runs, case: &str, policy: &str) -> Option<f64> {
    with_full(runs, "chap7", "storm").then(|| {
        let answered = of(runs, &format!("storm.{case}.{policy}-late"));
        100.0 * answered / of(runs, &format!("storm.{case}.begun-late"))
    })
}

/// Long after the lock nearly all are answered of those who ask once, and few of those who ask again.
pub fn asking_again_keeps_a_storm_alive(runs: &Runs) {
    let (Some(once), Some(again), Some(jitter)) = (
        late(runs, "for-ever-threads", "once"),
        late(runs, "for-ever-threads", "again"),
        late(runs, "for-ever-threads", "jitter"),
    ) else {
        return;
    };
    assert!(once > 90.0 && again < 30.0 && jitter < 30.0, "{once}, {again}, {jitter} %");
}

/// Behind it nearly everybody is answered again, whatever clients do.
pub fn a_short_queue_ends_a_storm(runs: &Runs) {
    for policy in ["once", "again", "jitter", "budget"] {
        let Some(late) = late(runs, "short-queue", policy) else { return };
        assert!(late > 95.0, "{policy}: {late} % were answered");
    }
}

/// One repetition for ten requests lets the queue come to its end.
pub fn a_budget_ends_a_storm(runs: &Runs) {
    let (Some(jitter), Some(budget)) =
        (late(runs, "for-ever-threads", "jitter"), late(runs, "for-ever-threads", "budget"))
    else {
        return;
    };
    assert!(budget > 2.0 * jitter && budget > 50.0, "{budget} % and, without a budget, {jitter} %");
}
