//! Claims of chapter 1. A wait is the handler's own; whatever comes on top of a whole number of
//! waits is the cost of asking, and of a busy machine.

use while_you_wait::record::Sample;
use while_you_wait::views::names::Runs;

use crate::claims::{at_one_moment, is_idle, is_linux, now, number, slack, takes, with_full};

crate::claims!("chap1":
    one_thread_takes_ten_waits,
    a_thread_each_takes_two_waits,
    async_on_one_thread_takes_two_waits,
    one_thread_serves_one_at_a_time,
    all_of_them_at_one_moment,
    a_sync_request_holds_a_thread,
    an_async_request_holds_none,
    one_thread_holds_everyone_for_one_wait,
    resident_memory_does_not_decide,
    threads_reserve_address_space,
    threads_take_more_in_all,
    without_buffers_a_task_is_far_smaller,
    without_buffers_threads_take_far_more_in_all,
    the_framework_is_most_of_a_task,
    a_full_queue_costs_a_second,
    a_longer_queue_costs_none,
    out_of_threads_is_out_of_service,
    the_same_room_is_enough_for_tasks,
);

/// One thread answers ten requests in ten waits, however many are asked at a time.
fn one_thread_takes_ten_waits(runs: &Runs) {
    takes(runs, "chap1.ten.rouille-1", 10.0, 1.0..1.0);
}

/// A thread for every request answers ten, five at a time, in two waits.
fn a_thread_each_takes_two_waits(runs: &Runs) {
    takes(runs, "chap1.ten.rouille-threads", 2.0, 1.0..1.0);
}

/// One async thread answers ten, five at a time, in two waits.
fn async_on_one_thread_takes_two_waits(runs: &Runs) {
    takes(runs, "chap1.ten.axum", 2.0, 1.0..1.0);
}

/// With one thread no two requests are ever served at once; with five lanes the others serve five.
fn one_thread_serves_one_at_a_time(runs: &Runs) {
    let served = |case: &str| number(runs, &format!("chap1.ten.{case}.peak-in-service"));
    // The next one may begin before the answer of the one before has arrived.
    let most = if is_idle(runs, "chap1.ten.rouille-1") { 1.0 } else { 2.0 };
    assert!((1.0..=most).contains(&served("rouille-1")), "{}", served("rouille-1"));
    assert_eq!(served("rouille-threads"), 5.0);
    assert_eq!(served("axum"), 5.0);
}

/// The experiments in which N requests are served at once, as far as this record has them.
fn many_with_full(runs: &Runs) -> Vec<(f64, String)> {
    let known = |n: &u32| with_full(runs, "chap1", &format!("many-{n}"));
    let sizes = [100, 1_000, 10_000].into_iter().filter(known);
    sizes.map(|n| (f64::from(n), format!("chap1.many-{n}"))).collect()
}

/// There was a moment when all N were in their handlers, and in the end all were answered.
fn all_of_them_at_one_moment(runs: &Runs) {
    for (n, experiment) in many_with_full(runs) {
        for case in ["rouille-threads", "axum"] {
            let series = format!("{experiment}.{case}");
            let number = |metric: &str| number(runs, &format!("{series}.{metric}"));
            let least = at_one_moment(runs, &series, n);
            assert!(number("peak-in-service") >= least, "{series}: {}", number("peak-in-service"));
            assert_eq!(number("ok"), n, "{series}");
        }
    }
}

/// Where every request has a thread, N requests in their handlers are at least N threads.
fn a_sync_request_holds_a_thread(runs: &Runs) {
    if is_linux("threads of a process") {
        for (n, experiment) in many_with_full(runs) {
            let series = format!("{experiment}.rouille-threads");
            let threads = number(runs, &format!("{series}.threads-peak"));
            let least = at_one_moment(runs, &series, n);
            assert!(threads >= least, "{series}: {threads} threads for {n} requests");
        }
    }
}

/// The async server adds no thread, however many requests are in their handlers.
fn an_async_request_holds_none(runs: &Runs) {
    if is_linux("threads of a process") {
        for (_, experiment) in many_with_full(runs) {
            assert_eq!(number(runs, &format!("{experiment}.axum.threads-added")), 0.0);
        }
    }
}

