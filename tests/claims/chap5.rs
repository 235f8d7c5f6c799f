//! Claims of chapter 5: what a generator shows and what it hides. Those about other people's
//! programs are held against the record always, and live where these are installed.

use std::sync::OnceLock;

use while_you_wait::record::Run;
use while_you_wait::views::metrics;
use while_you_wait::views::names::Runs;

use crate::{can_weigh, is_idle, is_linux, number, wait, with_full};

crate::claims!("chap5":
    ours_asks_five_at_once,
    both_loops_agree_where_nothing_stalls,
    a_closed_loop_overlooks_the_stalls,
    an_open_loop_sees_the_stalls,
    both_loops_have_seen_the_longest_wait,
    the_mean_is_nobodys_latency,
    below_the_knee_all_is_well,
    above_the_knee_the_queue_grows,
    the_server_and_littles_law_agree,
    computing_inline_makes_everybody_wait,
    a_pool_leaves_the_thread_free,
    a_thread_each_shares_the_cores,
    nobody_computes_less,
    percentiles_cannot_be_averaged,
    histograms_can_be_added,
);

crate::claims!("chap5" with tools:
    ab_asks_once_before_it_asks_five,
    oha_asks_five_at_once,
    the_tutorials_two_finish_together,
    generators_agree_where_the_server_is_the_limit,
    generators_differ_where_they_are_the_limit,
    wrk_leaves_out_its_own_time,
    ours_keeps_up_with_oha,
    sync_is_not_one_at_a_time,
    one_worker_is_one_at_a_time,
    blocking_in_async_is_one_at_a_time,
    forty_threads_take_three_waits_for_a_hundred,
    async_takes_one_wait_for_a_hundred,
    a_thousand_at_once,
    the_same_framework_costs_less_async,
    rust_computes_less_for_a_hello,
    thirty_two_ask_and_thirty_two_are_counted,
    two_hundred_threads_take_one_wait_for_a_hundred,
    five_workers_of_eight_threads_are_not_forty,
    workers_that_switch_take_one_wait_for_a_hundred,
    pythons_threads_compute_one_at_a_time,
    pythons_processes_compute_on_every_core,
    c_lets_others_compute,
    a_health_check_waits_for_pythons_lock,
    without_the_lock_pythons_threads_compute_together,
    without_its_client_a_handler_runs_on,
    without_its_client_a_stream_stops,
    locust_agrees_where_the_server_is_the_limit,
    locust_asks_in_a_closed_loop,
    locust_is_at_its_limit_long_before_ours,
);

/// Those that no claim is about: between two others, or told of in the prose alone.
pub const UNCLAIMED: [&str; 4] = ["offered-300", "offered-380", "first", "hello-each"];

/// Those that need other people's programs.
pub const WITH_TOOLS: [&str; 19] = [
    "eight-by-ours",
    "eight-by-locust",
    "hello-by-locust",
    "ten-by-ab",
    "ten-by-oha",
    "tutorial",
    "hello-by-ours",
    "hello-by-ab",
    "hello-by-wrk",
    "hello-by-oha",
    "busy-by-ours",
    "busy-by-ab",
    "busy-by-wrk",
    "busy-by-oha",
    "waiting-10",
    "waiting-100",
    "leaving",
    "computing-in-python",
    "hello-kept",
];

/// What these show now.
fn live_with_tools() -> &'static Runs {
    static LIVE: OnceLock<Result<Runs, String>> = OnceLock::new();
    crate::with_tools(&LIVE, "chap5", &WITH_TOOLS)
}

fn of(runs: &Runs, rest: &str) -> f64 {
    number(runs, &format!("chap5.{rest}"))
}

/// How many requests were in the server, by its own word, whenever one more came.
fn inside(runs: &Runs, experiment: &str) -> Vec<usize> {
    let series = format!("chap5.{experiment}.watched").parse().unwrap();
    let run = runs.median_run(&series).unwrap_or_else(|why| panic!("{why}"));
    let mut inside = 0;
    let mut counted = Vec::new();
    for event in &run.events {
        match event.what.as_str() {
            "asked" => {
                inside += 1;
                counted.push(inside);
            }
            "answered" => inside -= 1,
            _ => {}
        }
    }
    counted
}

/// That many waits; another program's clock may round down to a hundredth.
fn takes(runs: &Runs, series: &str, waits: f64) {
    crate::takes(runs, &format!("chap5.{series}"), waits, 0.99..1.02);
}

