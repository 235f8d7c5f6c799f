//! No wait is for ever, and silence is filled.

use std::time::Duration;

use chap6::gateway::{Deadlines, Settings};

use super::stage::{Do, Stage, head, hear, hello, narrow, refusal, token};

fn with(change: impl FnOnce(&mut Deadlines)) -> Settings {
    let mut settings = narrow();
    change(&mut settings.deadlines);
    settings
}

const SHORT: Duration = Duration::from_millis(150);

#[tokio::test]
async fn for_the_first_token() {
    for script in [vec![Do::Wait], vec![head(), Do::Wait]] {
        let stage = Stage::new(with(|of| of.first = SHORT), move |nth| match nth {
            0 => script.clone(),
            _ => hello(),
        })
        .await;
        let response = stage.chat(true).await;
        assert_eq!(response.status(), 504, "nothing was said, so there is a status");
        stage.sees("that we left", |saw| saw.left == 1).await;
        assert_eq!(hear(stage.chat(true).await).await.text, "hello", "its place is free");
    }
}

#[tokio::test]
async fn between_two_tokens() {
    let stage =
        Stage::new(with(|of| of.gap = SHORT), |_| vec![head(), token("hel"), Do::Wait]).await;
    let heard = hear(stage.chat(true).await).await;
    assert_eq!((heard.text.as_str(), heard.errors.len(), heard.dones), ("hel", 1, 0));
    assert!(heard.errors[0].contains("said nothing for too long"), "{heard:?}");
    stage.sees("that we left", |saw| saw.left == 1).await;
}

/// Comments of the model's are no tokens.
#[tokio::test]
async fn comments_from_the_model_do_not_put_it_off() {
    let stage = Stage::new(with(|of| of.gap = SHORT), |_| {
        let ping = [super::stage::send(": ping\n\n"), Do::Rest(SHORT / 4)];
        [vec![head(), token("hel")], vec![ping; 200].concat()].concat()
    })
    .await;
    let heard = hear(stage.chat(true).await).await;
    assert_eq!((heard.errors.len(), heard.comments), (1, 0), "{heard:?}");
    stage.sees("that we left", |saw| saw.left == 1).await;
}

#[tokio::test]
async fn for_the_whole() {
    let slowly = [token("a "), Do::Rest(SHORT / 4)];
    let script = [vec![head()], vec![slowly; 200].concat()].concat();
    let stage = Stage::new(with(|of| of.whole = 2 * SHORT), move |_| script.clone()).await;
    let heard = hear(stage.chat(true).await).await;
    assert!(heard.text.starts_with("a ") && heard.dones == 0, "{heard:?}");
    assert!(heard.errors[0].contains("not whole in time"), "{heard:?}");
    stage.sees("that we left", |saw| saw.left == 1).await;
    let response = stage.chat(false).await;
    assert_eq!(response.status(), 504);
    stage.sees("that we left", |saw| saw.left == 2).await;
}

#[tokio::test]
async fn silence_is_filled_with_comments_and_has_its_price() {
    let settings = Settings { ping: Duration::from_millis(40), ..narrow() };
    let stage = Stage::new(settings, |_| {
        let mut script = vec![Do::Rest(Duration::from_millis(400))];
        script.extend(refusal("400 Bad Request", "", "too long"));
        script
    })
    .await;
    let heard = hear(stage.chat(true).await).await;
    // Ten would fit; a busy machine may have room for fewer.
    assert!((2..=11).contains(&heard.comments), "{heard:?}");
    assert_eq!((heard.errors.len(), heard.dones), (1, 0), "what had a status is an event now");
    assert!(heard.errors[0].contains("too long"), "{heard:?}");
}