/// One async thread answers all of them in the time it takes to open them and one wait.
fn one_thread_holds_everyone_for_one_wait(runs: &Runs) {
    for (_, experiment) in many_with_full(runs) {
        let series = format!("{experiment}.axum");
        let total = number(runs, &format!("{series}.total"));
        let run = runs.median_run(&series.parse().unwrap()).unwrap();
        let (ramp, wait) = (run.header.load.ramp_us as f64, run.header.delay_us as f64);
        // Ten thousand connections are work too: a fifth of a wait is allowed for it.
        let mut most = ramp + (1.2 + slack(runs, &series)) * wait;
        if !is_idle(runs, &series) {
            most += 1e6; // for a connection that was dropped and came back: see `at_one_moment`
        }
        assert!((wait..most).contains(&total), "{experiment}: {total} µs");
    }
}

/// Resident memory does not tell the two apart: neither takes twice as much as the other.
fn resident_memory_does_not_decide(runs: &Runs) {
    if is_linux("memory of a process") {
        for (_, experiment) in many_with_full(runs) {
            let rss = |case: &str| number(runs, &format!("{experiment}.{case}.rss-peak"));
            let ratio = rss("rouille-threads") / rss("axum");
            assert!((0.5..2.0).contains(&ratio), "{experiment}: {ratio}");
        }
    }
}

/// A thousand threads reserve at least ten times the address space of a thousand tasks.
fn threads_reserve_address_space(runs: &Runs) {
    if is_linux("memory of a process") {
        let space =
            |case: &str| number(runs, &format!("chap1.many-1000.{case}.address-space-peak"));
        let ratio = space("rouille-threads") / space("axum");
        assert!(ratio > 10.0, "{ratio}");
    }
}

/// With kernel stacks and page tables counted in, threads take more memory than tasks, from a
/// thousand on: by at least a fifth.
fn threads_take_more_in_all(runs: &Runs) {
    if is_linux("memory of a process") {
        for (_, experiment) in many_with_full(runs).into_iter().filter(|(n, _)| *n >= 1_000.0) {
            let all = |case: &str| number(runs, &format!("{experiment}.{case}.memory-peak"));
            let ratio = all("rouille-threads") / all("axum");
            // Fewer threads at one moment, where the machine is busy, are less memory.
            let idle = is_idle(runs, &format!("{experiment}.rouille-threads"));
            assert!(ratio > if idle { 1.2 } else { 1.0 }, "{experiment}: {ratio}");
        }
    }
}

/// The experiments with the same work on a thread and in a task, and no framework; each with the one
/// that has frameworks.
fn bare(runs: &Runs) -> Vec<(f64, String, String)> {
    let known = |n: &u32| runs.cases("chap1", &format!("bare-{n}")).is_ok();
    let named = |n| (f64::from(n), format!("chap1.bare-{n}"), format!("chap1.many-{n}"));
    let found: Vec<_> = [1_000, 10_000].into_iter().filter(known).map(named).collect();
    assert!(!found.is_empty(), "nothing was asked without a framework");
    for (n, bare, _) in &found {
        for case in ["bare-threads", "bare-tasks"] {
            let series = format!("{bare}.{case}");
            let number = |metric: &str| number(runs, &format!("{series}.{metric}"));
            assert_eq!(number("ok"), *n, "{series}");
            assert!(number("peak-in-service") >= at_one_moment(runs, &series, *n), "{series}");
        }
    }
    found
}

/// Without a framework's buffers, a request in a task takes at most a fifth of the resident memory
/// of one on a thread.
fn without_buffers_a_task_is_far_smaller(runs: &Runs) {
    if is_linux("memory of a process") {
        for (_, bare, _) in bare(runs) {
            let rss = |case: &str| number(runs, &format!("{bare}.{case}.rss-per-request"));
            let ratio = rss("bare-threads") / rss("bare-tasks");
            let idle = is_idle(runs, &format!("{bare}.bare-threads"));
            assert!(ratio > if idle { 5.0 } else { 3.0 }, "{bare}: {ratio}");
        }
    }
}

/// With kernel stacks and page tables counted in, the threads take at least five times as much
/// memory as the tasks at a thousand, twelve times at ten thousand: the less the process itself
/// weighs beside them, the more. Of both the threads have at least ten times as much.
fn without_buffers_threads_take_far_more_in_all(runs: &Runs) {
    if is_linux("memory of a process") {
        for (n, bare, _) in bare(runs) {
            let times = |metric: &str| {
                let of = |case: &str| number(runs, &format!("{bare}.{case}.{metric}"));
                of("bare-threads") / of("bare-tasks")
            };
            // Fewer threads at one moment, where the machine is busy, are less memory.
            let idle = is_idle(runs, &format!("{bare}.bare-threads"));
            let least = if idle { if n > 1_000.0 { 12.0 } else { 5.0 } } else { 2.0 };
            assert!(times("memory-peak") > least, "{bare}: {}", times("memory-peak"));
            for part in ["page-tables-peak", "kernel-stacks-peak"] {
                assert!(times(part) > 10.0, "{bare}: {part} {}", times(part));
            }
        }
    }
}