/// Our generator asks five at once, and five again: two waits.
fn ours_asks_five_at_once(runs: &Runs) {
    assert_eq!(inside(runs, "ten").into_iter().max(), Some(5));
    takes(runs, "ten.watched", 2.0);
}

/// ab sends one request and waits for its answer before it sends others: three waits, not two.
fn ab_asks_once_before_it_asks_five(runs: &Runs) {
    let inside = inside(runs, "ten-by-ab");
    assert_eq!(inside.len(), 10, "ten requests");
    // The second came when the first was gone; from then on there are five at once.
    assert_eq!(inside[..2], [1, 1], "{inside:?}");
    assert_eq!(inside.iter().max(), Some(&5));
    takes(runs, "ten-by-ab.watched", 3.0);
}

/// oha asks five at once from the beginning: two waits.
fn oha_asks_five_at_once(runs: &Runs) {
    assert_eq!(inside(runs, "ten-by-oha").into_iter().max(), Some(5));
    takes(runs, "ten-by-oha.watched", 2.0);
}

/// The tutorial's benchmark, as written: FastAPI's def and its async def both take three waits.
fn the_tutorials_two_finish_together(runs: &Runs) {
    takes(runs, "tutorial.fastapi-def", 3.0);
    takes(runs, "tutorial.fastapi-async", 3.0);
}

/// On a server that never stalls, closed loop and open loop measure the same p99, within a tenth.
fn both_loops_agree_where_nothing_stalls(runs: &Runs) {
    let ratio = of(runs, "open.steady.p99") / of(runs, "closed.steady.p99");
    if is_idle(runs, "chap5.open.steady") {
        assert!((0.9..1.1).contains(&ratio), "{ratio}");
    } else {
        // On a busy machine everything stalls now and then; the median knows nothing of that.
        let ratio = of(runs, "open.steady.p50") / of(runs, "closed.steady.p50");
        assert!((0.5..2.0).contains(&ratio), "{ratio}");
    }
}

/// Of a server that stands still for a fifth of the time, a closed loop reports a p99 that is
/// hardly more than one wait, and far less than an open loop's.
fn a_closed_loop_overlooks_the_stalls(runs: &Runs) {
    let series = "chap5.closed.stalling";
    let wait = wait(runs, series);
    let p99 = number(runs, &format!("{series}.p99")) / wait;
    // On a busy machine a wait that is a millisecond or four may well take several times as long.
    assert!(p99 < if is_idle(runs, series) { 1.5 } else { 25.0 }, "{p99} waits");
    let open = of(runs, "open.stalling.p99") / wait;
    assert!(open > if is_idle(runs, series) { 20.0 } else { 2.0 } * p99, "{p99} and {open} waits");
}

/// Of the same server an open loop reports a p99 of more than thirty waits, and a p90 of more than
/// ten.
fn an_open_loop_sees_the_stalls(runs: &Runs) {
    let series = "chap5.open.stalling";
    let wait = wait(runs, series);
    let at = |metric: &str| number(runs, &format!("{series}.{metric}")) / wait;
    assert!(at("p99") > 30.0 && at("p90") > 10.0, "{} and {} waits", at("p99"), at("p90"));
}

/// The longest latency is as long in both loops: about one stall, of fifty waits.
fn both_loops_have_seen_the_longest_wait(runs: &Runs) {
    for series in ["chap5.closed.stalling", "chap5.open.stalling"] {
        let longest = number(runs, &format!("{series}.max")) / wait(runs, series);
        let most = if is_idle(runs, series) { 55.0 } else { 150.0 };
        assert!((49.0..most).contains(&longest), "{series}: {longest} waits");
    }
    let ratio = of(runs, "open.stalling.max") / of(runs, "closed.stalling.max");
    let slack = if is_idle(runs, "chap5.open.stalling") { 0.1 } else { 0.6 };
    assert!((ratio - 1.0).abs() < slack, "{ratio}");
}

/// With stalls the mean is more than twice the median and less than the p90: no typical request
/// took so long.
fn the_mean_is_nobodys_latency(runs: &Runs) {
    let at = |metric: &str| of(runs, &format!("open.stalling.{metric}"));
    assert!(at("mean") > 2.0 * at("p50") && at("mean") < at("p90"));
}

