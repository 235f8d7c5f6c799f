//! Claims of chapter 2. A wait is the handler's own; a busy machine can only make things slower.

use while_you_wait::record::Run;
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Runs, series_of};

use crate::claims::{each, is_idle, is_linux, number, wait};

crate::claims!("chap2":
    two_awaits_in_a_row_add_up,
    joined_they_take_one_wait,
    as_tasks_they_take_one_wait,
    blocking_takes_as_long_as_one_thread_in_chapter_one,
    two_threads_halve_it,
    awaiting_takes_two_waits,
    blocking_elsewhere_takes_two_waits,
    blocking_elsewhere_costs_a_thread_each,
    a_health_check_waits_behind_a_blocking_call,
    a_health_check_passes_an_await,
    a_hundred_on_forty_threads_take_three_waits,
    a_hundred_with_a_thread_each_take_one_wait,
    the_pool_never_grows_past_forty,
    a_hang_up_drops_the_handler_at_its_await,
    blocking_work_runs_to_its_end,
    a_blocked_thread_never_learns_of_a_hang_up,
    a_lock_held_while_waiting_lets_in_one_at_a_time,
    a_short_lock_costs_nothing,
    a_held_lock_leaves_the_thread_free,
    one_formula_fits_every_run,
);

/// Two awaits in a row take two waits.
fn two_awaits_in_a_row_add_up(runs: &Runs) {
    let waits = number(runs, "chap2.twice.sequential.waits");
    assert!((2.0..3.0).contains(&waits), "{waits} waits");
}

/// Joined, two awaits take less than two waits: the time of one.
fn joined_they_take_one_wait(runs: &Runs) {
    let waits = number(runs, "chap2.twice.joined.waits");
    assert!((1.0..2.0).contains(&waits), "{waits} waits");
}

/// As two tasks they take the time of one wait as well.
fn as_tasks_they_take_one_wait(runs: &Runs) {
    let waits = number(runs, "chap2.twice.spawned.waits");
    assert!((1.0..2.0).contains(&waits), "{waits} waits");
}

/// An async handler that blocks the only thread serves one request at a time: ten take ten waits.
fn blocking_takes_as_long_as_one_thread_in_chapter_one(runs: &Runs) {
    let waits = number(runs, "chap2.trap.blocking-1.waits");
    assert!((10.0..13.0).contains(&waits), "{waits} waits");
}

/// Two threads take half as long, five waits, or one more where a thread had nothing to do for a
/// while; and still more than twice as long as awaiting.
fn two_threads_halve_it(runs: &Runs) {
    let waits = |case: &str| number(runs, &format!("chap2.trap.{case}.waits"));
    let idle = is_idle(runs, "chap2.trap.blocking-2");
    assert!((5.0..if idle { 6.1 } else { 8.0 }).contains(&waits("blocking-2")));
    let ratio = waits("blocking-1") / waits("blocking-2");
    assert!((if idle { 1.6 } else { 1.2 }..2.5).contains(&ratio), "{ratio}");
    assert!(waits("blocking-2") > 2.0 * waits("await") || !idle);
}

/// Ten requests that await, five at a time, take two waits on one thread.
fn awaiting_takes_two_waits(runs: &Runs) {
    let waits = number(runs, "chap2.trap.await.waits");
    assert!((2.0..4.0).contains(&waits), "{waits} waits");
}

/// The blocking call takes two waits as well, once it is made on other threads.
fn blocking_elsewhere_takes_two_waits(runs: &Runs) {
    let waits = number(runs, "chap2.trap.spawn-blocking.waits");
    assert!((2.0..4.0).contains(&waits), "{waits} waits");
}

/// What that costs is a thread for every request that waits; awaiting costs none.
fn blocking_elsewhere_costs_a_thread_each(runs: &Runs) {
    if !is_linux("threads of a process") {
        return;
    }
    for (experiment, at_once) in [("trap", 5.0), ("waves", 100.0)] {
        let added = |case: &str| number(runs, &format!("chap2.{experiment}.{case}.threads-added"));
        // At the turn of a wait a request may find its thread not quite free, and get a new one.
        assert!((at_once..=2.0 * at_once).contains(&added("spawn-blocking")), "{experiment}");
        assert_eq!(added("await"), 0.0, "{experiment}");
    }
}

