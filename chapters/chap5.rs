//! Chapter 5. A server is asked, and a number comes out. What was measured?
//!
//! Loads of several shapes from several generators, at servers whose behaviour is
//! known, so that what is wrong with a number is the number's own doing.

use std::process::ExitCode;

use while_you_wait::{Case, Chapter, Failure, Serve};

/// `loads` and `servers` are the experiments; `generators` are other people's. The
/// rest is a file for each kind of server.
#[path = "chap5"]
mod parts {
    pub mod cpu;
    pub mod eight;
    pub mod generators;
    pub mod hello;
    pub mod loads;
    pub mod locust;
    pub mod locust_report;
    pub mod many;
    pub mod python;
    pub mod servers;
    pub mod stalling;
    pub mod watched;
}
use parts::generators::{AB, OHA, WRK};
use parts::loads::{
    at_eight, closed, first, little, noise, offered, open, race, ten, tutorial,
};
use parts::locust::LOCUST;
use parts::servers::{
    computing, computing_in_python, computing_without_the_lock, leaving,
    saying_hello, waiting,
};
use parts::{cpu, eight, hello, many, python, stalling, watched};

fn case(
    name: &'static str,
    about: &'static str,
    path: &'static str,
    serve: fn(&Serve) -> Result<(), Failure>,
) -> Case {
    Case { name, about, path, serve }
}

/// Those of Rust; the others are in `python`.
fn rust() -> Vec<Case> {
    vec![
        case("watched", "async, says what it sees", "/async", watched::watched),
        case("steady", "async, always as fast", "/async", stalling::steady),
        case(
            "stalling",
            "async, stands still now and then",
            "/async",
            stalling::stalling,
        ),
        case("eight", "async, eight at a time", "/async", eight::eight),
        case("shop", "async, pages and slow reports", "/page", many::shop),
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
            cpu::a_thread_for_each_core,
        ),
        case(
            "cpu-threads",
            "rouille, a thread for each request",
            "/sync",
            cpu::a_thread_each,
        ),
        case(
            "rouille",
            "rouille, a thread for each request",
            "/sync",
            hello::rouille,
        ),
        case("axum", "axum on one thread", "/async", hello::axum),
        case("hyper", "hyper on one thread", "/async", hello::hyper),
    ]
}

fn main() -> ExitCode {
    let (often, full_only) = (Some(4), None);
    Chapter {
        name: "chap5",
        title: "Benchmarking without fooling yourself",
        question: "A server is asked, and a number comes out. What was measured?",
        cases: rust().into_iter().chain(python::cases()).collect(),
        experiments: vec![
            ten("ten", None),
            ten("ten-by-ab", Some(AB)),
            ten("ten-by-oha", Some(OHA)),
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
            race("hello-by-ours", "hello", None),
            race("hello-by-ab", "hello", Some(AB)),
            race("hello-by-wrk", "hello", Some(WRK)),
            race("hello-by-oha", "hello", Some(OHA)),
            race("busy-by-ours", "busy", None),
            race("busy-by-ab", "busy", Some(AB)),
            race("busy-by-wrk", "busy", Some(WRK)),
            race("busy-by-oha", "busy", Some(OHA)),
            at_eight("eight-by-ours", None),
            at_eight("eight-by-locust", Some(LOCUST)),
            race("hello-by-locust", "hello", Some(LOCUST)),
            many::three(),
            noise(),
            first(),
            computing(),
            waiting("waiting-10", 10, 5),
            waiting("waiting-100", 100, 100),
            waiting("waiting-1000", 1_000, 1_000),
            leaving(),
            computing_in_python(),
            computing_without_the_lock(),
            saying_hello("hello-kept", true),
            saying_hello("hello-each", false),
        ],
        beside: &[],
    }
    .main()
}
