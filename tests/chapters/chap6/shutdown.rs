//! How it ends: nobody new, who is here may finish, and who does not is told.

use std::time::Duration;

use chap6::gateway::Settings;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::stage::{Do, Stage, asking, done, head, hear, narrow, stop, token};

fn draining(drain: Duration) -> Settings {
    let mut settings = narrow();
    settings.patience.drain = drain;
    settings
}

#[tokio::test]
async fn no_token_is_lost_inside_the_deadline() {
    let stage = |_| {
        let mut script = vec![head()];
        for nth in 0..20 {
            script.push(token(&format!("{nth} ")));
            script.push(Do::Rest(Duration::from_millis(20)));
        }
        script.extend([stop(), done()]);
        script
    };
    let mut stage = Stage::new(draining(Duration::from_secs(60)), stage).await;
    let mut response = stage.chat(true).await;
    let first = response.chunk().await.unwrap().expect("a token came");
    let mut idle = TcpStream::connect(stage.gateway).await.unwrap();
    stage.stop();
    assert_eq!(idle.read(&mut [0; 16]).await.unwrap_or(0), 0, "a silent connection is closed");
    let rest = response.bytes().await.expect("it ends in good order");
    let heard = super::stage::heard(&String::from_utf8([first, rest].concat()).unwrap());
    let all: String = (0..20).map(|nth| format!("{nth} ")).collect();
    assert_eq!((heard.text, heard.dones, heard.errors.len()), (all, 1, 0));
    stage.stopped().await;
    assert!(TcpStream::connect(stage.gateway).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn past_the_deadline_it_is_an_error_and_the_model_is_left() {
    let script = |_| vec![head(), token("hel"), Do::Wait];
    let mut stage = Stage::new(draining(Duration::from_millis(200)), script).await;
    let response = stage.chat(true).await;
    // One that waits for its turn is told as well.
    let waits = tokio::spawn(stage.request(asking(true)).send());
    stage.counts("queued-now", 1).await;
    stage.stop();
    let heard = hear(response).await;
    assert_eq!((heard.text.as_str(), heard.dones, heard.errors.len()), ("hel", 0, 1));
    assert!(heard.errors[0].contains("closing"), "{heard:?}");
    let waited = waits.await.unwrap().expect("it is answered");
    assert_eq!(waited.status(), 503);
    assert!(waited.headers().contains_key("retry-after"));
    stage.stopped().await;
    stage.sees("that we left", |saw| saw.left == 1).await;
    assert_eq!(stage.begun(), 1);
}

/// Even one who neither reads nor leaves.
#[tokio::test]
async fn nobody_holds_the_end_up() {
    let mut settings = draining(Duration::from_millis(100));
    settings.patience.farewell = Duration::from_millis(100);
    let many = vec![b'x'; 64 * 1024];
    let mut stage = Stage::new(settings, move |_| {
        let mut event = b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"".to_vec();
        event.extend_from_slice(&many);
        event.extend_from_slice(b"\"}}]}\n\n");
        vec![head(), Do::Flood(event)]
    })
    .await;
    let _reads_nothing = stage.silent(asking(true)).await;
    stage.sees("the flood", |saw| saw.flooded > 0).await;
    stage.stop();
    stage.stopped().await;
    stage.sees("that we left", |saw| saw.left == 1).await;
}
