//! A sample: one request, as a row of the record.

use serde::{Deserialize, Serialize};

use crate::record::outcome::Outcome;

/// The names of a sample's places, in order; each `run` line repeats them for a reader with no manual.
/// The first is what [`Sample`] calls its lane: old records keep the word they were written with.
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

/// One request, from the moment it was due until the moment its fate was known. Every time is in
/// microseconds: a moment from the run's start, but for `handler`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SampleRow", into = "SampleRow")]
pub struct Sample {
    /// the connection slot that sent it, from 0; one slot may see many TCP connections
    pub lane: u32,
    /// when it should have been sent; latency counts from here
    pub due: u64,
    /// when its TCP connection stood; null where it went over one that already did
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
    /// what became of it
    pub outcome: Outcome,
}

impl Sample {
    /// A request of which nothing is known yet but when it was due.
    pub fn due(lane: u32, due: u64, outcome: Outcome) -> Self {
        Sample {
            lane,
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

    /// What its client waited, in microseconds: from due to done. `None` of a request that got no
    /// answer it wanted.
    pub fn latency(&self) -> Option<u64> {
        let done = self.done.filter(|_| self.outcome == Outcome::Ok)?;
        Some(done.saturating_sub(self.due))
    }
}

/// A sample as the record keeps it: its places are [`COLUMNS`].
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
        let (lane, due, connected, sent, first_byte, done, handler, worker, outcome) = row;
        Sample { lane, due, connected, sent, first_byte, done, handler, worker, outcome }
    }
}

impl From<Sample> for SampleRow {
    fn from(s: Sample) -> Self {
        (s.lane, s.due, s.connected, s.sent, s.first_byte, s.done, s.handler, s.worker, s.outcome)
    }
}