/// A health check that arrives early in a blocking call waits for most of it.
fn a_health_check_waits_behind_a_blocking_call(runs: &Runs) {
    let longest = number(runs, "chap2.health.blocking-1.probe-max");
    let wait = wait(runs, "chap2.health.blocking-1");
    assert!(longest > wait / 2.0, "{longest} µs of {wait}");
}

/// While a handler awaits, or blocks another thread, most health checks are answered at once.
fn a_health_check_passes_an_await(runs: &Runs) {
    for case in ["await", "spawn-blocking"] {
        let half = number(runs, &format!("chap2.health.{case}.probe-p50"));
        let wait = wait(runs, &format!("chap2.health.{case}"));
        assert!(half < wait * at_once(runs), "{case}: half of them took {half} µs or more");
    }
}

/// What counts as at once, as a share of a wait: it takes as long as the machine is busy.
fn at_once(runs: &Runs) -> f64 {
    if is_release(runs) { 0.05 } else { 0.5 }
}

fn is_release(runs: &Runs) -> bool {
    runs.all().iter().all(|run| run.header.machine.build == "release")
}

/// A hundred requests at once on forty threads come in three waves, of forty, forty and twenty.
fn a_hundred_on_forty_threads_take_three_waits(runs: &Runs) {
    let waits = number(runs, "chap2.waves.pool-40.waits");
    assert!((3.0..4.5).contains(&waits), "{waits} waits");
    all_hundred(runs, "pool-40");
}

/// Nobody is missing from the run, and nobody was sent away.
fn all_hundred(runs: &Runs, case: &str) {
    for metric in ["requests", "ok"] {
        let counted = each(runs, &format!("chap2.waves.{case}.{metric}"));
        assert!(counted.iter().all(|n| *n == 100.0), "{case}: {metric} {counted:?}");
    }
}

/// With a thread for each of them, or with none, they take one wait.
fn a_hundred_with_a_thread_each_take_one_wait(runs: &Runs) {
    for case in ["spawn-blocking", "await"] {
        let series = format!("chap2.waves.{case}");
        let waits = number(runs, &format!("{series}.waits"));
        // One after another they would take a hundred.
        let most = if is_idle(runs, &series) { 2.0 } else { 10.0 };
        assert!((1.0..most).contains(&waits), "{case}: {waits} waits");
        all_hundred(runs, case);
    }
}

/// A pool of forty has forty threads, however many requests queue for it.
fn the_pool_never_grows_past_forty(runs: &Runs) {
    if !is_linux("threads of a process") {
        return;
    }
    assert_eq!(number(runs, "chap2.waves.pool-40.threads-added"), 40.0);
}

/// What was counted in each run in which five clients leave: how many were answered all the same,
/// how many gave up, how many handlers were dropped, how much work was done to its end.
fn hang_up(runs: &Runs, case: &str) -> Vec<[f64; 4]> {
    let [ok, left, dropped, finished] = ["ok", "timed-out", "handlers-dropped", "work-finished"]
        .map(|metric| each(runs, &format!("chap2.hang-up.{case}.{metric}")));
    let counted: Vec<_> =
        (0..ok.len()).map(|nth| [ok[nth], left[nth], dropped[nth], finished[nth]]).collect();
    for [ok, left, dropped, finished] in &counted {
        assert_eq!(ok + left, 5.0, "{case}: five ask");
        assert!(*dropped <= *left && *finished <= 5.0, "{case}: {counted:?}");
        // On a machine so busy that a client could not leave in time, that one was answered.
        assert!(*ok == 0.0 || !is_idle(runs, &format!("chap2.hang-up.{case}")), "{counted:?}");
    }
    counted
}

/// All who left, where the machine has time to notice each.
fn all_who_left(runs: &Runs, case: &str, left: f64, dropped: f64) {
    let least = if is_idle(runs, &format!("chap2.hang-up.{case}")) { left } else { 1.0 };
    assert!(dropped >= least, "{case}: of {left} who left {dropped} were dropped");
}

/// When its client hangs up, the future of a handler that awaits is dropped, and its work never
/// comes to its end: all five, and none.
fn a_hang_up_drops_the_handler_at_its_await(runs: &Runs) {
    for [ok, left, dropped, finished] in hang_up(runs, "await") {
        assert_eq!(finished, ok);
        all_who_left(runs, "await", left, dropped);
    }
}

