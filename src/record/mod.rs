//! The record: what a run showed, as lines of JSON.
//!
//! One line is one JSON value. A run begins with a `run` line, ends with an `end` line, and
//! holds everything that happened in between, in any order. A file holds many runs, one after
//! another. Times are whole microseconds from the start of the run; what did not happen is
//! `null`. Nothing derived is ever stored: totals, percentiles and figures are computed from
//! these lines by the views, each time they are needed. What does not add up is refused: see
//! [`Run::check`].
//!
//! ```text
//! {"kind":"run","version":1,"chapter":"chap1","experiment":"ten","case":"axum",…}
//! [0,0,212,230,300871,300880,300412,"1","ok"]
//! {"kind":"event","lane":"task 1","at":12,"what":"polled"}
//! {"kind":"fact","name":"threads-peak","value":2,"unit":"threads"}
//! {"kind":"end","at":300990}
//! ```

use serde::{Deserialize, Serialize};

mod check;
mod chunks;
mod header;
pub mod histogram;
pub(crate) mod machine;
pub mod outcome;
mod read;
mod sample;
pub mod write;

pub use check::COMPUTED;
pub use chunks::Chunks;
pub use header::{AskSettings, Header, LoadSettings, Machine, Mode, ProbeSettings};
pub use histogram::Histogram;
pub use outcome::Outcome;
pub use read::{BadRecord, Reader, read, read_file};
pub use sample::{COLUMNS, Sample};

/// The version of this format. A file of another version is refused, never guessed at.
pub const VERSION: u32 = 1;

/// The longest time that a record may tell of, in microseconds: eleven days. Any file's sum of such
/// times is a number that a computer can hold.
pub const LONGEST: u64 = 1_000_000_000_000;

/// The fact of a run that was none: a case that needs what is not installed. It stays in the
/// record, so that nothing vanishes from a table unheard.
pub const ABSENT: &str = "absent";

/// One whole run: one case, asked once under one load.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// what was run
    pub header: Header,
    /// a request each, in the order in which their fates became known
    pub samples: Vec<Sample>,
    /// of answers that came as streams
    pub chunks: Vec<Chunks>,
    /// in the order in which they were told
    pub events: Vec<Event>,
    /// what was found out once
    pub facts: Vec<Fact>,
    /// in place of the load's samples, where there were too many
    pub histogram: Option<Histogram>,
    /// when it was over
    pub end: End,
}

impl Run {
    /// Whether this request was a probe, sent beside the load and counted apart from it.
    pub fn is_probe(&self, sample: &Sample) -> bool {
        let load = &self.header.load;
        load.probe.is_some() && sample.lane >= load.concurrency
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
    /// the first line of a run
    Run(Box<Header>),
    Chunks(Chunks),
    Event(Event),
    Fact(Fact),
    Histogram(Box<Histogram>),
    /// the last line of a run
    End(End),
}

/// Something that happened at a moment: a poll, a wake, a token, a server's own view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// whose it is: each name is a row of a figure
    pub lane: String,
    /// when, in microseconds from the run's start
    pub at: u64,
    /// what: `polled`, `asked`, …
    pub what: String,
}

/// Something that was found out once: a peak, a size, a cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// of `[a-z0-9-]`: see [`is_part`]
    pub name: String,
    pub value: Value,
    /// `us`, `bytes`, `threads`, `count`; empty for a text
    pub unit: String,
}

impl Fact {
    /// A fact that has a unit, such as `us` or `bytes`.
    pub fn number(name: &str, value: f64, unit: &str) -> Self {
        Fact { name: name.into(), value: Value::Number(value), unit: unit.into() }
    }

    /// A fact in words.
    pub fn text(name: &str, text: impl Into<String>) -> Self {
        Fact { name: name.into(), value: Value::Text(text.into()), unit: String::new() }
    }
}

/// Whether `text` may be a fact's name, and so a part of a number's: of `[a-z0-9-]`, and not empty.
pub fn is_part(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// A fact's value. `Absent` (JSON `null`) is "not measured here", which is not zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// in the fact's unit
    Number(f64),
    Text(String),
    /// not measured on this machine
    Absent,
}

/// The `end` line. A run without it was cut short and is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// when, in microseconds from the run's start
    pub at: u64,
}
