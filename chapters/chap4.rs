//! Chapter 4. A handler is a few lines. Who does everything else?
//!
//! The same endpoint on every layer of two towers, async and sync. A layer is asked
//! what it adds, by requests that the layer below cannot answer, and what it costs.

use std::process::ExitCode;
use std::time::Duration;

use while_you_wait::{Asked, Case, Chapter, Experiment, Load, Seen};

// ANCHOR: the-floors
/// A file each; `questions` asks them.
#[path = "chap4"]
mod layers {
    pub mod axum;
    pub mod hyper;
    pub mod our_runtime;
    pub mod questions;
    #[cfg(unix)]
    pub mod reload;
    pub mod rouille;
    #[cfg(unix)]
    pub mod slow;
    pub mod stay;
    pub mod std_threads;
    pub mod tcp;
    pub mod tiny_http;
    pub mod tower;
}
// ANCHOR_END: the-floors
use layers::{
    axum, hyper, our_runtime, questions, rouille, stay, std_threads, tcp,
    tiny_http, tower,
};

// ANCHOR: what-each-adds
/// What a layer may add: each is a question, and the answer a fact.
const ADDED: [&str; 17] = [
    "two-in-a-row",
    "two-at-once",
    "head-request",
    "body-with-a-length",
    "body-in-chunks",
    "body-nobody-reads",
    "expect-continue",
    "no-such-path",
    "wrong-method",
    "bad-request-line",
    "huge-header",
    "bad-json",
    "stalls-in-the-head",
    "stalls-in-the-body",
    "request-id",
    "panic",
    "after-ten-panics",
];

/// Requests good and bad, sent as bytes to every layer.
fn adds(name: &'static str, cases: &[&'static str]) -> Experiment {
    Experiment {
        name,
        about: "what each layer answers to requests good and bad",
        cases: cases.to_vec(),
        asked: Asked::ByHand(questions::ask),
        delay: Duration::ZERO,
        repeats: 1,
        facts: &ADDED,
        columns: &ADDED,
        ..Experiment::default()
    }
}
// ANCHOR_END: what-each-adds

// ANCHOR: what-each-costs
/// A handler that does not wait, so that everything the server does is a layer's
/// doing.
fn costs() -> Experiment {
    Experiment {
        about: "thirty-two connections, a handler that does not wait",
        asked: Asked::ByLoad(Load {
            lanes: 32,
            keep_alive: true,
            ..Load::requests(60_000)
        }),
        delay: Duration::ZERO,
        repeats: 5,
        quick_requests: Some(2_000),
        histogram: true,
        weighs: true,
        columns: &["ok", "failed", "throughput", "p50", "p99", "cpu-per-request"],
        ..Experiment::default()
    }
}

fn keep_alive() -> Experiment {
    Experiment {
        name: "keep-alive",
        cases: vec!["tcp", "hyper", "tower", "axum"],
        notice: |seen| {
            format!(
                "per request the server computed for {} with HTTP by hand, {} under hyper, {} with tower's layers, {} under axum.",
                seen.of("tcp", "cpu-per-request"),
                seen.of("hyper", "cpu-per-request"),
                seen.of("tower", "cpu-per-request"),
                seen.of("axum", "cpu-per-request"),
            )
        },
        ..costs()
    }
}

fn one_each() -> Experiment {
    Experiment {
        name: "one-each",
        about: "eight at a time, a new connection for every request",
        cases: vec!["tcp", "hyper", "axum", "std-threads", "tiny-http", "rouille"],
        asked: Asked::ByLoad(Load { lanes: 8, ..Load::requests(10_000) }),
        ..costs()
    }
}
// ANCHOR_END: what-each-costs

/// The layer below all of them: who polls.
fn runtimes() -> Experiment {
    Experiment {
        name: "runtimes",
        about: "hyper and the same handler, on different runtimes",
        cases: vec!["hyper", "hyper-all-cores", "hyper-ours"],
        ..costs()
    }
}

/// A hundred wait at once; tower lets sixty-four of them in.
fn limit() -> Experiment {
    Experiment {
        name: "limit",
        about: "a hundred at once, and a layer that lets in sixty-four",
        cases: vec!["hyper", "tower"],
        asked: Asked::ByLoad(Load { lanes: 100, ..Load::requests(100) }),
        delay: Duration::from_secs(1),
        quick: Some(2),
        repeats: 1,
        columns: &["ok", "failed", "total", "waits"],
        notice: |seen| {
            format!(
                "over hyper all were answered after {} waits; under the limit the last had to wait for their turn first, and all took {}.",
                seen.of("hyper", "waits"),
                seen.of("tower", "waits"),
            )
        },
        ..Experiment::default()
    }
}