/// At a quarter of what the server can do nearly everybody is answered after one wait.
fn below_the_knee_all_is_well(runs: &Runs) {
    let series = "chap5.offered-100.eight";
    let p50 = number(runs, &format!("{series}.p50")) / wait(runs, series);
    let answered = number(runs, &format!("{series}.throughput")) / offered(runs, series);
    if is_idle(runs, series) {
        let p99 = number(runs, &format!("{series}.p99")) / wait(runs, series);
        assert!(p99 < 1.5 && answered > 0.9, "{p99} waits, {answered} of what was offered");
    }
    assert!(p50 < 2.5, "{p50} waits");
}

/// When more is offered than the server can do, it answers what it can, and even the median
/// request waits more than twenty times as long as below the knee.
fn above_the_knee_the_queue_grows(runs: &Runs) {
    let series = "chap5.offered-550.eight";
    let answered = number(runs, &format!("{series}.throughput")) / offered(runs, series);
    assert!(answered < 0.85, "{answered} of what was offered");
    let times = of(runs, "offered-550.eight.p50") / of(runs, "offered-100.eight.p50");
    assert!(times > 20.0, "{times}");
    if is_idle(runs, series) {
        // Eight at a time, and hardly less than that; just beyond the knee the queue still drains.
        let can = 8e6 / wait(runs, series);
        let done = number(runs, &format!("{series}.throughput")) / can;
        assert!((0.85..1.0).contains(&done), "{done} of what eight connections can do");
        let beyond = "chap5.offered-360.eight";
        let drained = number(runs, &format!("{beyond}.throughput")) / offered(runs, beyond);
        assert!(drained > 0.95, "{drained} of three hundred and sixty");
    }
}

fn offered(runs: &Runs, series: &str) -> f64 {
    let run = runs.median_run(&series.parse().unwrap()).unwrap();
    run.header.load.rate_per_second.expect("an open loop")
}

/// The rate times the mean latency, as clients know them, is how many the server saw inside.
fn the_server_and_littles_law_agree(runs: &Runs) {
    let ratio = of(runs, "little.eight.rate-times-mean") / of(runs, "little.eight.mean-inside");
    // A client counts the way to the server as well, and on a busy machine that is not nothing.
    let slack = if is_idle(runs, "chap5.little.eight") { 0.1 } else { 0.5 };
    assert!((ratio - 1.0).abs() < slack, "{ratio}");
}

fn computing(runs: &Runs, case: &str, metric: &str) -> f64 {
    of(runs, &format!("computing.{case}.{metric}"))
}

/// Where logins are computed on the only thread, a health check waits for several of them.
fn computing_inline_makes_everybody_wait(runs: &Runs) {
    let logins =
        computing(runs, "cpu-inline", "probe-p50") / computing(runs, "cpu-inline", "service-p50");
    assert!(logins > 2.0, "{logins} logins");
}

/// With a pool for the logins, a health check waits at most half as long as where they are inline.
fn a_pool_leaves_the_thread_free(runs: &Runs) {
    let times =
        computing(runs, "cpu-inline", "probe-p50") / computing(runs, "cpu-pool", "probe-p50");
    assert!(times > 2.0, "{times}");
}

/// With a thread for each request, a login takes longer than on a thread for each core: the
/// requests that are computed at once share the cores.
fn a_thread_each_shares_the_cores(runs: &Runs) {
    let times = computing(runs, "cpu-threads", "service-p50")
        / computing(runs, "cpu-rouille", "service-p50");
    assert!(times > 1.5, "{times}");
}

/// Whatever serves them, sixty logins are about the same CPU time: within a fifth.
fn nobody_computes_less(runs: &Runs) {
    if can_weigh(runs) {
        let cpu = ["cpu-inline", "cpu-pool", "cpu-rouille", "cpu-threads"]
            .map(|c| computing(runs, c, "cpu"));
        let least = cpu.into_iter().fold(f64::INFINITY, f64::min);
        let most = cpu.into_iter().fold(0.0, f64::max);
        assert!(most < 1.2 * least, "{cpu:?} µs");
    }
}

fn in_python(runs: &Runs, case: &str, metric: &str) -> f64 {
    let series = format!("computing-in-python.{case}");
    assert_eq!(of(runs, &format!("{series}.ok")), 60.0, "{series}");
    of(runs, &format!("{series}.{metric}"))
}

