//! The table that everyone wants: other frameworks and their workers, under the same load.

use while_you_wait::record::Run;
use while_you_wait::views::metrics;
use while_you_wait::views::names::Runs;

use super::{of, takes};
use crate::claims::{can_weigh, is_idle, is_linux};

/// Flask's own server, gunicorn with its workers and FastAPI's def answer ten, five at a time, in
/// two waits, as every async server does.
pub fn sync_is_not_one_at_a_time(runs: &Runs) {
    for case in ["flask", "gunicorn", "fastapi-def", "fastapi-async", "rouille", "axum", "hyper"] {
        takes(runs, &format!("waiting-10.{case}"), 2.0);
    }
}

/// Flask without threads and gunicorn with one worker take ten waits.
pub fn one_worker_is_one_at_a_time(runs: &Runs) {
    takes(runs, "waiting-10.flask-1", 10.0);
    takes(runs, "waiting-10.gunicorn-1", 10.0);
}

/// FastAPI's async def that blocks takes ten waits as well.
pub fn blocking_in_async_is_one_at_a_time(runs: &Runs) {
    takes(runs, "waiting-10.fastapi-blocking", 10.0);
}

/// A hundred at once take three waits on FastAPI's forty threads.
pub fn forty_threads_take_three_waits_for_a_hundred(runs: &Runs) {
    takes(runs, "waiting-100.fastapi-def", 3.0);
}

/// A hundred at once take one wait where handlers await, and where each has a thread.
pub fn async_takes_one_wait_for_a_hundred(runs: &Runs) {
    for case in ["fastapi-async", "axum", "hyper", "rouille"] {
        let series = format!("waiting-100.{case}");
        let waits = of(runs, &format!("{series}.waits"));
        let most = if is_idle(runs, &format!("chap5.{series}")) { 1.3 } else { 2.5 };
        assert!((1.0..most).contains(&waits), "{series}: {waits} waits");
    }
}

/// Where FastAPI may start two hundred threads, a hundred at once take one wait.
pub fn two_hundred_threads_take_one_wait_for_a_hundred(runs: &Runs) {
    one_wait(runs, "fastapi-def-200");
    if is_linux("threads of a process") {
        let threads = |case: &str| of(runs, &format!("waiting-100.{case}.threads-peak"));
        let (more, forty) = (threads("fastapi-def-200"), threads("fastapi-def"));
        assert!(more >= 100.0 && forty < 50.0, "{more} and {forty} threads");
    }
}

/// Five workers of eight threads have forty, and a hundred take longer than on FastAPI's forty in
/// one process: whoever was accepted by a busy worker queues there, until the last after at most
/// thirteen waits.
pub fn five_workers_of_eight_threads_are_not_forty(runs: &Runs) {
    let waits = |case: &str| of(runs, &format!("waiting-100.{case}.waits"));
    let (apart, together) = (waits("gunicorn-threads"), waits("fastapi-def"));
    assert!(apart > together && apart < 13.5, "{apart} and {together} waits");
    assert!(apart > 3.9 || !is_idle(runs, "chap5.waiting-100.gunicorn-threads"), "{apart} waits");
    // Still less than where each worker has one thread.
    assert!(apart < 0.7 * waits("gunicorn"), "{apart} of {} waits", waits("gunicorn"));
}

/// Workers that go on with others meanwhile answer a hundred at once in one wait: gevent's under
/// Flask, and Uvicorn's, under gunicorn and its own.
pub fn workers_that_switch_take_one_wait_for_a_hundred(runs: &Runs) {
    for case in ["gunicorn-gevent", "gunicorn-uvicorn", "uvicorn-workers"] {
        one_wait(runs, case);
    }
}

/// Not two, and on a busy machine less than the three that forty threads take.
fn one_wait(runs: &Runs, case: &str) {
    let series = format!("waiting-100.{case}");
    let waits = of(runs, &format!("{series}.waits"));
    let most = if is_idle(runs, &format!("chap5.{series}")) { 1.5 } else { 3.0 };
    assert!((1.0..most).contains(&waits), "{series}: {waits} waits");
    assert_eq!(of(runs, &format!("{series}.ok")), 100.0, "{series}");
}

