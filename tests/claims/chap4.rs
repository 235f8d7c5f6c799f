//! Claims of chapter 4. What a server answers is text and compared as such; what it costs is
//! compared only in a build that is optimised, where the recorded run was made.

use while_you_wait::views::names::{Name, Runs};

use crate::claims::{can_weigh, each, is_idle, number};

crate::claims!("chap4":
    a_server_by_hand_takes_a_body_for_a_request,
    hyper_speaks_http,
    a_header_has_a_limit,
    only_a_timer_ends_a_silent_head,
    only_a_timeout_ends_a_silent_body,
    a_panic_becomes_an_answer,
    four_panics_are_the_end_of_four_threads,
    routes_know_methods,
    extractors_refuse_bad_json,
    a_limit_makes_others_wait,
    a_thread_each_serves_all_who_stay,
    layers_cost_less_than_a_connection,
    a_thread_costs_more_than_a_task,
    every_runtime_answers_all,
    binding_anew_refuses_clients,
    a_killed_server_loses_what_was_under_way,
    a_reload_loses_nothing,
    it_was_another_server_each_time,
    haste_cuts_off_who_is_slow_to_ask,
);

const ASYNC: [&str; 4] = ["tcp", "hyper", "tower", "axum"];
const SYNC: [&str; 3] = ["std-threads", "tiny-http", "rouille"];

/// What that layer answered to that request.
fn cell(runs: &Runs, case: &str, request: &str) -> String {
    let experiment = if SYNC.contains(&case) { "adds-sync" } else { "adds" };
    let name: Name = format!("chap4.{experiment}.{case}.{request}").parse().unwrap();
    runs.measured(&name).unwrap_or_else(|why| panic!("{why}")).to_string()
}

fn all(runs: &Runs, cases: &[&str], request: &str, answer: &str) {
    for case in cases {
        assert_eq!(cell(runs, case, request), answer, "{case} on {request}");
    }
}

/// By hand, a body in chunks that nobody reads is answered as if it were the next request.
fn a_server_by_hand_takes_a_body_for_a_request(runs: &Runs) {
    all(runs, &["tcp", "std-threads"], "body-nobody-reads", "200, then 404");
    all(runs, &["tcp", "std-threads"], "body-in-chunks", "closed");
    all(runs, &["tcp", "std-threads"], "head-request", "200, then noise");
    // The same unread body over hyper ends the connection: nothing can be mistaken on it.
    all(runs, &["hyper", "tower"], "body-nobody-reads", "200, closed");
}

/// From hyper on up, chunks, HEAD, pipelining and 100-continue are answered as HTTP has them.
fn hyper_speaks_http(runs: &Runs) {
    let above = &ASYNC[1..];
    all(runs, above, "two-in-a-row", "200, 200");
    all(runs, above, "two-at-once", "200, 200");
    all(runs, above, "head-request", "200");
    all(runs, above, "body-with-a-length", "200");
    all(runs, above, "body-in-chunks", "200");
    all(runs, above, "expect-continue", "100, 200");
    all(runs, above, "bad-request-line", "400, closed");
    all(runs, &["tiny-http", "rouille"], "body-in-chunks", "200");
    all(runs, &["tiny-http", "rouille"], "bad-request-line", "400, closed");
}

/// hyper refuses a header of a million bytes; by hand and under tiny_http it is taken.
fn a_header_has_a_limit(runs: &Runs) {
    all(runs, &ASYNC[1..], "huge-header", "431, closed");
    all(runs, &["tcp"], "huge-header", "200");
    all(runs, &SYNC, "huge-header", "200");
}

/// A client that stops in the middle of its head is let go only where hyper was given a timer.
fn only_a_timer_ends_a_silent_head(runs: &Runs) {
    all(runs, &["hyper", "tower"], "stalls-in-the-head", "closed");
    // axum's own `serve` gives hyper none.
    all(runs, &["tcp", "axum"], "stalls-in-the-head", "silence");
    all(runs, &SYNC, "stalls-in-the-head", "silence");
}

/// A client that stops in the middle of its body is answered where a layer has a timeout.
fn only_a_timeout_ends_a_silent_body(runs: &Runs) {
    all(runs, &["tower", "axum"], "stalls-in-the-body", "408, closed");
    all(runs, &["tcp", "hyper"], "stalls-in-the-body", "silence");
    all(runs, &SYNC, "stalls-in-the-body", "silence");
}

/// Without a layer for it a panic costs the client its connection; with one it is a 500.
fn a_panic_becomes_an_answer(runs: &Runs) {
    all(runs, &["tcp", "hyper", "std-threads"], "panic", "closed");
    all(runs, &["tower", "axum", "tiny-http", "rouille"], "panic", "500");
}

/// Ten panics end a server of four threads, and no other one.
fn four_panics_are_the_end_of_four_threads(runs: &Runs) {
    all(runs, &ASYNC, "after-ten-panics", "200");
    all(runs, &["std-threads", "rouille"], "after-ten-panics", "200");
    all(runs, &["tiny-http"], "after-ten-panics", "refused");
}

/// Only axum says that a path exists and a method does not.
fn routes_know_methods(runs: &Runs) {
    all(runs, &["axum"], "wrong-method", "405");
    all(runs, &["tcp", "hyper", "tower", "std-threads", "tiny-http"], "wrong-method", "200");
    all(runs, &["rouille"], "wrong-method", "404");
}

