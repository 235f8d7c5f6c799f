//! The record: what a run showed, as lines of JSON.
//!
//! One line is one JSON value. A run begins with a `run` line, ends with an `end` line, and
//! holds everything that happened in between, in any order. A file holds many runs, one after
//! another. Times are whole microseconds from the start of the run; what did not happen is
//! `null`. Nothing derived is ever stored: totals, percentiles and figures are computed from
//! these lines by [`crate::summary`] and [`crate::timeline`], each time they are needed.
//!
//! ```text
//! {"kind":"run","version":1,"chapter":"chap1","experiment":"ten","case":"axum",…}
//! [0,0,212,230,300871,300880,300412,"1","ok"]
//! {"kind":"event","lane":"task 1","at":12,"what":"polled"}
//! {"kind":"fact","name":"threads-peak","value":2,"unit":"threads"}
//! {"kind":"end","at":300990}
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod header;
pub mod histogram;
pub(crate) mod machine;
pub mod outcome;
mod read;
pub mod write;

pub use header::{Header, LoadSettings, Machine, ProbeSettings};
pub use outcome::Outcome;
pub use read::{BadRecord, read, read_file};

/// The version of this format. A file of another version is refused, never guessed at.
pub const VERSION: u32 = 1;

/// The fact of a run that was none: a case that needs what is not installed. It stays in the
/// record, so that nothing vanishes from a table unheard.
pub const ABSENT: &str = "absent";

/// The names of a sample's places, in order; each `run` line repeats them for a reader with no manual.
pub const COLUMNS: [&str; 9] = [
    "connection",
    "due",
    "connected",
    "sent",
    "first-byte",
    "done",
    "handler",
    "worker",
    "outcome",
];

/// One whole run: one case, asked once under one load.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub header: Header,
    pub samples: Vec<Sample>,
    /// of answers that came as streams
    pub chunks: Vec<Chunks>,
    pub events: Vec<Event>,
    pub facts: Vec<Fact>,
    /// in place of samples, where there were too many
    pub histogram: Option<Histogram>,
    pub end: End,
}

impl Run {
    /// Whether this request was a probe, sent beside the load and counted apart from it.
    pub fn is_probe(&self, sample: &Sample) -> bool {
        let load = &self.header.load;
        load.probe.is_some() && sample.connection >= load.concurrency
    }

    /// What was missing on this machine, where the case could not be run at all.
    pub fn absent(&self) -> Option<&str> {
        match self.fact(ABSENT).map(|fact| &fact.value) {
            Some(Value::Text(why)) => Some(why),
            _ => None,
        }
    }

    /// The fact of that name, where the run has one.
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.name == name)
    }
}

/// A line of the record that is not a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Line {
    Run(Box<Header>),
    Chunks(Chunks),
    Event(Event),
    Fact(Fact),
    Histogram(Histogram),
    End(End),
}

/// One request, from the moment it was due until the moment its fate was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SampleRow", into = "SampleRow")]
pub struct Sample {
    /// the lane that sent it, from 0
    pub connection: u32,
    /// when it should have been sent; latency counts from here
    pub due: u64,
    /// when its TCP connection stood; null where it went over a connection that already did
    pub connected: Option<u64>,
    /// when the last byte of the request had been handed to the operating system
    pub sent: Option<u64>,
    /// when the first byte of the answer came
    pub first_byte: Option<u64>,
    /// when the last byte of the answer came, or the moment it failed
    pub done: Option<u64>,
    /// how long the handler ran, by the server's own clock: a duration
    pub handler: Option<u64>,
    /// the server's thread or task that answered
    pub worker: Option<String>,
    pub outcome: Outcome,
}

impl Sample {
    /// A request of which nothing is known yet but when it was due.
    pub fn due(connection: u32, due: u64, outcome: Outcome) -> Self {
        Sample {
            connection,
            due,
            connected: None,
            sent: None,
            first_byte: None,
            done: None,
            handler: None,
            worker: None,
            outcome,
        }
    }
}

type SampleRow = (
    u32,
    u64,
    Option<u64>,
    Option<u64>,
    Option<u64>,
    Option<u64>,
    Option<u64>,
    Option<String>,
    Outcome,
);

impl From<SampleRow> for Sample {
    fn from(row: SampleRow) -> Self {
        let (connection, due, connected, sent, first_byte, done, handler, worker, outcome) = row;
        Sample { connection, due, connected, sent, first_byte, done, handler, worker, outcome }
    }
}

impl From<Sample> for SampleRow {
    fn from(s: Sample) -> Self {
        (
            s.connection,
            s.due,
            s.connected,
            s.sent,
            s.first_byte,
            s.done,
            s.handler,
            s.worker,
            s.outcome,
        )
    }
}

/// The `chunks` line: when the events of one streamed answer came. It follows its sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chunks {
    /// the lane of its sample
    pub connection: u32,
    /// of its sample; in microseconds from the run's start, as the next
    pub due: u64,
    /// in order, none missing and at least one
    pub at: Vec<u64>,
}

/// Something that happened at a moment: a poll, a wake, a token, a server's own view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub lane: String,
    pub at: u64,
    pub what: String,
}

/// Something that was found out once: a peak, a size, a cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    pub name: String,
    pub value: Value,
    /// `us`, `bytes`, `threads`, `count`; empty for a text
    pub unit: String,
}

impl Fact {
    pub fn number(name: &str, value: f64, unit: &str) -> Self {
        Fact { name: name.into(), value: Value::Number(value), unit: unit.into() }
    }

    pub fn text(name: &str, text: impl Into<String>) -> Self {
        Fact { name: name.into(), value: Value::Text(text.into()), unit: String::new() }
    }
}

/// A fact's value. `Absent` (JSON `null`) is "not measured here", which is not zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Number(f64),
    Text(String),
    Absent,
}

/// The `histogram` line: what became of very many requests, in place of a sample for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Histogram {
    /// how many requests met which fate
    pub outcomes: BTreeMap<Outcome, u64>,
    pub first_due: u64,
    pub last_done: u64,
    /// the latencies in microseconds of the requests answered `ok`: an HDR histogram of three
    /// significant digits, in its own V2 encoding, compressed, in base64
    pub latency: String,
}

/// The `end` line. A run without it was cut short and is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    pub at: u64,
}
