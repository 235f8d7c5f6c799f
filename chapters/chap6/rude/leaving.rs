//! Those who leave before they are answered: does the model hear of it, and does nobody else?

use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::Fate;
use super::hear::Asker;
use super::model::WORDS;
use super::reading::{ending, is_whole, whole_or_how_it_ended};

/// As long as word of a hang-up may take, on a busy machine. The model would talk for ten seconds.
pub const SOON: Duration = Duration::from_secs(2);

/// How many leave when places are asked for.
const MANY: usize = 100;

/// So many of them at once, for whom every gateway has room.
const AT_ONCE: usize = 4;

/// When somebody leaves.
pub enum Moment {
    BeforeWords,
    AfterWords,
}

/// Asks, leaves, and looks whether the model is told.
pub async fn leave(
    asker: &Asker,
    kind: &str,
    how: &Json,
    moment: Moment,
) -> Result<String, String> {
    let order = format!("{kind}:leave-{}", how["stream"]);
    let asked = async {
        let mut answer = asker.begin(&order, how.clone()).await.ok()?;
        match moment {
            // The head may come before anything else does.
            Moment::BeforeWords => std::future::pending().await,
            Moment::AfterWords => answer.chunk().await.ok()?,
        }
    };
    let begun = until(asker, &order, |fate| fate.begun > 0);
    // Whichever comes first; the question, its answer and its connection are dropped with it.
    let begun = match moment {
        Moment::BeforeWords => {
            tokio::select! { _ = asked => true, begun = begun => begun? }
        }
        Moment::AfterWords => {
            asked.await;
            begun.await?
        }
    };
    if !begun {
        return Ok("was never sent on".into());
    }
    Ok(match until(asker, &order, |fate| fate.left > 0).await? {
        true => "the model stops",
        false => "the model goes on",
    }
    .into())
}

/// Whether it soon becomes true of a question's fate.
async fn until(
    asker: &Asker,
    order: &str,
    so: impl Fn(&Fate) -> bool,
) -> Result<bool, String> {
    let end = Instant::now() + SOON;
    loop {
        if so(&asker.fate(order).await?) {
            return Ok(true);
        }
        if Instant::now() > end {
            return Ok(false);
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Two are answered, and one of them leaves.
pub async fn another_leaves(asker: &Asker) -> String {
    let other = {
        let asker = asker.clone();
        tokio::spawn(async move {
            let mut answer =
                asker.begin("long:other", json!({"stream": true})).await?;
            answer.chunk().await.map(|_| ())
        })
    };
    let stays = asker.stream("talk:stays");
    let (heard, _) = tokio::join!(stays, other);
    whole_or_how_it_ended(&heard, &WORDS.concat())
}

/// Many leave, some at a time; then the gateway is to have all places again, soon.
pub async fn many_leave(asker: &Asker) -> String {
    for nth in (0..MANY).step_by(AT_ONCE) {
        let mut leaving = JoinSet::new();
        for nth in nth..nth + AT_ONCE {
            let asker = asker.clone();
            leaving.spawn(async move {
                let order = format!("long:{nth}");
                let mut answer =
                    asker.begin(&order, json!({"stream": true})).await?;
                answer.chunk().await.map(drop)
            });
        }
        while leaving.join_next().await.is_some() {}
    }
    let end = Instant::now() + SOON;
    loop {
        match asker.stream("talk:after").await {
            heard if is_whole(&heard, &WORDS.concat()) => return "answered".into(),
            heard if Instant::now() > end => return ending(&heard),
            _ => sleep(Duration::from_millis(50)).await,
        }
    }
}
