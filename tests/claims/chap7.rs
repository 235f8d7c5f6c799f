//! Claims of chapter 7: who waits for whom before a database, and what is left when somebody goes.

use std::sync::OnceLock;

use while_you_wait::views::metrics;
use while_you_wait::views::names::Runs;

use crate::claims::{is_idle, number};

mod overload;
mod pools;
mod transactions;
mod waits;
mod writers;

use overload::*;
use pools::*;
use transactions::*;
use waits::*;
use writers::*;

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
