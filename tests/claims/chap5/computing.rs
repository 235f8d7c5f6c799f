//! Servers that compute: in Rust, and in Python.

use while_you_wait::views::names::Runs;

use super::of;
use crate::claims::{can_weigh, is_idle, is_linux, with_full};

fn computing(runs: &Runs, case: &str, metric: &str) -> f64 {
    of(runs, &format!("computing.{case}.{metric}"))
}

/// Where logins are computed on the only thread, a health check waits for several of them.
pub fn computing_inline_makes_everybody_wait(runs: &Runs) {
    let logins =
        computing(runs, "cpu-inline", "probe-p50") / computing(runs, "cpu-inline", "service-p50");
    assert!(logins > 2.0, "{logins} logins");
}

/// With a pool for the logins, a health check waits at most half as long as where they are inline.
pub fn a_pool_leaves_the_thread_free(runs: &Runs) {
    let times =
        computing(runs, "cpu-inline", "probe-p50") / computing(runs, "cpu-pool", "probe-p50");
    let idle = is_idle(runs, "chap5.computing.cpu-pool");
    assert!(times > if idle { 2.0 } else { 1.2 }, "{times}");
}

/// With a thread for each request, a login takes longer than on a thread for each core: the
/// requests that are computed at once share the cores.
pub fn a_thread_each_shares_the_cores(runs: &Runs) {
    let times = computing(runs, "cpu-threads", "service-p50")
        / computing(runs, "cpu-rouille", "service-p50");
    // Where other programs want the cores, too, there is less to share.
    let idle = is_idle(runs, "chap5.computing.cpu-threads");
    assert!(times > if idle { 1.5 } else { 1.1 }, "{times}");
}

/// Whatever serves them, sixty logins are about the same CPU time: within a fifth.
pub fn nobody_computes_less(runs: &Runs) {
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
pub fn pythons_threads_compute_one_at_a_time(runs: &Runs) {
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
pub fn pythons_processes_compute_on_every_core(runs: &Runs) {
    if std::thread::available_parallelism().is_ok_and(|cores| cores.get() < 2) {
        return eprintln!("not compared: this machine has one core");
    }
    let sooner =
        in_python(runs, "python-threads", "total") / in_python(runs, "python-processes", "total");
    let idle = is_idle(runs, "chap5.computing-in-python.python-processes");
    // Where other programs have the cores, two processes have a little more of them than one thread.
    assert!(sooner > if idle { 1.5 } else { 1.0 }, "sooner by {sooner}");
}

/// Where the loop is hashlib's own, in C, Python's threads keep more than one core busy.
pub fn c_lets_others_compute(runs: &Runs) {
    if is_linux("CPU time of a process") {
        let busy = |case: &str| in_python(runs, case, "busy");
        let (c, python) = (busy("python-hashlib"), busy("python-threads"));
        // Whatever share of the cores other programs leave, the lock leaves less.
        let idle = is_idle(runs, "chap5.computing-in-python.python-hashlib");
        let least = if idle { 1.4 } else { python };
        assert!(c > least, "{c} and {python} cores");
    }
}

/// A health check that computes nothing waits, beside threads that compute in Python, at least
/// three times as long as beside processes.
pub fn a_health_check_waits_for_pythons_lock(runs: &Runs) {
    let probe = |case: &str| in_python(runs, case, "probe-p50");
    let times = probe("python-threads") / probe("python-processes");
    let idle = is_idle(runs, "chap5.computing-in-python.python-threads");
    assert!(times > if idle { 3.0 } else { 1.5 }, "{times}");
}

/// On a CPython without the lock the same threads keep more than one core busy, and are done sooner.
pub fn without_the_lock_pythons_threads_compute_together(runs: &Runs) {
    if !with_full(runs, "chap5", "computing-without-the-lock") {
        return; // few have such a Python
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
