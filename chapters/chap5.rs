//! Chapter 5. A server is asked, and a number comes out. What was measured?
//!
//! Loads of several shapes from several generators, at servers whose behaviour is
//! known, so that what is wrong with a number is the number's own doing.

use std::process::ExitCode;
use std::time::Duration;

use while_you_wait::{
    Arrivals, Case, Chapter, Counters, Experiment, Generator, Load, Probe, Seen,
};

/// A file for each kind of server; `generators` are other people's.
#[path = "chap5"]
mod parts {
    pub mod cpu;
    pub mod eight;
    pub mod generators;
    pub mod hello;
    pub mod python;
    pub mod stalling;
    pub mod watched;
}
use parts::{cpu, eight, generators, hello, python, stalling, watched};

const SECOND: Duration = Duration::from_secs(1);

// ANCHOR: ten
/// The tutorial's question once more, from three generators.
fn ten(name: &'static str, by: Option<Generator>) -> Experiment {
    Experiment {
        name,
        about: "ten requests, five at a time, as the server sees them",
        cases: vec!["watched"],
        load: Load { requests: 10, lanes: 5, ..Load::default() },
        sent_by: by,
        needs: needs(by),
        columns: &["total", "waits"],
        ..Experiment::default()
    }
}
// ANCHOR_END: ten

/// The tutorial's own benchmark at the tutorial's own framework.
fn tutorial() -> Experiment {
    Experiment {
        name: "tutorial",
        about: "ab -n 10 -c 5 at FastAPI, def and async def",
        cases: vec!["fastapi-def", "fastapi-async"],
        needs: |case| generators::installed("ab").and(python::ready(case)),
        columns: &["total", "throughput", "p50", "max"],
        ..ten("", Some(generators::AB))
    }
}

fn needs(by: Option<Generator>) -> fn(&str) -> Result<(), String> {
    match by.map(|by| by.name) {
        Some("ab") => |_| generators::installed("ab"),
        Some("wrk") => |_| generators::installed("wrk"),
        Some("oha") => |_| generators::installed("oha"),
        _ => |_| Ok(()),
    }
}

// ANCHOR: two-loops
/// A client who asks, waits for the answer, and asks again.
fn closed() -> Experiment {
    Experiment {
        name: "closed",
        about: "one client, who asks again when it was answered",
        cases: vec!["steady", "stalling"],
        load: Load {
            lasts: Some(15 * SECOND),
            lanes: 1,
            keep_alive: true,
            ..Load::default()
        },
        delay: Duration::from_millis(20),
        quick: Some(5),
        columns: &["ok", "mean", "p50", "p90", "p99", "max"],
        ..Experiment::default()
    }
}

/// Fifty clients a second, who know nothing of each other.
fn open() -> Experiment {
    let arrivals = Arrivals::Constant { per_second: 50.0 };
    let closed = closed();
    Experiment {
        name: "open",
        about: "a request every fiftieth of a second, come what may",
        load: Load { lanes: 500, arrivals, ..closed.load },
        ..closed
    }
}
// ANCHOR_END: two-loops

// ANCHOR: more-and-more
/// Eight at a time, 20 ms each: as long as all goes well that is 400 a second.
fn offered(name: &'static str, per_second: f64, quick: Option<u32>) -> Experiment {
    Experiment {
        name,
        about: "requests at random moments, more and more of them",
        cases: vec!["eight"],
        load: Load {
            lasts: Some(8 * SECOND),
            warm_up: SECOND,
            lanes: 5_000,
            arrivals: Arrivals::Poisson { per_second, seed: 1 },
            keep_alive: true,
            ..Load::default()
        },
        delay: Duration::from_millis(20),
        quick,
        histogram: true,
        columns: &["ok", "throughput", "mean", "p50", "p99", "max"],
        ..Experiment::default()
    }
}
// ANCHOR_END: more-and-more

/// The same at one rate, and the server counts who is inside.
fn little() -> Experiment {
    let load = offered("", 300.0, None).load;
    Experiment {
        name: "little",
        about: "how many are inside: asked of the server, and of its clients",
        load: Load { lasts: Some(20 * SECOND), warm_up: Duration::ZERO, ..load },
        counters: Some(Counters { path: "/counters", every: SECOND / 2 }),
        columns: &["throughput", "mean", "rate-times-mean", "mean-inside"],
        ..offered("", 300.0, Some(4))
    }
}