/// JSON that is none is a 400 where an extractor reads it. Where `?` meets it the connection is
/// lost, but for tiny_http, which answers 500 for a request that was dropped.
fn extractors_refuse_bad_json(runs: &Runs) {
    all(runs, &["axum", "rouille"], "bad-json", "400");
    all(runs, &["tcp", "hyper", "tower", "std-threads"], "bad-json", "closed");
    all(runs, &["tiny-http"], "bad-json", "500");
}

/// A hundred at once are served in one wait, and in two where sixty-four at a time are let in.
fn a_limit_makes_others_wait(runs: &Runs) {
    for (case, turns, busy) in [("hyper", 1.0, 8.0), ("tower", 2.0, 8.0)] {
        let waits = number(runs, &format!("chap4.limit.{case}.waits"));
        let idle = is_idle(runs, &format!("chap4.limit.{case}"));
        assert!((turns..if idle { 1.1 * turns } else { busy }).contains(&waits), "{waits} waits");
        assert_eq!(each(runs, &format!("chap4.limit.{case}.ok")), [100.0], "{case}");
    }
}

/// With a thread or a task for each, a hundred clients who stay are all answered; tiny_http leaves
/// some of them waiting, and often rouille does.
fn a_thread_each_serves_all_who_stay(runs: &Runs) {
    let answered = |case: &str| each(runs, &format!("chap4.held-open.{case}.answered"));
    for all in ["std-threads", "axum"] {
        assert!(answered(all).iter().all(|n| *n == 100.0), "{all}: {:?}", answered(all));
    }
    // A race, and now and then nobody loses it: one run alone can show that nobody waits.
    let repeats = answered("tiny-http");
    assert!(repeats.len() == 1 || repeats.iter().any(|n| *n < 100.0), "{repeats:?}");
    if is_idle(runs, "chap4.held-open.tiny-http") {
        assert!(repeats.iter().all(|n| *n < 100.0), "{repeats:?}");
        let repeats = answered("rouille");
        let losing = repeats.iter().filter(|n| **n < 100.0).count();
        assert!(2 * losing > repeats.len() && losing < repeats.len(), "{repeats:?}");
    }
}

fn cpu(runs: &Runs, experiment: &str, case: &str) -> f64 {
    number(runs, &format!("chap4.{experiment}.{case}.cpu-per-request"))
}

/// All layers together cost less than a new connection does.
fn layers_cost_less_than_a_connection(runs: &Runs) {
    if !can_weigh(runs) {
        return;
    }
    let connection = cpu(runs, "one-each", "tcp") - cpu(runs, "keep-alive", "tcp");
    for case in ["hyper", "tower", "axum"] {
        let layers = cpu(runs, "keep-alive", case) - cpu(runs, "keep-alive", "tcp");
        assert!(layers > 0.0 && layers < connection, "{case}: {layers} µs and {connection} µs");
    }
}

/// The same HTTP by hand costs more with a thread for each connection than with a task.
fn a_thread_costs_more_than_a_task(runs: &Runs) {
    if can_weigh(runs) {
        let (thread, task) = (cpu(runs, "one-each", "std-threads"), cpu(runs, "one-each", "tcp"));
        assert!(thread > 1.2 * task, "{thread} µs and {task} µs");
    }
}

/// hyper answers every request on tokio with one thread, with many, and on chapter 3's runtime.
fn every_runtime_answers_all(runs: &Runs) {
    for case in ["hyper", "hyper-all-cores", "hyper-ours"] {
        let series = format!("chap4.runtimes.{case}");
        let run = runs.median_run(&series.parse().unwrap()).unwrap_or_else(|why| panic!("{why}"));
        let asked = f64::from(run.header.load.requests);
        let answered = each(runs, &format!("{series}.ok"));
        assert!(answered.iter().all(|ok| *ok == asked), "{series}: {answered:?} of {asked}");
    }
}

fn replaced(runs: &Runs, case: &str, metric: &str) -> f64 {
    number(runs, &format!("chap4.replaced.{case}.{metric}"))
}

/// Where each generation binds for itself, clients who come in between are refused.
fn binding_anew_refuses_clients(runs: &Runs) {
    if cfg!(unix) {
        assert!(replaced(runs, "restart", "refused") > 0.0);
    }
}

/// A server that is killed loses what was under way, though its socket stays: nobody is refused.
fn a_killed_server_loses_what_was_under_way(runs: &Runs) {
    if cfg!(unix) {
        assert!(replaced(runs, "kill", "reset") > 0.0);
        assert_eq!(replaced(runs, "kill", "refused"), 0.0);
    }
}

/// A server that keeps its socket, shuts its door and then finishes loses no request.
fn a_reload_loses_nothing(runs: &Runs) {
    if cfg!(unix) {
        for (metric, count) in [("requests", 200.0), ("ok", 200.0), ("failed", 0.0)] {
            let counted = each(runs, &format!("chap4.replaced.reload.{metric}"));
            assert!(counted.iter().all(|n| *n == count), "{metric}: {counted:?}");
        }
    }
}

/// The two hundred were answered by several processes, one after another.
fn it_was_another_server_each_time(runs: &Runs) {
    if cfg!(unix) {
        assert!(replaced(runs, "reload", "workers") >= 3.0);
    }
}

/// Clients who are slow to ask are cut off where a server ends in a hurry, and fewer of them, or
/// none, where it shuts its door first.
fn haste_cuts_off_who_is_slow_to_ask(runs: &Runs) {
    if cfg!(unix) {
        let cut_off = |case: &str| number(runs, &format!("chap4.slow-to-ask.{case}.cut-off"));
        assert!(cut_off("hasty") > 0.0);
        assert!(cut_off("reload") < cut_off("hasty"));
    }
}
