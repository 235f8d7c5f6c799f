//! Claims of chapter 7: who waits for whom before a database, and what is left when somebody goes.

use std::sync::OnceLock;

use while_you_wait::views::metrics;
use while_you_wait::views::names::Runs;

use crate::claims::{can_weigh, each, is_idle, number, takes, wait, with_full};

crate::claims!("chap7":
    a_query_in_an_async_handler_stops_everybody,
    four_connections_take_five_waits_for_twenty,
    sqlite_has_one_writer_and_nobody_is_refused_who_waits,
    who_waits_for_nobody_is_refused,
    who_says_late_that_it_writes_is_refused,
    a_log_is_faster_than_a_journal,
    one_writer_keeps_the_slowest_close,
);

crate::claims!("chap7" with tools:
    the_pool_decides_whoever_waits,
    async_makes_no_query_faster,
    an_async_driver_computes_less,
    a_connection_is_dearer_than_a_query,
    queries_that_wait_want_connections,
    queries_that_compute_want_cores,
    rate_times_time_held_is_connections_busy,
    a_full_pool_makes_everybody_wait_their_share,
    a_short_queue_answers_more,
    a_short_patience_answers_more,
    who_is_refused_knows_it_at_once,
    a_thread_works_for_those_who_left,
    leaving_the_queue_is_no_help_to_those_who_stay,
    asking_again_keeps_a_storm_alive,
    a_short_queue_ends_a_storm,
    a_budget_ends_a_storm,
    two_connections_for_one_request_stand_still,
    one_lent_connection_is_enough,
    a_transaction_kept_open_keeps_connections,
    a_transaction_kept_open_keeps_a_lock,
    who_only_reads_waits_as_well,
    the_database_goes_on_without_its_client,
    a_cancelled_query_is_ended,
    what_a_thread_has_begun_it_finishes,
);

/// Those that need PostgreSQL, and some of them Python; or that no claim is about.
pub const NOT_HERE: [&str; 11] = [
    "query-sqlite",
    "postgres-waits",
    "query",
    "connections",
    "pool-waits",
    "pool-computes",
    "overload",
    "two",
    "held-own-rows",
    "held-one-row",
    "hang-up",
];

/// What these show now. One that is not installed is a failure here, and no run passed over.
fn live_with_tools() -> &'static Runs {
    static LIVE: OnceLock<Result<Runs, String>> = OnceLock::new();
    crate::claims::with_tools(&LIVE, "chap7", &NOT_HERE)
}

fn of(runs: &Runs, rest: &str) -> f64 {
    number(runs, &format!("chap7.{rest}"))
}

/// What was found in words, in each of the repeats.
fn words(runs: &Runs, series: &str, fact: &str) -> Vec<String> {
    let series = format!("chap7.{series}").parse().unwrap();
    let repeats = runs.series(&series).unwrap_or_else(|why| panic!("{why}"));
    repeats.iter().map(|run| metrics::of(run, fact).unwrap().to_string()).collect()
}

fn all_say(runs: &Runs, series: &str, fact: &str, wanted: &str) {
    let said = words(runs, series, fact);
    assert!(said.iter().all(|one| one == wanted), "{series}.{fact}: {said:?}");
}

/// As many times as this on an idle machine, and half as much on a busy one.
fn by(runs: &Runs, experiment: &str, case: &str, times: f64) -> f64 {
    let idle = is_idle(runs, &format!("chap7.{experiment}.{case}"));
    if idle { times } else { 1.0 + (times - 1.0) / 2.0 }
}

/// One after another, and a health check waits for most of them; on another thread it waits for none.
fn a_query_in_an_async_handler_stops_everybody(runs: &Runs) {
    let series = "chap7.sqlite-waits.sqlite-inline";
    takes(runs, series, 20.0, 1.0..1.0);
    let one = wait(runs, series);
    let [inline, beside] = ["sqlite-inline", "sqlite-blocking"]
        .map(|case| of(runs, &format!("sqlite-waits.{case}.probe-max")));
    assert!(inline > 10.0 * one, "a health check waited {inline} µs, a query is {one} µs");
    assert!(beside < inline / 4.0, "{beside} and {inline} µs");
}