/// Of a thousand at once, forty threads answer the last after twenty-five waits, an async def
/// after less than two; five workers leave most without an answer for half a minute.
pub fn a_thousand_at_once(runs: &Runs) {
    if !crate::claims::with_full(runs, "chap5", "waiting-1000") {
        return;
    }
    let at = |rest: &str| of(runs, &format!("waiting-1000.{rest}"));
    assert!((25.0..27.0).contains(&at("fastapi-def.waits")), "{}", at("fastapi-def.waits"));
    for case in ["fastapi-async", "axum", "hyper", "rouille"] {
        // One wait, after the half that they took to arrive.
        assert!((1.0..2.0).contains(&at(&format!("{case}.waits"))), "{case}");
        assert_eq!(at(&format!("{case}.ok")), 1_000.0, "{case}");
    }
    assert_eq!(at("fastapi-def.ok"), 1_000.0);
    for case in ["gunicorn-gevent", "gunicorn-uvicorn", "uvicorn-workers"] {
        assert!((1.0..3.5).contains(&at(&format!("{case}.waits"))), "{case}");
        assert_eq!(at(&format!("{case}.ok")), 1_000.0, "{case}");
    }
    // Eight threads for each of the five are eight times as many; some queue for too long.
    assert!(at("gunicorn-threads.ok") > 4.0 * at("gunicorn.ok"), "{}", at("gunicorn-threads.ok"));
    // Five workers, thirty waits.
    assert!((100.0..=155.0).contains(&at("gunicorn.ok")), "{}", at("gunicorn.ok"));
    assert_eq!(at("gunicorn.ok") + at("gunicorn.failed"), 1_000.0);
}

/// A hello costs FastAPI's def more than a third more CPU time than its async def.
pub fn the_same_framework_costs_less_async(runs: &Runs) {
    if is_linux("CPU time of a process") {
        let cpu = |case: &str| of(runs, &format!("hello-kept.{case}.cpu-per-request"));
        let ratio = cpu("fastapi-def") / cpu("fastapi-async");
        assert!(ratio > 1.35, "{ratio}");
    }
}

/// axum computes for a hello less than a fifth of what FastAPI's async def does.
pub fn rust_computes_less_for_a_hello(runs: &Runs) {
    if can_weigh(runs) {
        let cpu = |case: &str| of(runs, &format!("hello-kept.{case}.cpu-per-request"));
        assert!(cpu("axum") < cpu("fastapi-async") / 5.0);
    }
}

/// While a thousand wait, axum's process has touched less than half of the memory that FastAPI's has.
pub fn a_thousand_wait_in_less_memory_in_rust(runs: &Runs) {
    if crate::claims::with_full(runs, "chap5", "waiting-1000") && is_linux("memory of a process") {
        let touched = |case: &str| of(runs, &format!("waiting-1000.{case}.rss-peak"));
        let (axum, fastapi) = (touched("axum"), touched("fastapi-async"));
        assert!(axum < fastapi / 2.0, "{axum} and {fastapi} bytes");
    }
}

/// Rate times mean latency is thirty-two, as many as ask, at every server; but rouille may leave
/// connections standing, and then somebody of the warm-up was answered when all was over.
pub fn thirty_two_ask_and_thirty_two_are_counted(runs: &Runs) {
    let idle = is_idle(runs, "chap5.hello-kept.axum");
    for case in ["flask", "gunicorn", "fastapi-def", "fastapi-async", "axum", "hyper"] {
        let counted = of(runs, &format!("hello-kept.{case}.rate-times-mean"));
        let least = if idle { 30.0 } else { 16.0 };
        assert!((least..33.0).contains(&counted), "{case}: {counted}");
    }
    // A race: in most runs nobody loses it. In any that somebody lost, the warm-up knows.
    let series = "chap5.hello-kept.rouille".parse().unwrap();
    let repeats = runs.series(&series).unwrap();
    let at = |run: &Run, metric: &str| metrics::of(run, metric).unwrap().value().unwrap();
    let lost: Vec<&&Run> = repeats.iter().filter(|run| at(run, "rate-times-mean") < 16.0).collect();
    for run in lost {
        assert!(at(run, "warm-up-longest") > 10.0 * at(run, "max"));
    }
}

/// What five requests whose clients left came to: dropped in the middle, and finished.
fn left(runs: &Runs, case: &str) -> [f64; 2] {
    let of = |metric: &str| of(runs, &format!("leaving.{case}.{metric}"));
    assert_eq!((of("timed-out"), of("ok")), (5.0, 0.0), "{case}: somebody stayed");
    [of("handlers-dropped"), of("work-finished")]
}

/// FastAPI's handlers run to their end when their clients have left, def and async def.
pub fn without_its_client_a_handler_runs_on(runs: &Runs) {
    for case in ["left-def", "left-async"] {
        assert_eq!(left(runs, case), [0.0, 5.0], "{case}");
    }
}

/// A StreamingResponse does not: each of five was stopped, and none came to its end.
pub fn without_its_client_a_stream_stops(runs: &Runs) {
    assert_eq!(left(runs, "left-stream"), [5.0, 0.0]);
}
