//! What is asked of the gateways, and how.

use std::time::Duration;

use chap6::rude::questions;
use hyper::body::Bytes;
use while_you_wait::{
    Answer, Arrivals, Ask, Asked, Experiment, HangUp, Load, Seen,
};

mod counted;
pub mod others;

const SECOND: Duration = Duration::from_secs(1);

pub fn all() -> Vec<Experiment> {
    vec![
        first_token(),
        crowd("crowd-300", 300, Some(4)),
        // Once: three times a thousand chats would be most of the chapter's record.
        Experiment { repeats: 1, ..crowd("crowd-1000", 1_000, None) },
        counted::overload(),
        Experiment {
            name: "gone-before",
            about: "eight people ask, and leave before they have seen a word",
            ..counted::gone(HangUp::After(SECOND / 2), streamed())
        },
        Experiment {
            name: "gone-whole",
            about: "the same, of an answer that comes in one piece",
            ..counted::gone(HangUp::After(SECOND / 2), Ask::json(asking_for_all))
        },
        Experiment {
            name: "gone-talking",
            about: "eight people ask, and leave after five events",
            ..counted::gone(HangUp::AfterEvents(5), streamed())
        },
        rude(),
        adds("adds-50", 50.0, Some(1)),
        adds("adds-100", 100.0, None),
        adds("adds-200", 200.0, None),
        adds("adds-400", 400.0, None),
        adds("adds-800", 800.0, None),
        others::proxy(),
        others::real("real-1", 1),
        others::real("real-2", 2),
        others::real("real-4", 4),
        others::real("real-8", 8),
        others::real("real-16", 16),
    ]
}

const QUESTIONS: [&str; 4] = [
    "What does await do when a future is not ready?",
    "Why is one thread enough for many requests that wait?",
    "How does a closed loop hide the slow answers?",
    "비동기 서버에서 스레드는 언제 막히나요?",
];

fn body(number: u32, tokens: u32, stream: bool) -> Bytes {
    let question = QUESTIONS[number as usize % QUESTIONS.len()];
    let request = serde_json::json!({
        "messages": [{ "role": "user", "content": question }],
        "stream": stream, "max_tokens": tokens, "ignore_eos": true,
    });
    request.to_string().into()
}

/// Tokens in every answer, so that no difference is the answer's own.
const TOKENS: u32 = 40;

fn asking(number: u32) -> Bytes {
    body(number, TOKENS, true)
}

fn asking_for_all(number: u32) -> Bytes {
    body(number, TOKENS, false)
}

fn streamed() -> Ask {
    Ask { answer: Answer::Events { last: Some("[DONE]") }, ..Ask::json(asking) }
}

fn first_token() -> Experiment {
    Experiment {
        name: "first-token",
        about: "four people chat: when do they see something, and when all of it?",
        cases: vec!["buffered", "streaming"],
        asked: Asked::ByLoad(Load {
            ask: streamed(),
            lanes: 4,
            ..Load::requests(8)
        }),
        delay: 3 * SECOND,
        quick: Some(5),
        columns: &[
            "ok",
            "first-event-p50",
            "first-event-max",
            "gap-p50",
            "p50",
            "max",
            "events",
        ],
        notice: |seen: &Seen| {
            format!(
                "the first word came after {} where answers are handed on as they come, and after {} where they are handed over whole; the last after {} and {}.",
                seen.of("streaming", "first-event-p50"),
                seen.of("buffered", "first-event-p50"),
                seen.of("streaming", "p50"),
                seen.of("buffered", "p50"),
            )
        },
        ..Experiment::default()
    }
}

fn crowd(name: &'static str, people: u32, quick: Option<u32>) -> Experiment {
    Experiment {
        name,
        about: "all of them chat at once, through one thread",
        cases: vec!["crowd", "crowd-plain", "crowd-fastapi"],
        needs: others::here,
        asked: Asked::ByLoad(Load {
            ask: streamed(),
            lanes: people,
            ramp: 2 * SECOND,
            ..Load::requests(people)
        }),
        delay: 20 * SECOND,
        quick,
        weighs: true,
        columns: &[
            "ok",
            "events",
            "first-event-p50",
            "gap-p50",
            "gap-p99",
            "peak-in-flight",
            "threads-peak",
            "rss-per-request",
            "cpu",
            "cpu-per-event",
        ],
        notice: |seen: &Seen| {
            format!(
                "{} of them were open at one moment; the gateway needed {} of CPU time for each token, and {} of memory for each chat.",
                seen.of("crowd", "peak-in-flight"),
                seen.of("crowd", "cpu-per-event"),
                seen.of("crowd", "rss-per-request"),
            )
        },
        ..Experiment::default()
    }
}

/// What real gateways were seen to get wrong.
fn rude() -> Experiment {
    Experiment {
        name: "rude",
        about: "twenty rude questions",
        cases: vec!["rude", "rude-fastapi"],
        asked: Asked::ByHand(questions::ask),
        needs: others::here,
        repeats: 1,
        facts: &questions::RUDE,
        columns: &questions::RUDE,
        ..Experiment::default()
    }
}

/// The model answers at once: what is left is the gateway's.
fn adds(name: &'static str, per_second: f64, quick: Option<u32>) -> Experiment {
    Experiment {
        name,
        about: "with a gateway and without: the model answers at once",
        cases: vec!["model", "plain", "streaming", "fastapi"],
        needs: others::here,
        asked: Asked::ByLoad(Load {
            ask: Ask { body: Some(|number| body(number, 10, true)), ..streamed() },
            warm_up: SECOND,
            lanes: 500,
            arrivals: Arrivals::Poisson { per_second, seed: 1 },
            keep_alive: true,
            ..Load::lasting(4 * SECOND)
        }),
        delay: Duration::ZERO,
        apart: true,
        histogram: true,
        quick,
        weighs: true,
        columns: &[
            "ok",
            "throughput",
            "first-event-p50",
            "p50",
            "p99",
            "cpu-per-request",
            "busy",
        ],
        notice: |seen: &Seen| {
            format!(
                "half of the answers took less than {} without a gateway, {} with one, and {} with one that looks something up.",
                seen.of("model", "p50"),
                seen.of("plain", "p50"),
                seen.of("streaming", "p50"),
            )
        },
        ..Experiment::default()
    }
}
