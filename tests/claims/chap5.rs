//! Claims of chapter 5: what a generator shows and what it hides. Those about other people's
//! programs are held against the record always, and live where these are installed.

use std::sync::OnceLock;

use while_you_wait::views::names::Runs;

use crate::claims::number;

mod computing;
mod generators;
mod loops;
mod servers;

use computing::*;
use generators::*;
use loops::*;
use servers::*;

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
    a_thousand_wait_in_less_memory_in_rust,
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
    crate::claims::with_tools(&LIVE, "chap5", &WITH_TOOLS)
}

fn of(runs: &Runs, rest: &str) -> f64 {
    number(runs, &format!("chap5.{rest}"))
}

/// That many waits; another program's clock may round down to a hundredth.
fn takes(runs: &Runs, series: &str, waits: f64) {
    crate::claims::takes(runs, &format!("chap5.{series}"), waits, 0.99..1.02);
}