/// Sixty logins on Python's threads are done no sooner than on one thread, within a tenth, and keep
/// one core busy and no more.
fn pythons_threads_compute_one_at_a_time(runs: &Runs) {
    let sooner =
        in_python(runs, "python-inline", "total") / in_python(runs, "python-threads", "total");
    let idle = is_idle(runs, "chap5.computing-in-python.python-threads");
    assert!(sooner < if idle { 1.1 } else { 1.4 }, "sooner by {sooner}");
    if is_linux("CPU time of a process") {
        let busy = in_python(runs, "python-threads", "busy");
        assert!(busy < 1.2, "{busy} cores");
    }
}

/// In a process for each core they are done at least one and a half times as soon as on threads.
fn pythons_processes_compute_on_every_core(runs: &Runs) {
    if std::thread::available_parallelism().is_ok_and(|cores| cores.get() < 2) {
        return eprintln!("not compared: this machine has one core");
    }
    let sooner =
        in_python(runs, "python-threads", "total") / in_python(runs, "python-processes", "total");
    let idle = is_idle(runs, "chap5.computing-in-python.python-processes");
    assert!(sooner > if idle { 1.5 } else { 1.1 }, "sooner by {sooner}");
}

/// Where the loop is hashlib's own, in C, Python's threads keep more than one core busy.
fn c_lets_others_compute(runs: &Runs) {
    if is_linux("CPU time of a process") {
        let busy = |case: &str| in_python(runs, case, "busy");
        let (c, python) = (busy("python-hashlib"), busy("python-threads"));
        let least =
            if is_idle(runs, "chap5.computing-in-python.python-hashlib") { 1.4 } else { 1.0 };
        assert!(c > least && c > 1.1 * python, "{c} and {python} cores");
    }
}

/// A health check that computes nothing waits, beside threads that compute in Python, at least
/// three times as long as beside processes.
fn a_health_check_waits_for_pythons_lock(runs: &Runs) {
    let probe = |case: &str| in_python(runs, case, "probe-p50");
    let times = probe("python-threads") / probe("python-processes");
    let idle = is_idle(runs, "chap5.computing-in-python.python-threads");
    assert!(times > if idle { 3.0 } else { 1.5 }, "{times}");
}

/// On a CPython without the lock the same threads keep more than one core busy, and are done sooner.
fn without_the_lock_pythons_threads_compute_together(runs: &Runs) {
    if !with_full(runs, "chap5", "computing-without-the-lock") {
        return eprintln!(
            "not run here, and held against the record alone: few have such a Python"
        );
    }
    let of = |case: &str, metric: &str| {
        let series = format!("computing-without-the-lock.{case}");
        assert_eq!(of(runs, &format!("{series}.ok")), 60.0, "{series}");
        of(runs, &format!("{series}.{metric}"))
    };
    let sooner = of("python-threads", "total") / of("python-free", "total");
    assert!(sooner > 1.1, "sooner by {sooner}");
    if is_linux("CPU time of a process") {
        let (free, locked) = (of("python-free", "busy"), of("python-threads", "busy"));
        assert!(free > 1.3 && locked < 1.2, "{free} and {locked} cores");
    }
}

/// What five requests whose clients left came to: dropped in the middle, and finished.
fn left(runs: &Runs, case: &str) -> [f64; 2] {
    let of = |metric: &str| of(runs, &format!("leaving.{case}.{metric}"));
    assert_eq!((of("timed-out"), of("ok")), (5.0, 0.0), "{case}: somebody stayed");
    [of("handlers-dropped"), of("work-finished")]
}

/// FastAPI's handlers run to their end when their clients have left, def and async def.
fn without_its_client_a_handler_runs_on(runs: &Runs) {
    for case in ["left-def", "left-async"] {
        assert_eq!(left(runs, case), [0.0, 5.0], "{case}");
    }
}

/// A StreamingResponse does not: each of five was stopped, and none came to its end.
fn without_its_client_a_stream_stops(runs: &Runs) {
    assert_eq!(left(runs, "left-stream"), [5.0, 0.0]);
}

const GENERATORS: [&str; 4] = ["ours", "ab", "wrk", "oha"];

/// At a server that computes for each request, all four report the same median, within a tenth.
fn generators_agree_where_the_server_is_the_limit(runs: &Runs) {
    let p50 = GENERATORS.map(|by| of(runs, &format!("busy-by-{by}.busy.p50")));
    let least = p50.into_iter().fold(f64::INFINITY, f64::min);
    let most = p50.into_iter().fold(0.0, f64::max);
    let idle = is_idle(runs, "chap5.busy-by-ours.busy");
    assert!(most < if idle { 1.1 } else { 2.0 } * least, "{p50:?} µs");
}

