//! The experiments about servers: those that compute, and the table of all of them.

use std::time::Duration;

use while_you_wait::{Asked, Counters, Experiment, Load, Probe, Seen};

use super::loads::SECOND;
use super::python;

/// Work that no waiting hides: the handler computes.
pub fn computing() -> Experiment {
    Experiment {
        name: "computing",
        about: "sixty logins, eight at a time, and somebody asks for /health",
        cases: vec!["cpu-inline", "cpu-pool", "cpu-rouille", "cpu-threads"],
        asked: Asked::ByLoad(Load {
            lanes: 8,
            probe: Some(Probe {
                path: "/health",
                requests: 10,
                every: SECOND / 10,
                ..Probe::default()
            }),
            ..Load::requests(60)
        }),
        delay: Duration::from_millis(50),
        weighs: true,
        columns: &[
            "ok",
            "total",
            "p50",
            "max",
            "service-p50",
            "probe-p50",
            "probe-max",
            "cpu",
        ],
        notice: |seen: &Seen| {
            format!(
                "computed inline, the logins took {} and a health check up to {}; on a pool {} and {}.",
                seen.of("cpu-inline", "total"),
                seen.of("cpu-inline", "probe-max"),
                seen.of("cpu-pool", "total"),
                seen.of("cpu-pool", "probe-max"),
            )
        },
        ..Experiment::default()
    }
}

/// The same in Python, where only one thread at a time computes.
pub fn computing_in_python() -> Experiment {
    Experiment {
        name: "computing-in-python",
        about: "the same sixty logins on FastAPI",
        cases: vec![
            "python-inline",
            "python-threads",
            "python-processes",
            "python-hashlib",
        ],
        needs: python::ready,
        // At a tenth, a login would be as short as the turns that Python's threads take.
        quick: Some(2),
        columns: &[
            "ok",
            "total",
            "service-p50",
            "probe-p50",
            "probe-max",
            "cpu",
            "busy",
        ],
        notice: |seen: &Seen| {
            format!(
                "computed on one thread the logins took {}, on many {}, and in a process for each core {}.",
                seen.of("python-inline", "total"),
                seen.of("python-threads", "total"),
                seen.of("python-processes", "total"),
            )
        },
        ..computing()
    }
}

/// Python's threads again, on two builds of CPython. Few machines have the second.
pub fn computing_without_the_lock() -> Experiment {
    Experiment {
        name: "computing-without-the-lock",
        about: "the same logins on Python's threads, with the lock and without",
        cases: vec!["python-threads", "python-free"],
        quick: None,
        notice: |seen: &Seen| {
            format!(
                "on Python's threads the logins took {}, and {} where there is no lock.",
                seen.of("python-threads", "total"),
                seen.of("python-free", "total"),
            )
        },
        ..computing_in_python()
    }
}

/// Five clients leave in the middle of the wait, as in chapter 2.
pub fn leaving() -> Experiment {
    Experiment {
        name: "leaving",
        about: "five clients hang up on FastAPI in the middle of the wait",
        cases: vec!["left-def", "left-async", "left-stream"],
        asked: Asked::ByLoad(Load {
            lanes: 5,
            timeout: SECOND / 2,
            ..Load::requests(5)
        }),
        counters: Some(Counters { path: "/counters", every: SECOND, of: &[] }),
        delay: SECOND,
        quick: Some(2),
        needs: python::ready,
        may_fail: true,
        facts: &["handlers-dropped", "work-finished"],
        columns: &["ok", "timed-out", "handlers-dropped", "work-finished"],
        notice: |seen: &Seen| {
            format!(
                "of five whose client had left, a def finished {}, an async def {}, and a stream {}.",
                seen.of("left-def", "work-finished"),
                seen.of("left-async", "work-finished"),
                seen.of("left-stream", "work-finished"),
            )
        },
        ..Experiment::default()
    }
}

/// Each server of the table as it is deployed by those who read its documentation.
const ALL: [&str; 11] = [
    "flask",
    "gunicorn",
    "gunicorn-threads",
    "gunicorn-gevent",
    "gunicorn-uvicorn",
    "uvicorn-workers",
    "fastapi-def",
    "fastapi-async",
    "rouille",
    "axum",
    "hyper",
];

/// Those that are one process of their framework's own kind, and gunicorn as it comes.
const ALONE: [&str; 7] = [
    "flask",
    "gunicorn",
    "fastapi-def",
    "fastapi-async",
    "rouille",
    "axum",
    "hyper",
];

/// So many wait at once, in every server there is.
pub fn waiting(name: &'static str, requests: u32, lanes: u32) -> Experiment {
    let mut cases = ALL.to_vec();
    if requests == 10 {
        cases.extend(["flask-1", "gunicorn-1", "fastapi-blocking"]);
    }
    if requests == 100 {
        cases.push("fastapi-def-200");
    }
    Experiment {
        name,
        about: "handlers that wait, in Python and in Rust",
        cases,
        asked: Asked::ByLoad(Load {
            lanes,
            // Long enough that no queue at the door overflows: see chapter 1.
            ramp: if requests > 100 { SECOND / 2 } else { Duration::ZERO },
            timeout: 30 * SECOND,
            ..Load::requests(requests)
        }),
        delay: SECOND,
        // Starting a hundred threads takes a while too: not as long as a wait, even here.
        quick: match requests {
            ..100 => Some(10),
            100 => Some(4),
            _ => None,
        },
        needs: python::ready,
        histogram: requests > 10,
        may_fail: true,
        columns: &["ok", "failed", "total", "waits", "threads-peak", "rss-peak"],
        ..Experiment::default()
    }
}

/// Handlers that do nothing but say hello.
pub fn saying_hello(name: &'static str, keep_alive: bool) -> Experiment {
    Experiment {
        name,
        about: "hello, as often as they can",
        // Other kinds of workers are compared where connections stay open; what a new one
        // costs is the same for all of gunicorn's.
        cases: if keep_alive { ALL.to_vec() } else { ALONE.to_vec() },
        asked: Asked::ByLoad(Load {
            warm_up: SECOND,
            lanes: if keep_alive { 32 } else { 8 },
            keep_alive,
            ..Load::lasting(3 * SECOND)
        }),
        delay: Duration::ZERO,
        // With kept connections one of them is a race between threads: see chapter 4.
        repeats: if keep_alive { 5 } else { 3 },
        quick: Some(4),
        needs: python::ready,
        histogram: true,
        weighs: true,
        may_fail: true,
        columns: &[
            "ok",
            "failed",
            "throughput",
            "p50",
            "p99",
            "max",
            "warm-up-longest",
            "rate-times-mean",
            "cpu-per-request",
            "busy",
            "load-busy",
            "threads-peak",
            "rss-peak",
        ],
        ..Experiment::default()
    }
}
