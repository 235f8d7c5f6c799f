//! What would make each claim wrong: by claim, changes of its chapter's record.

use while_you_wait::record::Outcome;

use crate::change::{Change, handled, lost, number, slower, swap, times, untold, words, workers};

/// A claim, and what would make it wrong.
pub type Row = (&'static str, Change);

#[rustfmt::skip] // a table is read in rows
pub fn rows_1() -> Vec<Row> {
    vec![
        ("one_thread_takes_ten_waits", slower("ten.rouille-1", 1.1)),
        ("one_thread_takes_ten_waits", slower("ten.rouille-1", 0.9)),
        ("a_thread_each_takes_two_waits", slower("ten.rouille-threads", 1.1)),
        ("async_on_one_thread_takes_two_waits", swap("ten.axum", "ten.rouille-1")),
        ("one_thread_serves_one_at_a_time", swap("ten.axum", "ten.rouille-1")),
        ("all_of_them_at_one_moment", handled("many-1000.axum", 0.01)),
        ("all_of_them_at_one_moment", lost("many-100.rouille-threads", 1, Outcome::TimedOut)),
        ("a_sync_request_holds_a_thread", number("many-1000.rouille-threads", "threads-peak", 999.0)),
        ("an_async_request_holds_none", number("many-10000.axum", "threads-peak", 3.0)),
        ("one_thread_holds_everyone_for_one_wait", slower("many-1000.axum", 1.5)),
        ("resident_memory_does_not_decide", times("many-1000.rouille-threads", "rss-peak", 3.0)),
        ("threads_reserve_address_space", times("many-1000.rouille-threads", "address-space-peak", 0.3)),
        ("threads_take_more_in_all", times("many-1000.axum", "rss-peak", 1.6)),
        ("a_full_queue_costs_a_second", slower("backlog.axum", 0.2)),
        ("a_longer_queue_costs_none", swap("backlog.axum", "backlog.axum-4096")),
        ("a_longer_queue_costs_none", lost("backlog.axum-4096", 1, Outcome::Reset)),
        ("out_of_threads_is_out_of_service", words("too-many-threads.rouille-threads", "server-exit", "stopped")),
        ("out_of_threads_is_out_of_service", swap("too-many-threads.rouille-threads", "too-many-threads.axum")),
        ("the_same_room_is_enough_for_tasks", lost("too-many-threads.axum", 1, Outcome::Reset)),
        ("without_buffers_a_task_is_far_smaller", swap("bare-1000.bare-tasks", "bare-1000.bare-threads")),
        ("without_buffers_threads_take_far_more_in_all", swap("bare-10000.bare-tasks", "bare-10000.bare-threads")),
        ("without_buffers_threads_take_far_more_in_all", times("bare-1000.bare-threads", "page-tables-peak", 0.1)),
        ("the_framework_is_most_of_a_task", swap("bare-1000.bare-tasks", "bare-1000.bare-threads")),
        ("the_framework_is_most_of_a_task", lost("bare-1000.bare-tasks", 1, Outcome::Reset)),
    ]
}

#[rustfmt::skip]
pub fn rows_2() -> Vec<Row> {
    vec![
        ("two_awaits_in_a_row_add_up", swap("twice.sequential", "twice.joined")),
        ("joined_they_take_one_wait", swap("twice.joined", "twice.sequential")),
        ("as_tasks_they_take_one_wait", swap("twice.spawned", "twice.sequential")),
        ("blocking_takes_as_long_as_one_thread_in_chapter_one", swap("trap.blocking-1", "trap.await")),
        ("blocking_takes_as_long_as_one_thread_in_chapter_one", swap("trap.blocking-1", "trap.blocking-2")),
        ("two_threads_halve_it", slower("trap.blocking-2", 1.5)),
        ("two_threads_halve_it", slower("trap.blocking-1", 0.4)),
        ("two_threads_halve_it", slower("trap.await", 2.0)),
        ("awaiting_takes_two_waits", swap("trap.await", "trap.blocking-2")),
        ("blocking_elsewhere_takes_two_waits", swap("trap.spawn-blocking", "trap.blocking-2")),
        ("blocking_elsewhere_costs_a_thread_each", swap("trap.spawn-blocking", "trap.await")),
        ("blocking_elsewhere_costs_a_thread_each", number("waves.await", "threads-peak", 3.0)),
        ("a_health_check_waits_behind_a_blocking_call", swap("health.blocking-1", "health.await")),
        ("a_health_check_passes_an_await", swap("health.await", "health.blocking-1")),
        ("a_hundred_on_forty_threads_take_three_waits", swap("waves.pool-40", "waves.await")),
        ("a_hundred_on_forty_threads_take_three_waits", lost("waves.pool-40", 1, Outcome::TimedOut)),
        ("a_hundred_with_a_thread_each_take_one_wait", swap("waves.spawn-blocking", "waves.pool-40")),
        ("the_pool_never_grows_past_forty", number("waves.pool-40", "threads-peak", 43.0)),
        ("a_hang_up_drops_the_handler_at_its_await", swap("hang-up.await", "hang-up.blocking-1")),
        ("a_hang_up_drops_the_handler_at_its_await", number("hang-up.await", "handlers-dropped", 4.0)),
        ("a_hang_up_drops_the_handler_at_its_await", number("hang-up.await", "work-finished", 1.0)),
        ("blocking_work_runs_to_its_end", number("hang-up.spawn-blocking", "work-finished", 4.0)),
        ("a_blocked_thread_never_learns_of_a_hang_up", number("hang-up.blocking-1", "handlers-dropped", 1.0)),
        ("a_blocked_thread_never_learns_of_a_hang_up", number("hang-up.blocking-1", "work-finished", 0.0)),
        ("a_lock_held_while_waiting_lets_in_one_at_a_time", swap("lock.locked", "lock.short-lock")),
        ("a_lock_held_while_waiting_lets_in_one_at_a_time", handled("lock.locked", 2.0)),
        ("a_short_lock_costs_nothing", swap("lock.short-lock", "lock.locked")),
        ("a_held_lock_leaves_the_thread_free", swap("which-one.server-a", "which-one.server-b")),
        ("one_formula_fits_every_run", slower("waves.pool-40", 1.3)),
        ("one_formula_fits_every_run", slower("which-one.server-a", 0.9)),
    ]
}

#[rustfmt::skip]
pub fn rows_3() -> Vec<Row> {
    vec![
        ("one_thread_serves_ten_in_two_waits", slower("ten.our-runtime", 1.1)),
        ("one_thread_serves_ten_in_two_waits", workers("ten.our-runtime", 2)),
        ("our_runtime_keeps_up_with_tokio_where_all_wait", slower("many-1000.our-runtime", 1.5)),
        ("our_runtime_keeps_up_with_tokio_where_all_wait", times("hello.our-runtime", "cpu", 2.0)),
        ("waiting_costs_next_to_no_cpu", number("ten.our-runtime", "cpu", 60_000.0)),
        ("a_thousand_wait_at_one_moment_on_one_thread", handled("many-1000.our-runtime", 0.01)),
        ("a_thousand_wait_at_one_moment_on_one_thread", number("many-1000.our-runtime", "threads-peak", 3.0)),
        ("a_thousand_wait_at_one_moment_on_one_thread", workers("many-1000.tokio-1", 2)),
        ("what_lives_across_an_await_lives_in_the_future", number("trace.traced", "keeps-a-buffer", 1023.0)),
        ("what_lives_across_an_await_lives_in_the_future", number("trace.traced", "lets-go-of-it", 1064.0)),
        ("what_lives_across_an_await_lives_in_the_future", times("trace.traced", "two-sleeps-async", 2.0)),
        ("a_waiting_task_is_small_beside_a_threads_stack", number("trace.traced", "task-future", 4096.0)),
        ("a_waiting_task_is_small_beside_a_threads_stack", times("many-1000.our-runtime", "rss-peak", 2.0)),
        ("no_poll_without_a_wake", untold("trace.traced", "task ", "woken")),
        ("no_poll_without_a_wake", untold("trace.traced", "task ", "polled")),
        ("a_task_that_never_yields_starves_the_rest", swap("starve.greedy", "starve.yielding")),
        ("yielding_mends_it", slower("starve.yielding", 1.2)),
    ]
}

#[rustfmt::skip]
pub fn rows_4() -> Vec<Row> {
    vec![
        ("a_server_by_hand_takes_a_body_for_a_request", words("adds.tcp", "body-nobody-reads", "200, closed")),
        ("a_server_by_hand_takes_a_body_for_a_request", words("adds.hyper", "body-nobody-reads", "200, then 404")),
        ("hyper_speaks_http", words("adds.hyper", "body-in-chunks", "closed")),
        ("hyper_speaks_http", words("adds-sync.rouille", "bad-request-line", "404")),
        ("a_header_has_a_limit", words("adds.tower", "huge-header", "200")),
        ("a_header_has_a_limit", words("adds.tcp", "huge-header", "431, closed")),
        ("only_a_timer_ends_a_silent_head", words("adds.hyper", "stalls-in-the-head", "silence")),
        ("only_a_timer_ends_a_silent_head", words("adds.axum", "stalls-in-the-head", "closed")),
        ("only_a_timeout_ends_a_silent_body", swap("adds.tower", "adds.hyper")),
        ("a_panic_becomes_an_answer", swap("adds.tower", "adds.hyper")),
        ("four_panics_are_the_end_of_four_threads", words("adds-sync.tiny-http", "after-ten-panics", "200")),
        ("four_panics_are_the_end_of_four_threads", words("adds.tcp", "after-ten-panics", "refused")),
        ("routes_know_methods", swap("adds.axum", "adds.tower")),
        ("extractors_refuse_bad_json", swap("adds.axum", "adds.tower")),
        ("a_limit_makes_others_wait", swap("limit.hyper", "limit.tower")),
        ("a_limit_makes_others_wait", slower("limit.tower", 1.5)),
        ("a_limit_makes_others_wait", lost("limit.tower", 1, Outcome::Status(503))),
        ("a_thread_each_serves_all_who_stay", number("held-open.std-threads", "answered", 99.0)),
        ("a_thread_each_serves_all_who_stay", number("held-open.tiny-http", "answered", 100.0)),
        ("layers_cost_less_than_a_connection", times("keep-alive.axum", "cpu", 10.0)),
        ("layers_cost_less_than_a_connection", times("keep-alive.tower", "cpu", 0.5)),
        ("a_thread_costs_more_than_a_task", times("one-each.std-threads", "cpu", 0.3)),
        ("every_runtime_answers_all", lost("runtimes.hyper-ours", 1, Outcome::Reset)),
        ("binding_anew_refuses_clients", swap("replaced.restart", "replaced.reload")),
        ("a_killed_server_loses_what_was_under_way", swap("replaced.kill", "replaced.reload")),
        ("a_killed_server_loses_what_was_under_way", lost("replaced.kill", 1, Outcome::Refused)),
        ("a_reload_loses_nothing", lost("replaced.reload", 1, Outcome::Reset)),
        ("it_was_another_server_each_time", workers("replaced.reload", 2)),
        ("haste_cuts_off_who_is_slow_to_ask", number("slow-to-ask.hasty", "cut-off", 0.0)),
        ("haste_cuts_off_who_is_slow_to_ask", number("slow-to-ask.reload", "cut-off", 90.0)),
    ]
}

#[rustfmt::skip]
pub fn rows_5() -> Vec<Row> {
    vec![
        ("ours_asks_five_at_once", slower("ten.watched", 1.1)),
        ("ours_asks_five_at_once", untold("ten.watched", "", "answered")),
        ("both_loops_agree_where_nothing_stalls", slower("open.steady", 1.2)),
        ("a_closed_loop_overlooks_the_stalls", swap("closed.stalling", "open.stalling")),
        ("a_closed_loop_overlooks_the_stalls", swap("open.stalling", "open.steady")),
        ("an_open_loop_sees_the_stalls", swap("open.stalling", "closed.stalling")),
        ("both_loops_have_seen_the_longest_wait", slower("open.stalling", 1.2)),
        ("both_loops_have_seen_the_longest_wait", slower("closed.stalling", 0.9)),
        ("the_mean_is_nobodys_latency", swap("open.stalling", "open.steady")),
        ("below_the_knee_all_is_well", swap("offered-100.eight", "offered-380.eight")),
        ("above_the_knee_the_queue_grows", slower("offered-550.eight", 0.1)),
        ("above_the_knee_the_queue_grows", swap("offered-550.eight", "offered-340.eight")),
        ("above_the_knee_the_queue_grows", swap("offered-360.eight", "offered-450.eight")),
        ("the_server_and_littles_law_agree", times("little.eight", "seen-inside", 1.2)),
        ("the_server_and_littles_law_agree", slower("little.eight", 1.2)),
        ("computing_inline_makes_everybody_wait", swap("computing.cpu-inline", "computing.cpu-pool")),
        ("a_pool_leaves_the_thread_free", swap("computing.cpu-pool", "computing.cpu-inline")),
        ("a_thread_each_shares_the_cores", swap("computing.cpu-threads", "computing.cpu-rouille")),
        ("nobody_computes_less", times("computing.cpu-threads", "cpu", 0.7)),

        ("ab_asks_once_before_it_asks_five", swap("ten-by-ab.watched", "ten-by-oha.watched")),
        ("ab_asks_once_before_it_asks_five", slower("ten-by-ab.watched", 0.7)),
        ("oha_asks_five_at_once", swap("ten-by-oha.watched", "ten-by-ab.watched")),
        ("the_tutorials_two_finish_together", slower("tutorial.fastapi-async", 0.7)),
        ("generators_agree_where_the_server_is_the_limit", slower("busy-by-wrk.busy", 1.2)),
        ("generators_differ_where_they_are_the_limit", times("hello-by-ours.hello", "cpu", 1.4)),
        ("generators_differ_where_they_are_the_limit", times("hello-by-ab.hello", "throughput", 0.6)),
        ("wrk_leaves_out_its_own_time", times("hello-by-wrk.hello", "mean", 1.6)),
        ("wrk_leaves_out_its_own_time", slower("hello-by-ours.hello", 0.8)),
        ("ours_keeps_up_with_oha", times("hello-by-oha.hello", "throughput", 2.0)),
        ("sync_is_not_one_at_a_time", slower("waiting-10.gunicorn", 1.2)),
        ("sync_is_not_one_at_a_time", swap("waiting-10.fastapi-def", "waiting-10.fastapi-blocking")),
        ("one_worker_is_one_at_a_time", swap("waiting-10.flask-1", "waiting-10.flask")),
        ("one_worker_is_one_at_a_time", swap("waiting-10.gunicorn-1", "waiting-10.gunicorn")),
        ("blocking_in_async_is_one_at_a_time", swap("waiting-10.fastapi-blocking", "waiting-10.fastapi-async")),
        ("forty_threads_take_three_waits_for_a_hundred", swap("waiting-100.fastapi-def", "waiting-100.fastapi-async")),
        ("async_takes_one_wait_for_a_hundred", swap("waiting-100.fastapi-async", "waiting-100.fastapi-def")),
        ("a_thousand_at_once", slower("waiting-1000.fastapi-async", 3.0)),
        ("a_thousand_at_once", lost("waiting-1000.axum", 1, Outcome::TimedOut)),
        ("a_thousand_at_once", swap("waiting-1000.gunicorn", "waiting-1000.hyper")),
        ("the_same_framework_costs_less_async", swap("hello-kept.fastapi-def", "hello-kept.fastapi-async")),
        ("rust_computes_less_for_a_hello", times("hello-kept.axum", "cpu", 20.0)),
        ("thirty_two_ask_and_thirty_two_are_counted", slower("hello-kept.flask", 0.8)),
        ("thirty_two_ask_and_thirty_two_are_counted", slower("hello-kept.rouille", 0.3)),
        ("two_hundred_threads_take_one_wait_for_a_hundred", swap("waiting-100.fastapi-def-200", "waiting-100.fastapi-def")),
        ("five_workers_of_eight_threads_are_not_forty", swap("waiting-100.gunicorn-threads", "waiting-100.fastapi-def")),
        ("five_workers_of_eight_threads_are_not_forty", swap("waiting-100.gunicorn-threads", "waiting-100.gunicorn")),
        ("workers_that_switch_take_one_wait_for_a_hundred", swap("waiting-100.gunicorn-gevent", "waiting-100.gunicorn-threads")),
        ("workers_that_switch_take_one_wait_for_a_hundred", lost("waiting-100.uvicorn-workers", 1, Outcome::TimedOut)),
        ("pythons_threads_compute_one_at_a_time", swap("computing-in-python.python-threads", "computing-in-python.python-processes")),
        ("pythons_processes_compute_on_every_core", swap("computing-in-python.python-threads", "computing-in-python.python-processes")),
        ("c_lets_others_compute", swap("computing-in-python.python-hashlib", "computing-in-python.python-threads")),
        ("a_health_check_waits_for_pythons_lock", swap("computing-in-python.python-threads", "computing-in-python.python-processes")),
        ("without_its_client_a_handler_runs_on", number("leaving.left-async", "work-finished", 4.0)),
        ("without_its_client_a_stream_stops", number("leaving.left-stream", "handlers-dropped", 4.0)),
    ]
}

#[rustfmt::skip]
pub fn rows_6() -> Vec<Row> {
    vec![
        ("the_first_word_comes_long_before_the_last", swap("first-token.streaming", "first-token.buffered")),
        ("whole_at_the_end_is_nothing_until_the_end", swap("first-token.streaming", "first-token.buffered")),
        ("the_whole_takes_as_long_either_way", slower("first-token.buffered", 1.3)),
        ("three_hundred_are_open_at_one_moment", lost("crowd-300.crowd", 1, Outcome::CutShort)),
        ("every_event_of_a_crowd_comes", swap("crowd-300.crowd", "crowd-1000.crowd")),
        ("a_crowd_needs_four_threads", number("crowd-300.crowd", "threads-peak", 5.0)),
        ("a_closed_door_lets_more_be_answered", swap("overload.no-limit", "overload.limited")),
        ("who_is_let_in_keeps_the_pace", swap("overload.no-limit", "overload.limited")),
        ("who_is_refused_knows_it_at_once", lost("overload.limited", 5, Outcome::Status(503))),
        ("much_of_what_an_open_door_has_said_is_for_nobody", swap("overload.no-limit", "overload.limited")),
        ("who_leaves_before_a_word_stops_the_model", number("gone-before.limited", "model-finished", 1.0)),
        ("who_leaves_in_the_middle_stops_the_model", number("gone-talking.no-limit", "model-busy", 1.0)),
        ("who_leaves_in_the_middle_stops_the_model", number("gone-talking.limited", "model-begun", 4.0)),
        ("who_leaves_a_whole_answer_stops_the_model", number("gone-whole.limited", "model-cancelled", 3.0)),
        ("the_queue_before_the_model_is_seen_and_its_own_is_not", swap("gone-before.limited", "gone-before.no-limit")),
        ("every_rude_question_is_answered_right", words("rude.rude", "cut-in-the-middle", "\"stop\", one end")),
        ("every_rude_question_is_answered_right", words("rude.rude", "letters-in-pieces", "garbled")),
        ("a_gateway_adds_little", swap("adds-50.plain", "adds-50.model")),
    ]
}

#[rustfmt::skip]
pub fn rows_7() -> Vec<Row> {
    vec![
        ("a_query_in_an_async_handler_stops_everybody", swap("sqlite-waits.sqlite-inline", "sqlite-waits.sqlite-blocking")),
        ("four_connections_take_five_waits_for_twenty", slower("sqlite-waits.sqlite-threads", 1.3)),
        ("four_connections_take_five_waits_for_twenty", swap("sqlite-waits.sqlite-inline", "sqlite-waits.sqlite-blocking")),
        ("sqlite_has_one_writer_and_nobody_is_refused_who_waits", swap("writers-16.wal", "writers-16.wal-impatient")),
        ("who_waits_for_nobody_is_refused", swap("writers-16.wal", "writers-16.wal-impatient")),
        ("who_says_late_that_it_writes_is_refused", swap("writers-16.wal", "writers-16.wal-read-first")),
        ("a_log_is_faster_than_a_journal", swap("writers-1.wal", "writers-1.journal")),
        ("one_writer_keeps_the_slowest_close", swap("writers-16.wal", "writers-16.one-writer")),
        ("the_pool_decides_whoever_waits", slower("postgres-waits.postgres-async", 1.3)),
        ("async_makes_no_query_faster", slower("query.postgres-async", 4.0)),
        ("an_async_driver_computes_less", swap("many.postgres-async", "many.postgres-threads")),
        ("a_connection_is_dearer_than_a_query", number("connections.postgres", "to-ask", 1e6)),
        ("queries_that_wait_want_connections", swap("pool-waits.pool-1", "pool-waits.pool-2")),
        ("queries_that_compute_want_cores", swap("pool-computes.pool-1", "pool-waits.pool-1")),
        ("rate_times_time_held_is_connections_busy", times("pool-waits.pool-4", "connections-busy-mean", 1.3)),
        ("a_full_pool_makes_everybody_wait_their_share", swap("pool-waits.pool-1", "pool-waits.pool-2")),
        ("a_short_queue_answers_more", swap("overload.short-queue", "overload.for-ever")),
        ("who_is_refused_knows_it_at_once", lost("overload.short-queue", 25, Outcome::Status(503))),
        ("a_thread_works_for_those_who_left", swap("overload.for-ever-threads", "overload.short-queue")),
        ("leaving_the_queue_is_no_help_to_those_who_stay", swap("overload.for-ever", "overload.short-queue")),
        ("asking_again_keeps_a_storm_alive", swap("storm.for-ever-threads", "storm.short-queue")),
        ("a_short_queue_ends_a_storm", swap("storm.for-ever-threads", "storm.short-queue")),
        ("a_budget_ends_a_storm", number("storm.for-ever-threads", "budget-late", 5.0)),
        ("two_connections_for_one_request_stand_still", swap("two.two-for-ever", "two.one-lent")),
        ("one_lent_connection_is_enough", swap("two.two-for-ever", "two.one-lent")),
        ("a_transaction_kept_open_keeps_connections", swap("held-own-rows.held", "held-own-rows.let-go")),
        ("a_transaction_kept_open_keeps_a_lock", swap("held-one-row.held", "held-one-row.let-go")),
        ("who_only_reads_waits_as_well", swap("held-one-row.held", "held-one-row.let-go")),
        ("the_database_goes_on_without_its_client", words("hang-up.one-async", "the-query", "is ended")),
        ("a_cancelled_query_is_ended", swap("hang-up.one-async", "hang-up.one-cancels")),
        ("what_a_thread_has_begun_it_finishes", words("hang-up.one-fastapi-sync", "the-change", "rolled back")),
    ]
}
