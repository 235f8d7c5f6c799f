//! Claims of "Choosing". Most are about Python's servers, and are held against the record always,
//! and live where these are installed.

use std::sync::OnceLock;

use while_you_wait::views::names::{Name, Runs};

use crate::claims::{is_idle, number, wait};

crate::claims!("choosing":
    threads_of_one_process_share_a_counter,
    a_lag_probe_finds_who_blocks_in_rust,
    a_blocked_worker_does_not_park,
);

crate::claims!("choosing" with tools:
    a_sync_worker_dies_of_one_long_handler,
    workers_that_wait_elsewhere_go_on,
    who_holds_the_loop_takes_all_along,
    uvicorns_own_watch_does_not_see_the_loop,
    each_worker_counts_for_itself,
    tasks_left_behind_take_the_forty_threads,
    a_lag_probe_finds_who_blocks_in_python,
    debug_mode_says_that_and_not_who,
    py_spy_says_who,
);

/// Those that are of nothing but other people's programs.
pub const WITH_TOOLS: [&str; 4] = ["timeout", "afterwards", "debug-mode", "py-spy"];

/// What these show now, and the others once more with Python's cases.
fn live_with_tools() -> &'static Runs {
    static LIVE: OnceLock<Result<Runs, String>> = OnceLock::new();
    let all = [&WITH_TOOLS[..], &["counter", "blocker"]].concat();
    crate::claims::with_tools(&LIVE, "choosing", &all)
}

fn of(runs: &Runs, name: &str) -> f64 {
    number(runs, &format!("choosing.{name}"))
}

fn said(runs: &Runs, name: &str) -> String {
    let name: Name = format!("choosing.{name}").parse().unwrap();
    runs.measured(&name).unwrap_or_else(|why| panic!("{why}")).to_string()
}

/// Under gunicorn's default worker both handlers that take longer than `--timeout` are cut off, and
/// each costs a worker.
fn a_sync_worker_dies_of_one_long_handler(runs: &Runs) {
    assert_eq!(of(runs, "timeout.timeout-sync.ok"), 0.0);
    assert_eq!(of(runs, "timeout.timeout-sync.workers-killed"), 2.0);
}

/// gthread's, gevent's and Uvicorn's workers tell that they live while their handlers wait: nobody is
/// killed, and both are answered.
fn workers_that_wait_elsewhere_go_on(runs: &Runs) {
    for case in ["timeout-gthread", "timeout-gevent", "timeout-uvicorn"] {
        assert_eq!(of(runs, &format!("timeout.{case}.ok")), 2.0, "{case}");
        assert_eq!(of(runs, &format!("timeout.{case}.workers-killed")), 0.0, "{case}");
    }
}

/// A handler that keeps an event loop for longer than `--timeout` gets its worker killed, and nobody
/// who was on it is answered.
fn who_holds_the_loop_takes_all_along(runs: &Runs) {
    for case in ["timeout-gevent-computes", "timeout-uvicorn-blocks"] {
        assert_eq!(of(runs, &format!("timeout.{case}.ok")), 0.0, "{case}");
        assert!(of(runs, &format!("timeout.{case}.workers-killed")) >= 1.0, "{case}");
    }
}

/// `uvicorn --workers` asks its workers whether they live, on a thread that a blocked loop does not
/// hold up: nobody is killed, and the two blocking handlers run one after the other.
fn uvicorns_own_watch_does_not_see_the_loop(runs: &Runs) {
    let series = "timeout.uvicorn-watched-blocks";
    assert_eq!(of(runs, &format!("{series}.ok")), 2.0);
    assert_eq!(of(runs, &format!("{series}.workers-killed")), 0.0);
    assert!(of(runs, &format!("{series}.waits")) > 1.9);
}

/// Of forty requests, one worker counts forty, and no one of four comes so far.
fn each_worker_counts_for_itself(runs: &Runs) {
    assert_eq!(of(runs, "counter.count-1.highest"), 40.0);
    assert_eq!(of(runs, "counter.count-4.asked"), 40.0);
    assert!(of(runs, "counter.count-4.highest") < 40.0);
}

/// Four threads of one process count all forty.
fn threads_of_one_process_share_a_counter(runs: &Runs) {
    assert_eq!(of(runs, "counter.count-rust.asked"), 40.0);
    assert_eq!(of(runs, "counter.count-rust.highest"), 40.0);
}

/// Forty background tasks in a `def` hold all of FastAPI's threads: a hello behind them waits until
/// one is done. Those in an `async def` hold none.
fn tasks_left_behind_take_the_forty_threads(runs: &Runs) {
    let delay = wait(runs, "choosing.afterwards.afterwards-def");
    let [behind, free] =
        ["def", "async"].map(|kind| of(runs, &format!("afterwards.afterwards-{kind}.hello-after")));
    // They began a while before, on a busy machine a good while.
    let began = of(runs, "afterwards.afterwards-def.accepted-within");
    assert!(behind > 0.8 * (delay - began), "{behind} µs behind tasks of {delay} µs");
    assert!(free < behind / 2.0, "{free} µs and {behind} µs");
}

/// The probe's lag where a handler blocks is at least one call of it, and where it awaits, less.
fn lag(runs: &Runs, blocks: &str, awaits: &str) {
    let [blocked, free] = [blocks, awaits].map(|case| of(runs, &format!("blocker.{case}.lag-max")));
    let call = wait(runs, &format!("choosing.blocker.{blocks}"));
    // It is due in a while when the call begins.
    assert!(blocked > 0.9 * call - 10_000.0, "{blocks}: {blocked} µs late");
    let least = if is_idle(runs, &format!("choosing.blocker.{blocks}")) { 10.0 } else { 1.0 };
    assert!(free * least < blocked, "{awaits}: {free} µs late, and {blocked}");
}

/// In Python, a task that is due every ten milliseconds is late by a whole blocking call, and where
/// the handler awaits by a small part of it.
fn a_lag_probe_finds_who_blocks_in_python(runs: &Runs) {
    lag(runs, "blocker", "blocker-awaits");
}

/// And so it is in Rust.
fn a_lag_probe_finds_who_blocks_in_rust(runs: &Runs) {
    lag(runs, "rust-blocks", "rust-awaits");
}

/// tokio counts how often a worker has gone to wait for something to do. While a handler blocks, that
/// number stands still for a whole call.
fn a_blocked_worker_does_not_park(runs: &Runs) {
    let [blocked, free] = ["rust-blocks", "rust-awaits"]
        .map(|case| of(runs, &format!("blocker.{case}.without-park")));
    let call = wait(runs, "choosing.blocker.rust-blocks");
    assert!(blocked > 0.9 * call - 15_000.0, "{blocked} µs without a park");
    assert!(free < blocked, "{free} µs and {blocked} µs without a park");
}

/// asyncio's debug mode says that a step of the server's task took too long, and does not name the
/// function that did.
fn debug_mode_says_that_and_not_who(runs: &Runs) {
    let said = said(runs, "debug-mode.blocker-debug.debug-mode-said");
    assert!(said.starts_with("Executing <Task") && said.ends_with(" seconds"), "{said}");
    assert!(!said.contains("ask_the_other_service"), "{said}");
}

/// py-spy names the function that holds the thread, and who called it.
fn py_spy_says_who(runs: &Runs) {
    let said = said(runs, "py-spy.blocker-plain.py-spy-said");
    assert!(said.starts_with("ask_the_other_service (blocker.py:"), "{said}");
    assert!(said.contains("called by fetch (blocker.py:"), "{said}");
}
