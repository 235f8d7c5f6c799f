//! With other people's programs: a real model, and nginx.

use chap6::{nginx, python};
use hyper::body::Bytes;
use while_you_wait::{Answer, Ask, Asked, Experiment, Load, Seen};

use super::{SECOND, TOKENS, streamed};

/// Whether this case can be started here: any of Rust, and the others once they are installed.
pub fn here(case: &str) -> Result<(), String> {
    match case {
        "real-model" | "real-gateway" | "paced" => python::ready(),
        _ if case.contains("fastapi") => python::ready(),
        _ if case.contains("nginx") => nginx::ready().map(drop),
        _ => Ok(()),
    }
}

/// The four of `first-token`, through a proxy.
pub fn proxy() -> Experiment {
    Experiment {
        name: "proxy",
        about: "four people chat through nginx: when do they see something?",
        cases: vec!["streaming", "nginx-told", "nginx-deaf"],
        needs: here,
        asked: Asked::ByLoad(Load {
            ask: streamed(),
            lanes: 4,
            ..Load::requests(8)
        }),
        quick: None,
        columns: &["ok", "first-event-p50", "gap-p50", "gap-max", "p50", "total"],
        notice: |seen: &Seen| {
            format!(
                "the first word came after {} through nginx as it was told, and after {} where it did not listen.",
                seen.of("nginx-told", "first-event-p50"),
                seen.of("nginx-deaf", "first-event-p50"),
            )
        },
        ..Experiment::default()
    }
}

/// So many ask a real model at one moment, and ours at its pace.
pub fn real(name: &'static str, people: u32) -> Experiment {
    let ask = Ask {
        answer: Answer::Events { last: Some("[DONE]") },
        ..Ask::json(question)
    };
    Experiment {
        name,
        about: "a real model and ours, four slots each: when does the last one see a word?",
        cases: vec!["real-model", "paced"],
        needs: here,
        asked: Asked::ByLoad(Load { ask, lanes: people, ..Load::requests(people) }),
        delay: SECOND,
        quick: None,
        facts: &["token-alone", "token-more", "word-read"],
        columns: &["ok", "first-event-p50", "first-event-max", "gap-p50", "max"],
        notice: |seen: &Seen| {
            format!(
                "the last to see a word saw it after {} from the real one, and after {} from ours.",
                seen.of("real-model", "first-event-max"),
                seen.of("paced", "first-event-max"),
            )
        },
        ..Experiment::default()
    }
}

/// A prompt that takes a while to be read, and is read anew each time: a real model's server would
/// remember how the last one began.
fn asked(number: u32, stream: bool) -> Bytes {
    let text = "What does await do when a future is not ready? ".repeat(6);
    let request = serde_json::json!({
        "messages": [{ "role": "user", "content": format!("{number}. {text}") }],
        "stream": stream, "max_tokens": TOKENS, "ignore_eos": true, "cache_prompt": false,
    });
    request.to_string().into()
}

fn question(number: u32) -> Bytes {
    asked(number, true)
}

/// The same, whole: what the pace of a model is taken from.
pub fn to_pace() -> Bytes {
    asked(0, false)
}