/// A hundred clients connect at one moment, and nobody hangs up. Who is answered?
fn held_open() -> Experiment {
    Experiment {
        name: "held-open",
        about: "a hundred clients connect at one moment, ask, and stay",
        cases: vec!["std-threads", "tiny-http", "rouille", "axum"],
        asked: Asked::ByHand(stay::ask),
        delay: Duration::ZERO,
        repeats: 5,
        facts: &["answered", "left-waiting"],
        columns: &["answered", "left-waiting"],
        ..Experiment::default()
    }
}

// ANCHOR: asking-while-it-is-replaced
/// Four clients ask without a pause, while the server is replaced under them again
/// and again.
#[cfg(unix)]
fn replaced() -> Experiment {
    Experiment {
        name: "replaced",
        about: "four clients ask on while the server is replaced",
        cases: vec!["restart", "kill", "hasty", "reload"],
        asked: Asked::ByLoad(Load { lanes: 4, ..Load::requests(200) }),
        delay: Duration::from_millis(20),
        quick: Some(1),
        repeats: 3,
        may_fail: true,
        columns: &["ok", "failed", "refused", "reset", "workers", "max", "total"],
        notice: what_was_lost,
        ..Experiment::default()
    }
}
// ANCHOR_END: asking-while-it-is-replaced

/// A hundred clients who ask a moment after they connected.
#[cfg(unix)]
fn slow_to_ask() -> Experiment {
    Experiment {
        name: "slow-to-ask",
        about: "clients connect and ask a moment later, while the server is replaced",
        cases: vec!["hasty", "reload"],
        asked: Asked::ByHand(layers::slow::ask),
        delay: Duration::from_millis(20),
        quick: Some(1),
        repeats: 1,
        facts: &["heard", "cut-off"],
        columns: &["heard", "cut-off"],
        ..Experiment::default()
    }
}

#[cfg(unix)]
fn what_was_lost(seen: &Seen) -> String {
    format!(
        "{} generations of the server answered, and of all requests {} were lost; binding anew lost {}, killing lost {}, and finishing in a hurry {}.",
        seen.of("reload", "workers"),
        seen.of("reload", "failed"),
        seen.of("restart", "failed"),
        seen.of("kill", "failed"),
        seen.of("hasty", "failed"),
    )
}

fn main() -> ExitCode {
    #[rustfmt::skip]
    let mut cases = vec![
        Case { name: "tcp", about: "async: bytes, and HTTP by hand", path: "/async", serve: tcp::serve },
        Case { name: "hyper", about: "async: hyper speaks HTTP", path: "/async", serve: hyper::on_one_thread },
        Case { name: "tower", about: "async: the same, inside of four layers", path: "/async", serve: tower::serve },
        Case { name: "axum", about: "async: routes and extractors, the same layers", path: "/async", serve: axum::serve },
        Case { name: "std-threads", about: "sync: bytes, a thread for every connection", path: "/sync", serve: std_threads::serve },
        Case { name: "tiny-http", about: "sync: tiny_http speaks HTTP, four threads answer", path: "/sync", serve: tiny_http::serve },
        Case { name: "rouille", about: "sync: routes and JSON", path: "/sync", serve: rouille::serve },
        Case { name: "hyper-all-cores", about: "hyper, on a runtime with a thread for every core", path: "/async", serve: hyper::on_all_cores },
        Case { name: "hyper-ours", about: "hyper, on chapter 3's runtime", path: "/async", serve: our_runtime::serve },
    ];
    let mut experiments = vec![
        adds("adds", &["tcp", "hyper", "tower", "axum"]),
        adds("adds-sync", &["std-threads", "tiny-http", "rouille"]),
        limit(),
        held_open(),
        keep_alive(),
        one_each(),
        runtimes(),
    ];
    // Handing a socket to another process is different on every other family of
    // systems.
    #[cfg(unix)]
    {
        use layers::reload;
        #[rustfmt::skip]
        cases.extend([
            Case { name: "generation", about: "takes the socket that it is given, ends when told to", path: "/async", serve: reload::generation },
            Case { name: "hasty-generation", about: "the same in a hurry", path: "/async", serve: reload::hasty_generation },
            Case { name: "restart", about: "replaced, every generation binds for itself", path: "/async", serve: reload::restart },
            Case { name: "kill", about: "replaced, the socket stays, the old one is killed", path: "/async", serve: reload::kill },
            Case { name: "hasty", about: "replaced, the socket stays, the old one finishes at once", path: "/async", serve: reload::hasty },
            Case { name: "reload", about: "replaced, the socket stays, the old one shuts its door, then finishes", path: "/async", serve: reload::reload },
        ]);
        experiments.extend([replaced(), slow_to_ask()]);
    }
    Chapter {
        name: "chap4",
        title: "The layers under a handler",
        question: "A handler is a few lines. Who does everything else, and what does it cost?",
        cases,
        experiments,
        beside: &[],
    }
    .main()
}