/// d × ⌈n/s⌉ = 5 d, whoever waits for the connections.
fn four_connections_take_five_waits_for_twenty(runs: &Runs) {
    for case in ["sqlite-blocking", "sqlite-threads"] {
        takes(runs, &format!("chap7.sqlite-waits.{case}"), 5.0, 1.0..1.2);
    }
}

const WRITERS: [&str; 3] = ["writers-1", "writers-4", "writers-16"];

/// Whoever waits for the one before is answered, with a journal and with a log, or by one writer.
fn sqlite_has_one_writer_and_nobody_is_refused_who_waits(runs: &Runs) {
    for experiment in WRITERS {
        for case in ["journal", "wal", "one-writer"] {
            let refused = of(runs, &format!("{experiment}.{case}.status-503"));
            // SQLite's lock has no queue: on a very slow machine somebody may be passed for 5 s.
            let most = if is_idle(runs, &format!("chap7.{experiment}.{case}")) { 0.0 } else { 2.0 };
            assert!(refused <= most, "{experiment}.{case}: {refused}");
        }
    }
}

/// Of sixteen who write, one does; the others are told at once that it is not they.
fn who_waits_for_nobody_is_refused(runs: &Runs) {
    assert_eq!(of(runs, "writers-1.wal-impatient.status-503"), 0.0, "there is nobody to wait for");
    let refused = of(runs, "writers-16.wal-impatient.status-503");
    let ok = of(runs, "writers-16.wal-impatient.ok");
    assert!(refused > ok, "{refused} refused, {ok} written");
}

/// It has read what somebody else has changed since: no waiting helps, and SQLite does not wait.
fn who_says_late_that_it_writes_is_refused(runs: &Runs) {
    assert_eq!(of(runs, "writers-1.wal-read-first.status-503"), 0.0, "nobody else writes");
    let refused = of(runs, "writers-16.wal-read-first.status-503");
    let ok = of(runs, "writers-16.wal-read-first.ok");
    assert!(refused > ok, "{refused} refused, {ok} written");
}

/// A commit writes once and not twice.
fn a_log_is_faster_than_a_journal(runs: &Runs) {
    let [journal, wal] =
        ["journal", "wal"].map(|case| of(runs, &format!("writers-1.{case}.throughput")));
    // Where the folder for temporary files is memory, to write twice costs little.
    let least = if is_idle(runs, "chap7.writers-1.wal") { 1.5 } else { 0.7 };
    assert!(wal > least * journal, "{wal} and {journal} writes a second");
}

/// Sixteen stand in a queue, and do not try their luck: nobody is passed by many others.
fn one_writer_keeps_the_slowest_close(runs: &Runs) {
    let times = |case| {
        let [half, slowest] =
            ["mean", "max"].map(|of_what| of(runs, &format!("writers-16.{case}.{of_what}")));
        slowest / half
    };
    let (luck, queue) = (times("wal"), times("one-writer"));
    let most = if is_idle(runs, "chap7.writers-16.wal") { luck / 2.0 } else { 4.0 * luck };
    assert!(queue < most, "the slowest takes {queue} times the mean, and {luck} by luck");
}

/// d × ⌈n/s⌉ = 5 d, with a sync driver and with an async one.
fn the_pool_decides_whoever_waits(runs: &Runs) {
    for case in ["postgres-blocking", "postgres-threads", "postgres-async"] {
        takes(runs, &format!("chap7.postgres-waits.{case}"), 5.0, 1.0..1.2);
    }
}

/// Of one query at a time neither driver is twice as fast.
fn async_makes_no_query_faster(runs: &Runs) {
    let [sync, awaits] =
        ["postgres-threads", "postgres-async"].map(|case| of(runs, &format!("query.{case}.p50")));
    let most = by(runs, "query", "postgres-async", 2.0) * 1.2;
    let apart = (sync / awaits).max(awaits / sync);
    assert!(apart < most.max(2.0), "{sync} µs in threads, {awaits} µs awaited");
}

/// Many at once: who keeps a thread for each pays for it in CPU time.
fn an_async_driver_computes_less(runs: &Runs) {
    if !with_full(runs, "chap7", "many") || !can_weigh(runs) {
        return;
    }
    let [sync, awaits] = ["postgres-threads", "postgres-async"]
        .map(|case| of(runs, &format!("many.{case}.cpu-per-request")));
    assert!(awaits < 0.8 * sync, "{awaits} and {sync} µs of CPU time a request");
}

