//! A client that leaves is heard of by the model, wherever the chat stands, and its place is free.

use std::time::Duration;

use chap6::gateway::Settings;
use tokio::io::AsyncReadExt;

use super::stage::{Do, Stage, asking, done, event, head, hear, hello, narrow, stop, token};

/// The first is never answered to its end, all others are.
fn only_the_first_waits(nth: usize) -> Vec<Do> {
    if nth == 0 { vec![head(), token("hel"), Do::Wait] } else { hello() }
}

#[tokio::test]
async fn in_the_middle_of_a_stream() {
    let stage = Stage::new(narrow(), only_the_first_waits).await;
    let mut response = stage.chat(true).await;
    response.chunk().await.unwrap().expect("a token came");
    drop(response);
    stage.sees("it leave", |saw| saw.left == 1).await;
    stage.counts("cancelled", 1).await;
    assert_eq!(hear(stage.chat(true).await).await.text, "hello", "its place is free");
}

#[tokio::test]
async fn before_the_first_token() {
    for script in [vec![Do::Wait], vec![head(), Do::Wait]] {
        leaves_unanswered(true, script).await;
    }
}

#[tokio::test]
async fn before_a_whole_answer() {
    leaves_unanswered(false, vec![Do::Wait]).await;
}

/// The first leaves while the model does this, and its place is free.
async fn leaves_unanswered(stream: bool, script: Vec<Do>) {
    let stage =
        Stage::new(narrow(), move |nth| if nth == 0 { script.clone() } else { hello() }).await;
    let asked = tokio::spawn(stage.request(asking(stream)).send());
    stage.sees("the question", |saw| saw.bodies.len() == 1).await;
    asked.abort();
    stage.sees("it leave", |saw| saw.left == 1).await;
    stage.counts("cancelled", 1).await;
    assert_eq!(hear(stage.chat(true).await).await.text, "hello");
}

/// Streaming and not, with a comment already out and without.
#[tokio::test]
async fn in_the_queue() {
    for (stream, ping) in [(true, 3_000), (false, 3_000), (true, 20)] {
        let settings = Settings { ping: Duration::from_millis(ping), ..narrow() };
        let stage = Stage::new(settings, only_the_first_waits).await;
        let mut talks = stage.chat(true).await;
        talks.chunk().await.unwrap().expect("a token came, or a comment before it");
        stage.sees("the question", |saw| saw.bodies.len() == 1).await;
        let mut waits = stage.silent(asking(stream)).await;
        stage.counts("queued-now", 1).await;
        if ping == 20 {
            waits.read_exact(&mut [0; 16]).await.expect("the head of an answer");
        }
        drop(waits);
        stage.counts("queued-now", 0).await;
        drop(talks);
        stage.counts("open-now", 0).await;
        assert_eq!(stage.begun(), 1, "the model never hears of who left the queue");
        assert_eq!(stage.count("cancelled").await, 2);
    }
}

#[tokio::test]
async fn who_leaves_takes_nobody_along() {
    let script = |nth| match nth {
        0 => vec![
            head(),
            token("one "),
            Do::Rest(Duration::from_millis(400)),
            token("two"),
            stop(),
            done(),
        ],
        _ => vec![head(), token("other"), Do::Wait],
    };
    let stage = Stage::new(Settings::default(), script).await;
    let mut stays = stage.chat(true).await;
    let first = stays.chunk().await.unwrap().expect("a token came");
    let mut leaves = stage.chat(true).await;
    leaves.chunk().await.unwrap().expect("a token came");
    drop(leaves);
    stage.sees("one leave", |saw| saw.left == 1).await;
    let rest = stays.bytes().await.expect("it ends in good order");
    let heard = super::stage::heard(&String::from_utf8([first, rest].concat()).unwrap());
    assert_eq!((heard.text.as_str(), heard.dones), ("one two", 1));
}

/// A place that is lost once is lost for ever; after twenty there would be none.
#[tokio::test]
async fn twenty_times_over() {
    let stage = Stage::new(narrow(), |nth| match nth {
        0..20 => vec![head(), token("hel"), Do::Wait],
        _ => hello(),
    })
    .await;
    for nth in 1..=20 {
        let mut response = stage.chat(true).await;
        response.chunk().await.unwrap().expect("a token came");
        drop(response);
        stage.counts("cancelled", nth).await;
    }
    assert_eq!(hear(stage.chat(true).await).await.text, "hello");
    assert_eq!(stage.left(), 20);
}

#[tokio::test]
async fn after_the_end_it_is_none() {
    let stage = Stage::new(narrow(), |_| hello()).await;
    let mut response = stage.chat(true).await;
    let mut body = String::new();
    while !body.contains("[DONE]") {
        let piece = response.chunk().await.unwrap().expect("the end comes");
        body.push_str(std::str::from_utf8(&piece).unwrap());
    }
    drop(response); // before the end of the body itself
    stage.counts("answered", 1).await;
    assert_eq!(stage.count("cancelled").await, 0);
}

/// It asks for much and reads nothing: the model is held back, not our memory filled, and after a
/// while the chat is over.
#[tokio::test]
async fn a_reader_that_stands_still_holds_the_model_back_and_then_has_left() {
    let mut settings = narrow();
    settings.patience.write = Duration::from_secs(1);
    let text = "a token that is long enough to fill every buffer on the way ".repeat(50);
    let Do::Send(many) = event(&super::stage::chunk(&serde_json::json!({ "content": text }), None))
    else {
        unreachable!()
    };
    let stage = Stage::new(settings, move |nth| match nth {
        0 => vec![head(), Do::Flood(many.clone())],
        _ => hello(),
    })
    .await;
    let _reads_nothing = stage.silent(asking(true)).await;
    stage.sees("it leave", |saw| saw.left == 1).await;
    // Buffers of the system on both connections may take a few megabytes each; a gateway without a
    // bound would have taken hundreds in a second.
    let flooded = stage.saw.lock().unwrap().flooded;
    assert!(flooded < 32 * 1024 * 1024, "{flooded} bytes were taken in");
    assert_eq!(hear(stage.chat(true).await).await.text, "hello", "its place is free");
}