// ANCHOR: generators
/// Thirty-two connections, each asks again at once; a core for the server, another
/// for the generator.
fn race(
    name: &'static str,
    case: &'static str,
    by: Option<Generator>,
) -> Experiment {
    Experiment {
        name,
        about: match case {
            "hello" => {
                "a server that does next to nothing: the generator is the limit"
            }
            _ => "a server that computes for each request: the server is the limit",
        },
        cases: vec![case],
        load: Load {
            lasts: Some(3 * SECOND),
            lanes: 32,
            keep_alive: true,
            ..Load::default()
        },
        sent_by: by,
        needs: needs(by),
        apart: true,
        delay: match case {
            "hello" => Duration::ZERO,
            _ => Duration::from_micros(200),
        },
        repeats: 5,
        quick: Some(3),
        histogram: true,
        weighs: true,
        columns: &["ok", "failed", "throughput", "p50", "p99", "busy", "load-busy"],
        ..Experiment::default()
    }
}
// ANCHOR_END: generators

/// The same run again and again: how far apart are the answers?
fn noise() -> Experiment {
    Experiment {
        name: "noise",
        about: "the same two seconds, again and again",
        load: Load { lasts: Some(2 * SECOND), ..race("", "hello", None).load },
        apart: false,
        repeats: 10,
        quick: None,
        columns: &["throughput", "p50", "p99", "max"],
        ..race("", "hello", None)
    }
}

/// The first request of a server's life, and ninety-nine more.
fn first() -> Experiment {
    Experiment {
        name: "first",
        about: "a hundred requests of one client, the first of a server's life",
        cases: vec!["fastapi-async", "axum"],
        load: Load { requests: 100, lanes: 1, keep_alive: true, ..Load::default() },
        delay: Duration::ZERO,
        quick: Some(1),
        needs: python::ready,
        columns: &["first", "p50", "p99", "max"],
        ..Experiment::default()
    }
}

