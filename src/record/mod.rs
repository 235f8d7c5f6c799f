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

pub mod histogram;
pub(crate) mod machine;
pub mod outcome;
mod read;
pub mod write;

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
    Event(Event),
    Fact(Fact),
    Histogram(Histogram),
    End(End),
}

/// The `run` line: everything a stranger needs in order to repeat the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Header {
    pub version: u32,
    /// `chap1`
    pub chapter: String,
    /// `ten`, or `custom` for one made up on the command line
    pub experiment: String,
    /// the server: `rouille-1`
    pub case: String,
    /// 1 for the first of `repeats`
    pub repeat: u32,
    /// how often this was run in a row; a number in the book is the median of them all
    pub repeats: u32,
    /// how long each handler waits, in microseconds
    pub delay_us: u64,
    pub load: LoadSettings,
    pub machine: Machine,
    /// RFC 3339, UTC
    pub date: String,
    /// the command that made this run
    pub command: String,
    pub columns: Vec<String>,
}

/// The load that was asked for. What came of it is in the samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LoadSettings {
    /// `closed`: a lane asks again when it was answered; `open-constant`, `open-poisson`: a request
    /// is due at its moment, whatever became of the others; `by-hand`: the chapter asked, and no
    /// load was sent
    pub mode: String,
    /// the program that sent it, where it was not the kit's own generator: it keeps no samples, and
    /// what it reports are facts
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// 0 where the load lasted for a time, or where there was none
    pub requests: u32,
    /// for how long requests became due, after the warm-up
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_us: Option<u64>,
    /// requests due before were sent, and are in no sample
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_up_us: Option<u64>,
    /// lanes: requests that may be under way at once
    pub concurrency: u32,
    /// over which the lanes are opened, one after another
    pub ramp_us: u64,
    /// after which a request is given up
    pub timeout_us: u64,
    /// whether a lane keeps its connection for its next request
    pub keep_alive: bool,
    /// of an open loop
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_second: Option<f64>,
    /// of random arrivals: the same seed gives the same moments
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// what was asked meanwhile, on the lanes after the load's own; left out where nothing was
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<ProbeSettings>,
}

/// Requests of another kind, sent beside the load, one every so often whatever became of the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProbeSettings {
    pub path: String,
    pub requests: u32,
    pub every_us: u64,
}

impl LoadSettings {
    /// Of a run that sent no load: the chapter asked by its own hand.
    pub fn by_hand() -> Self {
        LoadSettings {
            mode: "by-hand".into(),
            by: None,
            requests: 0,
            duration_us: None,
            warm_up_us: None,
            concurrency: 0,
            ramp_us: 0,
            timeout_us: 0,
            keep_alive: false,
            rate_per_second: None,
            seed: None,
            probe: None,
        }
    }
}

/// The machine and the build behind the numbers. `null` where it could not be learned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Machine {
    pub os: String,
    pub arch: String,
    pub kernel: Option<String>,
    pub cpu: Option<String>,
    pub cores: u32,
    pub memory_bytes: Option<u64>,
    /// `release` or `debug`
    pub build: String,
    pub rustc: String,
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
