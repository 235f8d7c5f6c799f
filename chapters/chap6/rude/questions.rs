//! The questions, each a report of what a real gateway got wrong, and what is to be heard of it.

use serde_json::json;
use tokio::time::sleep;
use while_you_wait::load::Target;
use while_you_wait::record::{Fact, Value};

use super::hear::{Asker, Heard};
use super::leaving::{
    MANY, Moment, SOON, another_leaves, leave, leave_the_queue, many_leave,
};
use super::model::{FLOOD, KOREAN, SILENCE, WORDS};
use super::reading::{ending, is_whole, whole_or_how_it_ended};

/// The rows of the table, in the order in which they are asked.
pub const RUDE: [&str; 20] = [
    "hang-up-in-a-stream",
    "hang-up-while-it-thinks",
    "hang-up-of-a-whole-answer",
    "hang-up-in-the-queue",
    "hang-up-of-another",
    "after-a-hundred-hang-ups",
    "silent-at-first",
    "proxy-is-told",
    "letters-in-pieces",
    "error-in-the-middle",
    "cut-in-the-middle",
    "garbled-in-the-middle",
    "lost-in-the-middle",
    "lost-before-the-first-byte",
    "past-the-limit",
    "model-is-busy",
    "reader-that-stalls",
    "usage-unasked",
    "usage-asked",
    "tool-call-in-pieces",
];

/// What a gateway answers that has heard of the reports, row by row.
pub const RIGHT: [&str; RUDE.len()] = [
    "the model stops",
    "the model stops",
    "the model stops",
    "the model never hears of it",
    "whole",
    "answered",
    "comments meanwhile",
    "not to buffer",
    "whole",
    "an error, one end",
    "an error, one end",
    "an error, one end",
    "an error, one end",
    "tried once more, answered",
    "503 at once, and when to ask again",
    "429, and when to ask again",
    "the model is held back",
    "none",
    "once",
    "whole",
];

// ANCHOR: rude
pub fn ask(target: &Target) -> Result<Vec<Fact>, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|why| format!("no runtime: {why}"))?;
    let mut asker = Asker::new(target.addr)?;
    let found = runtime.block_on(async {
        asker.find_model().await?;
        let streams = json!({"stream": true});
        let usage =
            json!({"stream": true, "stream_options": {"include_usage": true}});
        Ok::<_, String>([
            leave(&asker, "long", &streams, Moment::AfterWords).await?,
            leave(&asker, "silent", &streams, Moment::BeforeWords).await?,
            leave(&asker, "silent", &json!({}), Moment::BeforeWords).await?,
            leave_the_queue(&asker).await?,
            another_leaves(&asker).await,
            many_leave(&asker).await,
            silent_at_first(&asker).await,
            told_not_to_buffer(&asker.stream("talk:proxy").await),
            letters(&asker.stream("korean:letters").await),
            ending(&asker.stream("error:middle").await),
            ending(&asker.stream("cut:middle").await),
            ending(&asker.stream("garbled:middle").await),
            ending(&asker.stream("lost:middle").await),
            again(&asker).await?,
            past_the_limit(&asker).await,
            busy(&asker.stream("busy:model").await),
            stall(&asker).await?,
            usages(&asker.stream("talk:unasked").await),
            usages(&asker.hear("talk:asked", usage).await),
            tools(&asker.stream("tools:pieces").await),
        ])
    })?;
    Ok(RUDE.iter().zip(found).map(|(name, found)| fact(name, found)).collect())
}
// ANCHOR_END: rude

fn fact(name: &str, found: String) -> Fact {
    Fact { name: name.into(), value: Value::Text(found), unit: String::new() }
}

async fn silent_at_first(asker: &Asker) -> String {
    let heard = asker.stream("silent:first").await;
    match (heard.read().comments, heard.status) {
        (0, 200) => "silence".into(),
        (_, 200) => "comments meanwhile".into(),
        (_, status) => status.to_string(),
    }
}

fn told_not_to_buffer(heard: &Heard) -> String {
    if heard.unbuffered { "not to buffer" } else { "nothing" }.into()
}

fn letters(heard: &Heard) -> String {
    match heard.read().text.contains(char::REPLACEMENT_CHARACTER) {
        true => "garbled".into(),
        false => whole_or_how_it_ended(heard, KOREAN),
    }
}

async fn again(asker: &Asker) -> Result<String, String> {
    let heard = asker.stream("lost-first:byte").await;
    let begun = asker.fate("lost-first:byte").await?.begun;
    Ok(match (begun, is_whole(&heard, &WORDS.concat())) {
        (1, _) => format!("not tried again: {}", ending(&heard)),
        (2, true) => "tried once more, answered".into(),
        (times, _) => format!("sent {times} times: {}", ending(&heard)),
    })
}

async fn past_the_limit(asker: &Asker) -> String {
    let mut waiting = tokio::task::JoinSet::new();
    for nth in 0..MANY {
        let asker = asker.clone();
        waiting.spawn(
            async move { asker.stream(&format!("silent:limit-{nth}")).await },
        );
    }
    let (mut refused, mut at_once, mut told) = (0, 0, 0);
    while let Some(Ok(heard)) = waiting.join_next().await {
        if heard.status == 503 || heard.status == 429 {
            refused += 1;
            at_once += usize::from(heard.after < SILENCE / 2);
            told += usize::from(heard.retry_after.is_some());
        }
    }
    match refused {
        0 => "all taken".into(),
        all if at_once == all && told == all => {
            "503 at once, and when to ask again".into()
        }
        all if at_once == all => "503 at once".into(),
        _ => "503 after a while".into(),
    }
}

fn busy(heard: &Heard) -> String {
    match heard.retry_after.as_deref() {
        Some("7") => format!("{}, and when to ask again", heard.status),
        _ => heard.status.to_string(),
    }
}

/// A client that asks for much and reads nothing of it.
async fn stall(asker: &Asker) -> Result<String, String> {
    let order = "flood:stall";
    let Ok(answer) = asker.begin(order, json!({"stream": true})).await else {
        return Ok("refused".into());
    };
    // Until nothing more is taken in, or nothing more is there.
    let mut taken = 0;
    let held = loop {
        sleep(SOON / 2).await;
        let more = asker.fate(order).await?.bytes;
        if more == taken || more >= FLOOD {
            break more < FLOOD;
        }
        taken = more;
    };
    drop(answer);
    Ok(if held { "the model is held back" } else { "everything is taken in" }
        .into())
}

fn usages(heard: &Heard) -> String {
    let reading = heard.read();
    match (reading.finish.is_some(), reading.usages) {
        (false, _) => ending(heard),
        (true, 0) => "none".into(),
        (true, 1) => "once".into(),
        (true, more) => format!("{more} times"),
    }
}

fn tools(heard: &Heard) -> String {
    match heard.read().arguments == "{\"page\": 1}" {
        true => whole_or_how_it_ended(heard, ""),
        false => ending(heard),
    }
}