/// Of what a request on axum takes, at least four fifths are the framework's: on a thread it is
/// less than a half.
fn the_framework_is_most_of_a_task(runs: &Runs) {
    if is_linux("memory of a process") {
        for (_, bare, many) in bare(runs) {
            let rss = |series: String| number(runs, &format!("{series}.rss-per-request"));
            let task = rss(format!("{bare}.bare-tasks")) / rss(format!("{many}.axum"));
            let thread =
                rss(format!("{bare}.bare-threads")) / rss(format!("{many}.rouille-threads"));
            assert!(task < 0.2, "{bare}: {task} of a task");
            // Where nothing is optimised, what rouille calls goes deeper into the stack.
            let idle = is_idle(runs, &format!("{bare}.bare-threads"));
            assert!(thread > if idle { 0.5 } else { 0.2 }, "{bare}: {thread} of a thread");
        }
    }
}

/// How long the unluckiest client of a thousand queued, the handler's own time taken off.
fn longest_queue(runs: &Runs, case: &str) -> f64 {
    number(runs, &format!("chap1.backlog.{case}.queueing-max"))
}

/// A thousand connections in one instant overflow the default queue, and whoever is dropped comes
/// back after a second. (Linux's own second, and not ours: so it may be named here.)
fn a_full_queue_costs_a_second(runs: &Runs) {
    if is_linux("other systems treat a full queue in other ways") {
        let mut longest = longest_queue(runs, "axum");
        // On a busy machine the thousand may come too slowly to fill the queue, and then come again.
        for _ in 0..2 {
            if longest > 900_000.0 || is_idle(runs, "chap1.backlog.axum") {
                break;
            }
            let again = now::run("chap1", &["backlog"]).unwrap_or_else(|why| panic!("{why}"));
            longest = longest_queue(&Runs::from(again), "axum");
        }
        assert!(longest > 900_000.0, "{longest} µs");
    }
}

/// How many of the thousand connections were made only after a second or nearly: dropped, and asked
/// for again. The system makes a connection without the server, so that a server which is held up
/// makes nobody late here.
fn came_back(runs: &Runs, case: &str) -> usize {
    let series = format!("chap1.backlog.{case}").parse().unwrap();
    let run = runs.median_run(&series).unwrap_or_else(|why| panic!("{why}"));
    let connecting = |sample: &Sample| sample.connected.map(|connected| connected - sample.due);
    run.samples.iter().filter_map(connecting).filter(|took| *took > 900_000).count()
}

/// With room for all of them in the queue nobody has to come back.
fn a_longer_queue_costs_none(runs: &Runs) {
    assert_eq!(number(runs, "chap1.backlog.axum-4096.ok"), 1_000.0);
    if is_linux("other systems treat a full queue in other ways") {
        let (late, dropped) = (came_back(runs, "axum-4096"), came_back(runs, "axum"));
        if is_idle(runs, "chap1.backlog.axum-4096") {
            let longest = longest_queue(runs, "axum-4096");
            assert!(longest < 900_000.0, "{longest} µs");
            assert!(late == 0 && dropped > 0, "{late} came back, and {dropped}");
        }
        // The clients themselves may be held up on a busy machine; still not half as many.
        assert!(2 * late < dropped.max(1), "{late} came back, and {dropped}");
    }
}

/// The server that cannot start another thread dies, and most of a thousand get no answer.
fn out_of_threads_is_out_of_service(runs: &Runs) {
    if is_linux("a server in a limited address space") {
        let case = "chap1.too-many-threads.rouille-threads";
        let failed = number(runs, &format!("{case}.failed"));
        // On a busy machine the thousand come so slowly that many are answered before it dies.
        let least = if is_idle(runs, case) { 500.0 } else { 1.0 };
        assert!(failed >= least, "{failed} failed");
        let exit = runs.measured(&format!("{case}.server-exit").parse().unwrap()).unwrap();
        assert!(exit.to_string().starts_with("died"), "{exit}");
    }
}

/// In the same address space the async server answers all thousand.
fn the_same_room_is_enough_for_tasks(runs: &Runs) {
    if is_linux("a server in a limited address space") {
        assert_eq!(number(runs, "chap1.too-many-threads.axum.ok"), 1_000.0);
    }
}