/// At a server that does next to nothing ours and oha keep their own core busy and not the
/// server's; ab and wrk keep the server busy, and get more out of it. Their rates differ by more than
/// a quarter.
fn generators_differ_where_they_are_the_limit(runs: &Runs) {
    if can_weigh(runs) {
        let rates = GENERATORS.map(|by| of(runs, &format!("hello-by-{by}.hello.throughput")));
        let least = rates.into_iter().fold(f64::INFINITY, f64::min);
        let most = rates.into_iter().fold(0.0, f64::max);
        assert!(most > 1.25 * least, "{rates:?} a second");
        for by in GENERATORS {
            let busy = of(runs, &format!("hello-by-{by}.hello.load-busy"));
            assert!(busy > 0.9, "{by}: {busy} cores");
            let server = of(runs, &format!("hello-by-{by}.hello.busy"));
            match by {
                "ours" | "oha" => assert!(server < 0.85 && server < busy, "{by}: {server} cores"),
                _ => assert!(server > 0.85, "{by}: {server} cores"),
            }
        }
        let [ours, ab, wrk, oha] = rates;
        assert!(ab.min(wrk) > ours.max(oha), "{rates:?} a second");
    }
}

/// Of thirty-two connections wrk's rate times its mean latency makes fewer than twenty-six at the
/// server that does next to nothing, ours and oha's nearly all; where the server is the limit all
/// of them make thirty-two.
fn wrk_leaves_out_its_own_time(runs: &Runs) {
    let inside = |rest: &str| of(runs, &format!("{rest}.rate-times-mean"));
    if can_weigh(runs) {
        assert!(inside("hello-by-wrk.hello") < 26.0, "{}", inside("hello-by-wrk.hello"));
        for by in ["ours", "oha"] {
            assert!(inside(&format!("hello-by-{by}.hello")) > 30.0, "{by}");
        }
    }
    for by in ["ours", "oha", "wrk"] {
        let inside = inside(&format!("busy-by-{by}.busy"));
        let least = if is_idle(runs, "chap5.busy-by-ours.busy") { 31.0 } else { 16.0 };
        assert!((least..33.0).contains(&inside), "{by}: {inside}");
    }
}

/// Our generator sends at least as many requests from one core as oha.
fn ours_keeps_up_with_oha(runs: &Runs) {
    if can_weigh(runs) {
        let rate = |by: &str| of(runs, &format!("hello-by-{by}.hello.throughput"));
        assert!(rate("ours") >= rate("oha"), "{} and {}", rate("ours"), rate("oha"));
    }
}

/// Flask's own server, gunicorn with its workers and FastAPI's def answer ten, five at a time, in
/// two waits, as every async server does.
fn sync_is_not_one_at_a_time(runs: &Runs) {
    for case in ["flask", "gunicorn", "fastapi-def", "fastapi-async", "rouille", "axum", "hyper"] {
        takes(runs, &format!("waiting-10.{case}"), 2.0);
    }
}

/// Flask without threads and gunicorn with one worker take ten waits.
fn one_worker_is_one_at_a_time(runs: &Runs) {
    takes(runs, "waiting-10.flask-1", 10.0);
    takes(runs, "waiting-10.gunicorn-1", 10.0);
}

/// FastAPI's async def that blocks takes ten waits as well.
fn blocking_in_async_is_one_at_a_time(runs: &Runs) {
    takes(runs, "waiting-10.fastapi-blocking", 10.0);
}

/// A hundred at once take three waits on FastAPI's forty threads.
fn forty_threads_take_three_waits_for_a_hundred(runs: &Runs) {
    takes(runs, "waiting-100.fastapi-def", 3.0);
}

/// A hundred at once take one wait where handlers await, and where each has a thread.
fn async_takes_one_wait_for_a_hundred(runs: &Runs) {
    for case in ["fastapi-async", "axum", "hyper", "rouille"] {
        let series = format!("waiting-100.{case}");
        let waits = of(runs, &format!("{series}.waits"));
        let most = if is_idle(runs, &format!("chap5.{series}")) { 1.3 } else { 2.5 };
        assert!((1.0..most).contains(&waits), "{series}: {waits} waits");
    }
}

