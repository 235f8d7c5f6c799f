//! The official client, the gateway, and behind it a server that misbehaves: nobody here wrote what
//! goes wrong.

use std::thread;
use std::time::Duration;

use chap6::gateway::Settings;
use serde_json::Value;

use super::{Gateway, llmock, official};

/// Asks once whole and once streamed, through a gateway with short deadlines.
fn told(faults: &[&str]) -> [Value; 2] {
    let (_server, model) = llmock(faults);
    let mut settings = Settings::default();
    // Which of the first six chunks the fault hits is drawn by lot, and it may be the first word.
    settings.deadlines.first = Duration::from_secs(10);
    settings.deadlines.gap = Duration::from_secs(2);
    let gateway = Gateway::start(settings, &model);
    thread::scope(|scope| {
        let asked = ["whole", "streamed"].map(|what| {
            let addr = &gateway.addr;
            scope.spawn(move || official(addr, what))
        });
        asked.map(|client| client.join().expect("it says what it heard"))
    })
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn a_stream_that_breaks_is_an_error_and_never_a_short_answer() {
    let [whole, streamed] = told(&[]);
    for said in [&whole, &streamed] {
        assert_eq!(said["finish"], "stop", "without a fault: {said}");
        assert!(said["text"].as_str().is_some_and(|text| !text.is_empty()), "{said}");
    }
    for fault in ["truncate", "disconnect", "malformed", "stall"] {
        let args = ["--stream-fault", &format!("{fault}=1.0"), "--stream-stall-seconds", "30"];
        let [whole, streamed] = told(&args);
        assert_eq!(whole["finish"], "stop", "{fault} is a fault of streams: {whole}");
        assert_eq!(streamed["error"], "APIError", "{fault}: {streamed}");
        assert!(streamed["message"].as_str().is_some_and(|why| why.len() > 15), "{streamed}");
    }
}

#[test]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
fn who_is_told_to_come_back_later_is_told_when() {
    let answers = told(&["--error-rate", "429=1.0"]);
    for said in answers {
        assert_eq!(said["error"], "RateLimitError", "{said}");
        assert_eq!(said["status"], 429);
        assert!(said["retry_after"].is_string(), "{said}");
    }
    let answers = told(&["--error-rate", "500=1.0"]);
    for said in answers {
        assert_eq!(said["error"], "InternalServerError", "{said}");
    }
}