/// To make a connection takes many times as long as to ask for a row on one that is there.
fn a_connection_is_dearer_than_a_query(runs: &Runs) {
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
fn queries_that_wait_want_connections(runs: &Runs) {
    for (size, times) in [(2, 1.8), (4, 3.5), (8, 7.0), (16, 13.0), (64, 40.0)] {
        let gain = gain(runs, "pool-waits", size);
        let idle = is_idle(runs, "chap7.pool-waits.pool-64");
        // There a busy machine has no more to give.
        let least = if idle || size < 64 { by(runs, "pool-waits", "pool-1", times) } else { 8.0 };
        assert!(gain > least, "{size} connections: {gain} times as many as one");
    }
}

/// Past the cores, connections wait for each other in the database.
fn queries_that_compute_want_cores(runs: &Runs) {
    let gain = gain(runs, "pool-computes", 64);
    assert!(gain < 6.0, "64 connections: {gain} times as many as one");
}

/// Little's law, L = λ × W, of a pool: by its two sides, and by looking.
fn rate_times_time_held_is_connections_busy(runs: &Runs) {
    for size in [1, 2, 4, 8, 16] {
        let [law, seen] = ["rate-times-service", "connections-busy-mean"]
            .map(|of_what| of(runs, &format!("pool-waits.pool-{size}.{of_what}")));
        let idle = is_idle(runs, &format!("chap7.pool-waits.pool-{size}"));
        let apart = if idle { 0.1 } else { 0.3 };
        assert!((law / seen - 1.0).abs() < apart, "pool-{size}: {law} by the law, {seen} seen");
    }
}

/// d × ⌈n/s⌉, of the one in the middle: each of sixty-four waits for all before it.
fn a_full_pool_makes_everybody_wait_their_share(runs: &Runs) {
    for size in [1, 2, 4, 8, 16] {
        let series = format!("chap7.pool-waits.pool-{size}");
        let waits = of(runs, &format!("pool-waits.pool-{size}.p50")) / wait(runs, &series);
        let share = 64.0 / f64::from(size);
        let most = if is_idle(runs, &series) { 1.15 } else { 2.0 };
        assert!((0.95 * share..most * share).contains(&waits), "pool-{size}: {waits} waits");
    }
}

/// More than twice as many are answered as where everybody may wait.
fn a_short_queue_answers_more(runs: &Runs) {
    let short = of(runs, "overload.short-queue.ok");
    for case in ["for-ever-threads", "for-ever"] {
        let ok = of(runs, &format!("overload.{case}.ok"));
        let least = by(runs, "overload", case, 2.0);
        assert!(short > least * ok, "{short} and, in {case}, {ok}");
    }
}

/// So does a wait of three queries and no more: more than twice as many as where it has no end.
fn a_short_patience_answers_more(runs: &Runs) {
    let short = of(runs, "overload.a-while.ok");
    let ok = of(runs, "overload.for-ever.ok");
    // A busy machine is slow to answer, and to wake who has waited long enough.
    let least = if is_idle(runs, "chap7.overload.a-while") { 2.0 } else { 1.2 };
    assert!(short > least * ok, "{short} and, where they wait for ever, {ok}");
}

/// In less than half of the time of a query.
fn who_is_refused_knows_it_at_once(runs: &Runs) {
    let one = wait(runs, "chap7.overload.short-queue");
    for case in ["at-once", "short-queue"] {
        assert!(of(runs, &format!("overload.{case}.status-503")) > 0.0, "{case} refuses nobody");
        let known = of(runs, &format!("overload.{case}.status-503-p99"));
        let most = if is_idle(runs, "chap7.overload.short-queue") { 0.5 } else { 10.0 };
        assert!(known < most * one, "{case}: {known} µs, and a query takes {one}");
    }
}

/// It did all that it was asked for, and most of it for nobody; and went on when nobody asked.
fn a_thread_works_for_those_who_left(runs: &Runs) {
    let [done, ok, requests] = ["work-done", "ok", "requests"]
        .map(|of_what| of(runs, &format!("overload.for-ever-threads.{of_what}")));
    assert!(done >= 0.99 * requests, "{done} of {requests}");
    assert!(done > 2.0 * ok, "{done} done, and {ok} answered");
    let [long, short] = ["for-ever-threads", "short-queue"]
        .map(|case| of(runs, &format!("overload.{case}.cleared-after-us")));
    assert!(long > 5.0 * short, "cleared after {long} and {short} µs");
}

/// A future that is dropped does its work no more; yet its turn comes when its client is about to go.
fn leaving_the_queue_is_no_help_to_those_who_stay(runs: &Runs) {
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
fn asking_again_keeps_a_storm_alive(runs: &Runs) {
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
fn a_short_queue_ends_a_storm(runs: &Runs) {
    for policy in ["once", "again", "jitter", "budget"] {
        let Some(late) = late(runs, "short-queue", policy) else { return };
        assert!(late > 95.0, "{policy}: {late} % were answered");
    }
}

/// One repetition for ten requests lets the queue come to its end.
fn a_budget_ends_a_storm(runs: &Runs) {
    let (Some(jitter), Some(budget)) =
        (late(runs, "for-ever-threads", "jitter"), late(runs, "for-ever-threads", "budget"))
    else {
        return;
    };
    assert!(budget > 2.0 * jitter && budget > 50.0, "{budget} % and, without a budget, {jitter} %");
}

/// Nobody is answered, and the database has nothing to do.
fn two_connections_for_one_request_stand_still(runs: &Runs) {
    let found = ["answered", "never-answered", "queries-later", "idle-later"]
        .map(|of_what| of(runs, &format!("two.two-for-ever.{of_what}")));
    assert_eq!(found, [0.0, 8.0, 0.0, 4.0]);
}

/// With either cure all eight are answered.
fn one_lent_connection_is_enough(runs: &Runs) {
    for case in ["one-lent", "two-pools"] {
        assert_eq!(of(runs, &format!("two.{case}.answered")), 8.0, "{case}");
    }
}

/// Most of the pool stands idle in transactions, and much less is done.
fn a_transaction_kept_open_keeps_connections(runs: &Runs) {
    let idle = of(runs, "held-own-rows.held.idle-in-transaction-mean");
    assert!(idle > 2.5, "{idle} of four connections wait for another service");
    let [held, let_go] =
        ["held", "let-go"].map(|case| of(runs, &format!("held-own-rows.{case}.throughput")));
    let least = by(runs, "held-own-rows", "held", 2.0);
    assert!(let_go > least * held, "{let_go} and {held} a second");
}

/// Whoever wants the same row waits for it, and holds a connection meanwhile.
fn a_transaction_kept_open_keeps_a_lock(runs: &Runs) {
    let waiting = of(runs, "held-one-row.held.waiting-for-lock-mean");
    assert!(waiting > 1.5, "{waiting} wait for the row");
    let [own, one] = ["held-own-rows", "held-one-row"]
        .map(|experiment| of(runs, &format!("{experiment}.held.throughput")));
    assert!(own > 2.0 * one, "{own} a second, and {one} where all want the same row");
}

/// Longer than the other service takes, in every run.
fn who_only_reads_waits_as_well(runs: &Runs) {
    for experiment in ["held-own-rows", "held-one-row"] {
        let one = wait(runs, &format!("chap7.{experiment}.held"));
        let reads = each(runs, &format!("chap7.{experiment}.held.probe-max"));
        assert!(reads.iter().all(|read| *read > one), "{reads:?} µs, and a payment takes {one}");
    }
}

/// The future is dropped, the query is not; its connection's next user waits for it.
fn the_database_goes_on_without_its_client(runs: &Runs) {
    all_say(runs, "hang-up.one-async", "the-query", "goes on");
    all_say(runs, "hang-up.one-async", "the-next-user", "waits for it");
    all_say(runs, "hang-up.one-async", "the-change", "rolled back");
}

/// Asked to end the query, the database does, and the change is rolled back.
fn a_cancelled_query_is_ended(runs: &Runs) {
    all_say(runs, "hang-up.one-cancels", "the-query", "is ended");
    all_say(runs, "hang-up.one-cancels", "the-next-user", "answered at once");
    all_say(runs, "hang-up.one-cancels", "the-change", "rolled back");
}

/// And FastAPI, whose handlers are not told, finishes it on either driver.
fn what_a_thread_has_begun_it_finishes(runs: &Runs) {
    let threads = ["one-blocking", "one-threads", "one-sqlite"];
    for case in threads.into_iter().chain(["one-fastapi-sync", "one-fastapi-async"]) {
        all_say(runs, &format!("hang-up.{case}"), "the-change", "kept");
    }
}
