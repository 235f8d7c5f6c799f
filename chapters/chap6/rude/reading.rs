//! What a stream said, and how it ended.

use serde_json::Value;

use super::hear::{Heard, PATIENCE};
use super::model::WORDS;

/// What a stream said, read as a client would.
#[derive(Debug, Default, PartialEq)]
pub struct Reading {
    pub text: String,
    pub finish: Option<String>,
    /// events that report an error, and what the first one says
    pub errors: usize,
    /// `[DONE]`
    pub dones: usize,
    /// events that are no JSON
    pub garbled: usize,
    /// comments, which keep a connection from being taken for dead
    pub comments: usize,
    pub usages: usize,
    /// of the arguments of a tool call, joined by its index
    pub arguments: String,
    /// anything came after the end
    pub broken: bool,
}

impl Heard {
    pub fn read(&self) -> Reading {
        let mut reading = Reading::default();
        let text = String::from_utf8_lossy(&self.bytes).replace("\r\n", "\n");
        for event in text.split("\n\n") {
            reading.comments +=
                event.lines().filter(|line| line.starts_with(':')).count();
            let data: Vec<&str> = event
                .lines()
                .filter_map(|line| line.strip_prefix("data:"))
                .collect();
            if data.is_empty() {
                continue;
            }
            reading.broken |= reading.dones > 0;
            reading.hear(data.join("\n").trim());
        }
        reading
    }
}

impl Reading {
    fn hear(&mut self, data: &str) {
        if data == "[DONE]" {
            self.dones += 1;
            return;
        }
        let Ok(event) = serde_json::from_str::<Value>(data) else {
            self.garbled += 1;
            return;
        };
        self.errors += usize::from(!event["error"].is_null());
        self.usages += usize::from(!event["usage"].is_null());
        let choice = &event["choices"][0];
        self.text += choice["delta"]["content"].as_str().unwrap_or_default();
        let call = &choice["delta"]["tool_calls"][0];
        self.arguments +=
            call["function"]["arguments"].as_str().unwrap_or_default();
        if let Some(finish) = choice["finish_reason"].as_str() {
            self.finish = Some(finish.to_string());
        }
    }
}

/// The whole text, and an end that says so.
pub fn is_whole(heard: &Heard, text: &str) -> bool {
    let reading = heard.read();
    let ends = reading.finish.as_deref() == Some("stop") && reading.dones == 1;
    reading.text == text && ends && heard.in_order && !reading.broken
}

pub fn whole_or_how_it_ended(heard: &Heard, text: &str) -> String {
    if is_whole(heard, text) { "whole".into() } else { ending(heard) }
}

/// How a stream ended that the model did not finish.
pub fn ending(heard: &Heard) -> String {
    let reading = heard.read();
    let told = match (&reading.finish, reading.errors) {
        _ if heard.status != 200 => return heard.status.to_string(),
        (Some(finish), _) => format!("\"{finish}\""),
        (None, 0) if reading.garbled > 0 => "noise passed on".into(),
        (None, 0) => "cut short, and not a word".into(),
        (None, 1) => "an error".into(),
        (None, more) => format!("{more} errors"),
    };
    let twice = reading.text.matches(WORDS[0]).count() > 1;
    let ends = match heard.in_order {
        _ if twice => ", text twice",
        _ if reading.dones > 1 => ", several ends",
        _ if reading.broken => ", and more after the end",
        false if heard.after >= PATIENCE => ", no end",
        false => ", then lost",
        true => ", one end",
    };
    told + ends
}
