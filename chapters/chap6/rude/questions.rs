//! The questions, each a report of what a real gateway got wrong, and what is to be heard of it.

use serde_json::json;
use tokio::time::sleep;
use while_you_wait::load::Target;
use while_you_wait::record::{Fact, Value};

use super::crowd::Crowd;
use super::hear::{Asker, Heard};
use super::leaving::Moment::{AfterWords, BeforeWords};
use super::leaving::{SOON, another_leaves, leave, many_leave};
use super::model::{FLOOD, KOREAN, WORDS};
use super::reading::{ending, is_whole, whole_or_how_it_ended};

/// The rows of the table.
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

/// A question's row, and what was heard.
type Answer = (&'static str, String);

pub fn ask(target: &Target) -> Result<Vec<Fact>, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|why| format!("no runtime: {why}"))?;
    let mut asker = Asker::new(target.addr)?;
    let mut found = runtime.block_on(async {
        asker.find_model().await?;
        // A hundred need the gateway to themselves, and so does who comes after them. All others find
        // room beside each other: there are never more than four of these.
        let crowd = Crowd::of(&asker).await?;
        let (silent, left, heard) = tokio::join!(
            silent_at_first(&asker),
            ask_and_leave(&asker),
            ask_and_listen(&asker)
        );
        let mut found = [left?, heard?].concat();
        found.extend([
            ("hang-up-in-the-queue", crowd.queue(&asker).await?),
            ("past-the-limit", crowd.limit()),
            ("silent-at-first", silent),
            ("after-a-hundred-hang-ups", many_leave(&asker).await),
        ]);
        Ok::<_, String>(found)
    })?;
    found.sort_by_key(|(row, _)| RUDE.iter().position(|known| known == row));
    Ok(found.into_iter().map(fact).collect())
}

async fn ask_and_leave(asker: &Asker) -> Result<Vec<Answer>, String> {
    let streams = json!({"stream": true});
    let in_a_stream = leave(asker, "long", &streams, AfterWords).await?;
    let thinking = leave(asker, "silent", &streams, BeforeWords).await?;
    let whole = leave(asker, "silent", &json!({}), BeforeWords).await?;
    Ok(vec![
        ("hang-up-in-a-stream", in_a_stream),
        ("hang-up-while-it-thinks", thinking),
        ("hang-up-of-a-whole-answer", whole),
        ("hang-up-of-another", another_leaves(asker).await),
    ])
}

async fn ask_and_listen(asker: &Asker) -> Result<Vec<Answer>, String> {
    let usage = json!({"stream": true, "stream_options": {"include_usage": true}});
    Ok(vec![
        ("proxy-is-told", told_not_to_buffer(&asker.stream("talk:proxy").await)),
        ("letters-in-pieces", letters(&asker.stream("korean:letters").await)),
        ("error-in-the-middle", ending(&asker.stream("error:middle").await)),
        ("cut-in-the-middle", ending(&asker.stream("cut:middle").await)),
        ("garbled-in-the-middle", ending(&asker.stream("garbled:middle").await)),
        ("lost-in-the-middle", ending(&asker.stream("lost:middle").await)),
        ("lost-before-the-first-byte", again(asker).await?),
        ("model-is-busy", busy(&asker.stream("busy:model").await)),
        ("usage-unasked", usages(&asker.stream("talk:unasked").await)),
        ("usage-asked", usages(&asker.hear("talk:asked", usage).await)),
        ("tool-call-in-pieces", tools(&asker.stream("tools:pieces").await)),
        ("reader-that-stalls", stall(asker).await?),
    ])
}

fn fact((row, found): Answer) -> Fact {
    Fact { name: row.into(), value: Value::Text(found), unit: String::new() }
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