/// Work that no waiting hides: the handler computes.
fn computing() -> Experiment {
    Experiment {
        name: "computing",
        about: "sixty logins, eight at a time, and somebody asks for /health",
        cases: vec!["cpu-inline", "cpu-pool", "cpu-rouille", "cpu-threads"],
        load: Load {
            requests: 60,
            lanes: 8,
            probe: Some(Probe {
                path: "/health",
                requests: 10,
                every: SECOND / 10,
            }),
            ..Load::default()
        },
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

const ALL: [&str; 7] = [
    "flask",
    "gunicorn",
    "fastapi-def",
    "fastapi-async",
    "rouille",
    "axum",
    "hyper",
];

// ANCHOR: the-table
/// So many wait at once, in every server there is.
fn waiting(name: &'static str, requests: u32, lanes: u32) -> Experiment {
    let mut cases = ALL.to_vec();
    if requests == 10 {
        cases.extend(["flask-1", "gunicorn-1", "fastapi-blocking"]);
    }
    Experiment {
        name,
        about: "handlers that wait, in Python and in Rust",
        cases,
        load: Load {
            requests,
            lanes,
            // Long enough that no queue at the door overflows: see chapter 1.
            ramp: if requests > 100 { SECOND / 2 } else { Duration::ZERO },
            timeout: 30 * SECOND,
            ..Load::default()
        },
        delay: SECOND,
        quick: if requests > 100 { None } else { Some(10) },
        needs: python::ready,
        histogram: requests > 10,
        may_fail: true,
        columns: &["ok", "failed", "total", "waits", "threads-peak", "rss-peak"],
        ..Experiment::default()
    }
}

/// Handlers that do nothing but say hello.
fn saying_hello(name: &'static str, keep_alive: bool) -> Experiment {
    Experiment {
        name,
        about: "hello, as often as they can",
        cases: ALL.to_vec(),
        load: Load {
            lasts: Some(3 * SECOND),
            warm_up: SECOND,
            lanes: if keep_alive { 32 } else { 8 },
            keep_alive,
            ..Load::default()
        },
        delay: Duration::ZERO,
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
            "cpu-per-request",
            "busy",
            "load-busy",
            "threads-peak",
            "rss-peak",
        ],
        ..Experiment::default()
    }
}
// ANCHOR_END: the-table

fn case(
    name: &'static str,
    about: &'static str,
    path: &'static str,
    serve: fn(&while_you_wait::Serve) -> Result<(), while_you_wait::Failure>,
) -> Case {
    Case { name, about, path, serve }
}

fn main() -> ExitCode {
    let (ours, ab, wrk, oha) =
        (None, Some(generators::AB), Some(generators::WRK), Some(generators::OHA));
    let (often, full_only) = (Some(4), None);
    Chapter {
        name: "chap5",
        title: "Benchmarking without fooling yourself",
        question: "A server is asked, and a number comes out. What was measured?",
        cases: vec![
            case("watched", "async, says what it sees", "/async", watched::watched),
            case("steady", "async, always as fast", "/async", stalling::steady),
            case(
                "stalling",
                "async, stands still now and then",
                "/async",
                stalling::stalling,
            ),
            case("eight", "async, eight at a time", "/async", eight::eight),
            case("hello", "hyper, does next to nothing", "/async", hello::hello),
            case("busy", "hyper, computes for each request", "/async", hello::busy),
            case(
                "cpu-inline",
                "axum on one thread, computes in the handler",
                "/async",
                cpu::inline,
            ),
            case(
                "cpu-pool",
                "axum on one thread, computes on a pool",
                "/async",
                cpu::pool,
            ),
            case(
                "cpu-rouille",
                "rouille, a thread for each core",
                "/sync",
                cpu::two_threads,
            ),
            case(
                "cpu-threads",
                "rouille, a thread for each request",
                "/sync",
                cpu::a_thread_each,
            ),
            case(
                "flask",
                "Flask's own server, a thread for each request",
                "/sync",
                python::flask,
            ),
            case(
                "flask-1",
                "Flask's own server, one thread",
                "/sync",
                python::flask_1,
            ),
            case(
                "gunicorn",
                "Flask on gunicorn, 2 × cores + 1 workers",
                "/sync",
                python::gunicorn,
            ),
            case(
                "gunicorn-1",
                "Flask on gunicorn, one worker",
                "/sync",
                python::gunicorn_1,
            ),
            case(
                "fastapi-def",
                "FastAPI on Uvicorn, def",
                "/sync",
                python::fastapi_def,
            ),
            case(
                "fastapi-async",
                "FastAPI on Uvicorn, async def",
                "/async",
                python::fastapi_async,
            ),
            case(
                "fastapi-blocking",
                "the same, blocking in async def",
                "/async",
                python::fastapi_blocking,
            ),
            case(
                "rouille",
                "rouille, a thread for each request",
                "/sync",
                hello::rouille,
            ),
            case("axum", "axum on one thread", "/async", hello::axum),
            case("hyper", "hyper on one thread", "/async", hello::hyper),
        ],
        experiments: vec![
            ten("ten", ours),
            ten("ten-by-ab", ab),
            ten("ten-by-oha", oha),
            tutorial(),
            closed(),
            open(),
            offered("offered-100", 100.0, often),
            offered("offered-200", 200.0, full_only),
            offered("offered-300", 300.0, often),
            offered("offered-340", 340.0, full_only),
            offered("offered-360", 360.0, full_only),
            offered("offered-380", 380.0, often),
            offered("offered-400", 400.0, full_only),
            offered("offered-450", 450.0, full_only),
            offered("offered-550", 550.0, often),
            little(),
            race("hello-by-ours", "hello", ours),
            race("hello-by-ab", "hello", ab),
            race("hello-by-wrk", "hello", wrk),
            race("hello-by-oha", "hello", oha),
            race("busy-by-ours", "busy", ours),
            race("busy-by-ab", "busy", ab),
            race("busy-by-wrk", "busy", wrk),
            race("busy-by-oha", "busy", oha),
            noise(),
            first(),
            computing(),
            waiting("waiting-10", 10, 5),
            waiting("waiting-100", 100, 100),
            waiting("waiting-1000", 1_000, 1_000),
            saying_hello("hello-kept", true),
            saying_hello("hello-each", false),
        ],
    }
    .main()
}