/// The handler is dropped, and the blocking work that it started runs to its end all the same.
fn blocking_work_runs_to_its_end(runs: &Runs) {
    for [ok, left, dropped, finished] in hang_up(runs, "spawn-blocking") {
        assert_eq!(finished, ok + dropped);
        all_who_left(runs, "spawn-blocking", left, dropped);
    }
}

/// Where the only thread is blocked no handler is ever dropped: each that began runs to its end.
fn a_blocked_thread_never_learns_of_a_hang_up(runs: &Runs) {
    for [ok, _, dropped, finished] in hang_up(runs, "blocking-1") {
        assert_eq!(dropped, 0.0);
        // How many began depends on how many connections were accepted before the first one
        // blocked; and who began came to an end for nobody.
        assert!(finished >= 1.0 && finished >= ok, "{finished} finished, {ok} were answered");
    }
}

/// Under a lock that is held while waiting, ten requests take ten waits, one at a time.
fn a_lock_held_while_waiting_lets_in_one_at_a_time(runs: &Runs) {
    let waits = number(runs, "chap2.lock.locked.waits");
    assert!((10.0..13.0).contains(&waits), "{waits} waits");
    // The next one may begin before the answer of the one before has arrived.
    let most = if is_idle(runs, "chap2.lock.locked") { 1.0 } else { 2.0 };
    let inside = each(runs, "chap2.lock.locked.peak-in-service");
    assert!(inside.iter().all(|peak| (1.0..=most).contains(peak)), "{inside:?} at once");
}

/// Locked only after the wait, they take two.
fn a_short_lock_costs_nothing(runs: &Runs) {
    let waits = number(runs, "chap2.lock.short-lock.waits");
    assert!((2.0..4.0).contains(&waits), "{waits} waits");
}

/// A lock that is held holds up those who want it, and no health check; a thread that is held
/// holds up everybody.
fn a_held_lock_leaves_the_thread_free(runs: &Runs) {
    let longest = |case: &str| number(runs, &format!("chap2.which-one.{case}.probe-max"));
    assert!(longest("server-b") > wait(runs, "chap2.which-one.server-b") / 2.0);
    let half = number(runs, "chap2.which-one.server-a.probe-p50");
    assert!(half < wait(runs, "chap2.which-one.server-a") * at_once(runs), "{half} µs");
}

/// Every run of the chapter takes d × ⌈n / s⌉, where s is how many can wait at once; a handler of
/// two parts takes the sum of both. Only two threads that block may waste a wait or two.
fn one_formula_fits_every_run(runs: &Runs) {
    // In `hang-up` nobody waits for the end.
    let timed = runs.all().iter().filter(|run| run.header.experiment != "hang-up");
    for run in timed {
        let parts = parts(&run.header.case);
        let predicted: f64 = parts.iter().map(|(share, slots)| share * rounds(run, *slots)).sum();
        let waits = metrics::of(run, "waits").unwrap().value().expect("every handler here waits");
        // A task may be kept for a thread that is blocked, and no other may take it.
        let wasted = if run.header.case == "blocking-2" { 2.0 } else { 0.0 };
        // A sleep is never shorter than asked for. Above: what accepting and waking took.
        let most = match run.header.machine.build.as_str() {
            "release" => predicted * 1.1 + 0.2 + wasted,
            // Waits are short where it runs as a test, and other tests keep the machine busy.
            _ => predicted * 2.0 + 5.0 + wasted,
        };
        assert!((predicted..most).contains(&waits), "{}: {waits} waits", series_of(run));
    }
}

/// ⌈n / s⌉; no more can wait at once than are asked at once.
fn rounds(run: &Run, slots: u32) -> f64 {
    let load = &run.header.load;
    f64::from(load.requests.div_ceil(slots.min(load.concurrency)))
}

/// The parts of a case's handler: how much of the wait, and how many requests can be in it at once.
fn parts(case: &str) -> &'static [(f64, u32)] {
    const ALL: u32 = u32::MAX;
    match case {
        "sequential" => &[(1.0, ALL), (1.0, ALL)],
        "joined" | "spawned" | "await" | "short-lock" => &[(1.0, ALL)],
        "spawn-blocking" => &[(1.0, 512)], // tokio's own limit
        "pool-40" => &[(1.0, 40)],
        "blocking-2" => &[(1.0, 2)],
        "blocking-1" | "locked" => &[(1.0, 1)],
        "server-a" | "server-b" => &[(0.5, ALL), (0.25, 1)],
        other => panic!("how many can wait at once in {other}?"),
    }
}
