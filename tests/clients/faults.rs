//! The official client, the gateway, and behind it a server that misbehaves: nobody here wrote what
//! goes wrong.

use std::path::Path;
use std::time::Duration;

use chap6::gateway::{self, Settings};
use chap6::retrieval::{Library, words::Terms};
use serde_json::Value;
use tokio::net::TcpListener;

use super::{llmock, official};

/// Asks once whole and once streamed, through a gateway with short deadlines.
async fn told(faults: &[&str]) -> [Value; 2] {
    let (_server, model) = llmock(faults);
    let mut settings = Settings::default();
    settings.deadlines.gap = Duration::from_secs(2);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("any port");
    let addr = listener.local_addr().expect("it has one").to_string();
    let library = Library::read(Path::new("../book/en"), Terms::default()).expect("the book");
    let model = format!("http://{model}");
    let gateway = tokio::spawn(async move {
        gateway::serve(listener, settings, model, library, std::future::pending()).await
    });
    let told = ["whole", "streamed"].map(|what| {
        let addr = addr.clone();
        tokio::task::spawn_blocking(move || official(&addr, what))
    });
    let [whole, streamed] = told;
    let told = [whole.await.expect("it says so"), streamed.await.expect("it says so")];
    gateway.abort();
    told
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
async fn a_stream_that_breaks_is_an_error_and_never_a_short_answer() {
    let [whole, streamed] = told(&[]).await;
    for said in [&whole, &streamed] {
        assert_eq!(said["finish"], "stop", "without a fault: {said}");
        assert!(said["text"].as_str().is_some_and(|text| !text.is_empty()), "{said}");
    }
    for fault in ["truncate", "disconnect", "malformed", "stall"] {
        let args = ["--stream-fault", &format!("{fault}=1.0"), "--stream-stall-seconds", "30"];
        let [whole, streamed] = told(&args).await;
        assert_eq!(whole["finish"], "stop", "{fault} is a fault of streams: {whole}");
        assert_eq!(streamed["error"], "APIError", "{fault}: {streamed}");
        assert!(streamed["message"].as_str().is_some_and(|why| why.len() > 15), "{streamed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Python: python3 chapters/chap6/python/ready.py, then cargo test -p tests --test clients -- --ignored"]
async fn who_is_told_to_come_back_later_is_told_when() {
    let answers = told(&["--error-rate", "429=1.0"]).await;
    for said in answers {
        assert_eq!(said["error"], "RateLimitError", "{said}");
        assert_eq!(said["status"], 429);
        assert!(said["retry_after"].is_string(), "{said}");
    }
    let answers = told(&["--error-rate", "500=1.0"]).await;
    for said in answers {
        assert_eq!(said["error"], "InternalServerError", "{said}");
    }
}