/// Where FastAPI may start two hundred threads, a hundred at once take one wait.
fn two_hundred_threads_take_one_wait_for_a_hundred(runs: &Runs) {
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
fn five_workers_of_eight_threads_are_not_forty(runs: &Runs) {
    let waits = |case: &str| of(runs, &format!("waiting-100.{case}.waits"));
    let (apart, together) = (waits("gunicorn-threads"), waits("fastapi-def"));
    assert!(apart > together && apart < 13.5, "{apart} and {together} waits");
    assert!(apart > 3.9 || !is_idle(runs, "chap5.waiting-100.gunicorn-threads"), "{apart} waits");
    // Still less than where each worker has one thread.
    assert!(apart < 0.7 * waits("gunicorn"), "{apart} of {} waits", waits("gunicorn"));
}

/// Workers that go on with others meanwhile answer a hundred at once in one wait: gevent's under
/// Flask, and Uvicorn's, under gunicorn and its own.
fn workers_that_switch_take_one_wait_for_a_hundred(runs: &Runs) {
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
fn a_thousand_at_once(runs: &Runs) {
    if !crate::with_full(runs, "chap5", "waiting-1000") {
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
fn the_same_framework_costs_less_async(runs: &Runs) {
    if is_linux("CPU time of a process") {
        let cpu = |case: &str| of(runs, &format!("hello-kept.{case}.cpu-per-request"));
        let ratio = cpu("fastapi-def") / cpu("fastapi-async");
        assert!(ratio > 1.35, "{ratio}");
    }
}

/// axum computes for a hello less than a fifth of what FastAPI's async def does.
fn rust_computes_less_for_a_hello(runs: &Runs) {
    if can_weigh(runs) {
        let cpu = |case: &str| of(runs, &format!("hello-kept.{case}.cpu-per-request"));
        assert!(cpu("axum") < cpu("fastapi-async") / 5.0);
    }
}

/// Rate times mean latency is thirty-two, as many as ask, at every server; but rouille may leave
/// connections standing, and then somebody of the warm-up was answered when all was over.
fn thirty_two_ask_and_thirty_two_are_counted(runs: &Runs) {
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

/// Two generators saw quick pages, and a third slow reports: the mean of their p99s is far from the
/// p99 of all requests.
fn percentiles_cannot_be_averaged(runs: &Runs) {
    let p99 = |of: &str| number(runs, &format!("chap5.three-generators.shop.{of}-p99"));
    let (averaged, added) = (p99("averaged"), p99("added"));
    let most = if is_idle(runs, "chap5.three-generators.shop") { 0.5 } else { 0.9 };
    assert!(averaged < most * added, "{averaged} and {added} µs");
}

/// The p99 of the added histograms is that of all latencies, sorted, to three digits.
fn histograms_can_be_added(runs: &Runs) {
    let p99 = |of: &str| number(runs, &format!("chap5.three-generators.shop.{of}-p99"));
    let error = p99("added") / p99("sorted");
    assert!((0.999..1.001).contains(&error), "{error} times as long");
}

/// Where eight connections are the limit, Locust and ours count as many answers, and their medians
/// differ by less than its rounding.
fn locust_agrees_where_the_server_is_the_limit(runs: &Runs) {
    let of = |by: &str, metric: &str| number(runs, &format!("chap5.eight-by-{by}.eight.{metric}"));
    let most = if is_idle(runs, "chap5.eight-by-ours.eight") { 1.1 } else { 1.5 };
    for metric in ["throughput", "p50"] {
        let times = of("locust", metric) / of("ours", metric);
        assert!((1.0 / most..most).contains(&times), "{metric}: {times} times");
    }
}

/// Locust's users ask again when they were answered: thirty-two of them are thirty-two inside.
fn locust_asks_in_a_closed_loop(runs: &Runs) {
    let inside = number(runs, "chap5.eight-by-locust.eight.rate-times-mean");
    let least = if is_idle(runs, "chap5.eight-by-locust.eight") { 29.0 } else { 20.0 };
    assert!((least..33.0).contains(&inside), "{inside} inside");
}

/// Of a server that does next to nothing ours gets at least twice as many answers, from one core each.
fn locust_is_at_its_limit_long_before_ours(runs: &Runs) {
    if !can_weigh(runs) {
        return;
    }
    let of = |by: &str| number(runs, &format!("chap5.hello-by-{by}.hello.throughput"));
    assert!(of("ours") > 2.0 * of("locust"), "{} and {}", of("ours"), of("locust"));
}
