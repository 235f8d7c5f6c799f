//! Claims of chapter 1. A wait is the handler's own; whatever comes on top of a whole number of
//! waits is the cost of asking, and of a busy machine.

use while_you_wait::names::Runs;

use crate::{number, slack};

crate::claims!("chap1":
    one_thread_takes_ten_waits,
    a_thread_each_takes_two_waits,
    async_on_one_thread_takes_two_waits,
    one_thread_serves_one_at_a_time,
    a_waiting_request_costs_a_thread,
    a_waiting_task_costs_no_thread,
    all_of_them_were_waiting,
    one_thread_holds_everyone_for_one_wait,
    resident_memory_is_of_the_same_order,
    threads_reserve_more_address_space,
    a_full_queue_costs_seconds,
    a_longer_queue_costs_none,
    out_of_threads_is_out_of_service,
    the_same_room_is_enough_for_tasks,
);

/// One thread answers ten requests in ten waits, however many are asked at a time.
fn one_thread_takes_ten_waits(runs: &Runs) {
    takes(runs, "chap1.ten.rouille-1", 10.0);
}

/// A thread for every request answers ten, five at a time, in two waits.
fn a_thread_each_takes_two_waits(runs: &Runs) {
    takes(runs, "chap1.ten.rouille-threads", 2.0);
}

/// One async thread answers ten, five at a time, in two waits.
fn async_on_one_thread_takes_two_waits(runs: &Runs) {
    takes(runs, "chap1.ten.axum", 2.0);
}

/// No sooner than its waits allow, and hardly later: asking itself costs next to nothing.
fn takes(runs: &Runs, series: &str, waits: f64) {
    let took = number(runs, &format!("{series}.waits"));
    let most = waits * (1.0 + slack(runs, series));
    assert!((waits..most).contains(&took), "{series}: {took} waits");
}

/// With one thread no two requests are ever served at once; with five lanes the others serve five.
fn one_thread_serves_one_at_a_time(runs: &Runs) {
    let served = |case: &str| number(runs, &format!("chap1.ten.{case}.peak-in-service"));
    assert_eq!(served("rouille-1"), 1.0);
    assert_eq!(served("rouille-threads"), 5.0);
    assert_eq!(served("axum"), 5.0);
}

/// The experiments in which N requests wait at once, as far as this record has them.
fn many(runs: &Runs) -> Vec<(f64, String)> {
    [100, 1_000, 10_000]
        .map(|n| (f64::from(n), format!("chap1.many-{n}")))
        .into_iter()
        .filter(|(_, experiment)| {
            let (chapter, experiment) = experiment.split_once('.').expect("written so above");
            runs.cases(chapter, experiment).is_ok()
        })
        .collect()
}

/// Where every request has a thread, N waiting requests are at least N threads.
fn a_waiting_request_costs_a_thread(runs: &Runs) {
    if !cfg!(target_os = "linux") {
        return eprintln!("not measured: threads of a process are counted on Linux only");
    }
    for (n, experiment) in many(runs) {
        let threads = number(runs, &format!("{experiment}.rouille-threads.threads-added"));
        assert!(threads >= n, "{experiment}: {threads} threads for {n} waiting requests");
    }
}

/// The async server adds no thread, however many requests wait.
fn a_waiting_task_costs_no_thread(runs: &Runs) {
    if !cfg!(target_os = "linux") {
        return eprintln!("not measured: threads of a process are counted on Linux only");
    }
    for (_, experiment) in many(runs) {
        assert_eq!(number(runs, &format!("{experiment}.axum.threads-added")), 0.0);
    }
}

/// All N requests really were in a handler at one moment.
fn all_of_them_were_waiting(runs: &Runs) {
    for (n, experiment) in many(runs) {
        for case in ["rouille-threads", "axum"] {
            let at_once = number(runs, &format!("{experiment}.{case}.peak-in-service"));
            assert_eq!(at_once, n, "{experiment}.{case}");
        }
    }
}

/// One async thread answers all of them in the time it takes to open them and one wait.
fn one_thread_holds_everyone_for_one_wait(runs: &Runs) {
    for (_, experiment) in many(runs) {
        let total = number(runs, &format!("{experiment}.axum.total"));
        let series = format!("{experiment}.axum");
        let run = runs.median_run(&series.parse().unwrap()).unwrap();
        let (ramp, wait) = (run.header.load.ramp_us as f64, run.header.delay_us as f64);
        // Ten thousand connections are work too: a fifth of a wait is allowed for it.
        let most = ramp + (1.2 + slack(runs, &series)) * wait;
        assert!((wait..most).contains(&total), "{experiment}: {total} µs");
    }
}

/// Resident memory does not tell the two apart: neither takes three times the other's.
fn resident_memory_is_of_the_same_order(runs: &Runs) {
    if !cfg!(target_os = "linux") {
        return eprintln!("not measured: memory of a process is read on Linux only");
    }
    for (_, experiment) in many(runs) {
        let rss = |case: &str| number(runs, &format!("{experiment}.{case}.rss-peak"));
        let ratio = rss("rouille-threads") / rss("axum");
        assert!((1.0 / 3.0..3.0).contains(&ratio), "{experiment}: {ratio}");
    }
}

/// What threads take is address space: at least ten times as much at a thousand.
fn threads_reserve_more_address_space(runs: &Runs) {
    if !cfg!(target_os = "linux") {
        return eprintln!("not measured: memory of a process is read on Linux only");
    }
    let space = |case: &str| number(runs, &format!("chap1.many-1000.{case}.address-space-peak"));
    let ratio = space("rouille-threads") / space("axum");
    assert!(ratio > 10.0, "{ratio}");
}

/// A thousand connections in one instant overflow the default queue, and some wait a second for
/// their next try: the slowest takes at least a second more than the handler does.
fn a_full_queue_costs_seconds(runs: &Runs) {
    if !cfg!(target_os = "linux") {
        return eprintln!("not measured: other systems treat a full queue in other ways");
    }
    let service = number(runs, "chap1.backlog.axum.service-max");
    let longest = number(runs, "chap1.backlog.axum.max");
    assert!(longest - service > 900_000.0, "longest {longest} µs, service {service} µs");
}

/// With room for all of them in the queue, the same thousand are all served at one moment.
fn a_longer_queue_costs_none(runs: &Runs) {
    assert_eq!(number(runs, "chap1.backlog.axum-4096.ok"), 1_000.0);
    if cfg!(target_os = "linux") {
        let longest = |case: &str| number(runs, &format!("chap1.backlog.{case}.max"));
        assert!(longest("axum-4096") < longest("axum"));
    }
}

/// The server that cannot start another thread dies, and answers nobody who was still waiting.
fn out_of_threads_is_out_of_service(runs: &Runs) {
    if !cfg!(target_os = "linux") {
        return eprintln!("not run: only Linux lets the kit limit a server's address space");
    }
    let case = "chap1.too-many-threads.rouille-threads";
    assert!(number(runs, &format!("{case}.failed")) >= 500.0);
    let name = format!("{case}.server-exit").parse().unwrap();
    let exit = runs.measured(&name).unwrap().to_string();
    assert!(exit.starts_with("died"), "{exit}");
}

/// In the same address space the async server answers all thousand.
fn the_same_room_is_enough_for_tasks(runs: &Runs) {
    if !cfg!(target_os = "linux") {
        return eprintln!("not run: only Linux lets the kit limit a server's address space");
    }
    assert_eq!(number(runs, "chap1.too-many-threads.axum.ok"), 1_000.0);
}
