//! Those who leave before they are answered: does the model hear of it, and does nobody else?

use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::time::{Instant, sleep};

use super::hear::Asker;
use super::model::{SILENCE, WORDS};
use super::reading::{ending, is_whole, whole_or_how_it_ended};
use super::{Fate, ORDER};

/// As long as word of a hang-up may take, on a busy machine. The model would talk for ten seconds.
pub const SOON: Duration = Duration::from_secs(2);

/// More than a gateway with a limit lets in; and how many leave when their places are asked for.
pub const MANY: usize = 100;

/// What the many ask for: a model that is silent for a while.
const QUEUE: &str = "silent:queue-";

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
    let end = tokio::time::Instant::now() + SOON;
    loop {
        if so(&asker.fate(order).await?) {
            return Ok(true);
        }
        if tokio::time::Instant::now() > end {
            return Ok(false);
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Many ask at once for what takes a while. Those who wait for their turn leave, and the others are
/// answered: whom does the model answer then?
pub async fn leave_the_queue(asker: &Asker) -> Result<String, String> {
    let asked = (0..MANY).map(|nth| {
        let (asker, order) = (asker.clone(), format!("{QUEUE}{nth}"));
        let asks = order.clone();
        (order, tokio::spawn(async move { asker.stream(&asks).await }))
    });
    let asked: Vec<_> = asked.collect();
    // Until the model hears of no more of them; the first of them are answered after its silence.
    let until = Instant::now() + SILENCE * 3 / 4;
    let mut known = 0;
    let fates = loop {
        sleep(SILENCE / 4).await;
        let fates = asker.fates().await?;
        let now = fates.keys().filter(|order| order.contains(QUEUE)).count();
        if now > 0 && now == known || Instant::now() > until {
            break fates;
        }
        known = now;
    };
    let (mut queued, mut talking) = (Vec::new(), Vec::new());
    for (order, answer) in asked {
        if fates.contains_key(&format!("{ORDER}{order}")) {
            talking.push(answer);
        } else if !answer.is_finished() {
            answer.abort(); // which hangs up
            queued.push(order);
        }
    }
    for answer in talking {
        let _ = answer.await;
    }
    if queued.is_empty() {
        return Ok("there is no queue".into());
    }
    sleep(SOON).await;
    let fates = asker.fates().await?;
    queued.retain(|order| fates.contains_key(&format!("{ORDER}{order}")));
    Ok(if queued.is_empty() {
        "the model never hears of it"
    } else {
        "generated all the same"
    }
    .into())
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

pub async fn many_leave(asker: &Asker) -> String {
    for nth in 0..MANY {
        if let Ok(mut answer) =
            asker.begin(&format!("long:{nth}"), json!({"stream": true})).await
        {
            let _ = answer.chunk().await;
        }
    }
    sleep(SOON).await;
    match asker.stream("talk:after").await {
        heard if is_whole(&heard, &WORDS.concat()) => "answered".into(),
        heard => ending(&heard),
    }
}
