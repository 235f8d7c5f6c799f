//! What an event from the model says: a token, an end, a failure, or nothing that concerns us.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use chap6::protocol::DONE;
use chap6::retrieval::Passage;

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow, default)]
    choices: Vec<Choice<'a>>,
    usage: Option<IgnoredAny>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(default)]
    index: u32,
    #[serde(borrow, default)]
    delta: Delta<'a>,
    finish_reason: Option<IgnoredAny>,
}

#[derive(Deserialize, Default)]
struct Delta<'a> {
    #[serde(borrow)]
    content: Option<Cow<'a, str>>,
    #[serde(borrow)]
    reasoning_content: Option<Cow<'a, str>>,
    tool_calls: Option<IgnoredAny>,
}

/// What becomes of an event.
#[derive(Debug, PartialEq)]
pub enum Says {
    /// goes on to the client; whether there is a token in it
    Chunk { token: bool },
    /// nobody asked for it
    Nothing,
    /// how many tokens it took: to be said last
    Usage,
    /// the model's own word for what went wrong
    Error(String),
    /// the stream is over
    Done,
    /// not of the protocol
    Garbled,
}

/// What is known of a stream so far.
#[derive(Debug, Default)]
pub struct Progress {
    /// answers that have begun and not ended: a request may ask for several at once
    open: BTreeSet<u32>,
    ended: bool,
}

impl Progress {
    /// Reads one event.
    pub fn read(&mut self, data: &str) -> Says {
        if data == DONE {
            return Says::Done;
        }
        // Some clients stumble over an event without data, so it goes no further.
        if data.is_empty() {
            return Says::Nothing;
        }
        let Ok(chunk) = serde_json::from_str::<Chunk>(data) else {
            return Says::Garbled;
        };
        if let Some(error) = chunk.error {
            let message = error["message"].as_str().or(error.as_str());
            return Says::Error(
                message.unwrap_or("it did not say what").to_string(),
            );
        }
        if chunk.choices.is_empty() {
            return if chunk.usage.is_some() { Says::Usage } else { Says::Nothing };
        }
        let mut token = false;
        for choice in &chunk.choices {
            self.open.insert(choice.index);
            if choice.finish_reason.is_some() {
                self.open.remove(&choice.index);
                self.ended = true;
            }
            let Delta { content, reasoning_content, tool_calls } = &choice.delta;
            let text = content.iter().chain(reasoning_content);
            token |= text.into_iter().any(|text| !text.is_empty())
                || tool_calls.is_some();
        }
        Says::Chunk { token }
    }

    /// Whether every answer said why it ended. A stream that ends otherwise was cut.
    pub fn is_whole(&self) -> bool {
        self.ended && self.open.is_empty()
    }
}

/// The same JSON object, and in it the passages that the answer was made from.
pub fn with_passages(data: &str, passages: &[Passage]) -> Option<String> {
    let mut object: serde_json::Map<String, Value> =
        serde_json::from_str(data).ok()?;
    object.insert("passages".into(), serde_json::to_value(passages).ok()?);
    serde_json::to_string(&object).ok()
}
