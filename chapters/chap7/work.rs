//! What a request asks a server to do with its database, and what comes of it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// One of these stands in the body of a request; an empty body is a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// a query that waits, and computes nothing: for a disk, a lock, another database
    Wait,
    /// one row, by its key
    Read(i32),
    /// a query that computes, and waits for nothing
    Compute,
    /// a transaction that changes a row, waits, and is then kept
    Change(i32),
}

/// How many numbers a computing query adds up.
pub const NUMBERS: i64 = 20_000;

impl FromStr for Work {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, id) = text.split_once(' ').unwrap_or((text, "1"));
        let unknown = || {
            format!("{text:?}: wait, compute, read 7 or change 7 would be right")
        };
        Ok(match (word, id.parse().map_err(|_| unknown())?) {
            ("" | "wait", _) => Work::Wait,
            ("compute", _) => Work::Compute,
            ("read", id) => Work::Read(id),
            ("change", id) => Work::Change(id),
            _ => return Err(unknown()),
        })
    }
}

/// Work that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    pub answer: i64,
    /// for how long a connection was ours
    pub held: Duration,
}

/// Why it was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// nobody gave a connection back in time
    NoConnection,
    /// so many wait for one that another would wait too long
    TooManyWait,
    /// the database does not answer, or hung up
    Away(String),
    /// the database ended the statement, which took too long
    TooLong,
    /// somebody else writes, and went on for too long
    Locked,
    /// there is no room for what was to be written
    Full,
    /// there is no such row
    Missing,
    /// the database refuses, and is right
    Refused(String),
}

impl Trouble {
    /// The status that says so, and whether it is worth trying again.
    pub fn status(&self) -> (u16, bool) {
        match self {
            Trouble::NoConnection | Trouble::TooManyWait => (503, true),
            Trouble::Away(_) | Trouble::Locked => (503, true),
            Trouble::TooLong => (504, false),
            Trouble::Full => (507, false),
            Trouble::Missing => (404, false),
            Trouble::Refused(_) => (500, false),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::NoConnection => {
                f.write_str("no connection to the database became free in time")
            }
            Trouble::TooManyWait => {
                f.write_str("too many wait for the database already")
            }
            Trouble::Away(why) => write!(f, "the database does not answer: {why}"),
            Trouble::TooLong => {
                f.write_str("the database ended a statement that took too long")
            }
            Trouble::Locked => {
                f.write_str("somebody else was writing for too long")
            }
            Trouble::Full => f.write_str("the disk of the database is full"),
            Trouble::Missing => f.write_str("there is no such account"),
            Trouble::Refused(why) => write!(f, "the database refuses: {why}"),
        }
    }
}

/// How long `held` was, as the standard header `Server-Timing` says it: what a client waited beyond
/// it, it waited for a connection.
pub fn timing(held: Duration) -> String {
    format!("handler;dur={:.3}", held.as_secs_f64() * 1e3)
}

// ANCHOR: pool
/// What a pool is allowed.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    /// *s*: how many connections
    pub size: usize,
    /// for how long a request waits for one
    pub wait: Duration,
    /// how many ask for one at one moment, whoever finds one free among them; who comes then is refused
    pub queue: usize,
    /// how long the database lets a statement run
    pub statement: Duration,
}

impl Default for Pool {
    fn default() -> Self {
        Pool {
            size: 4,
            wait: Duration::from_secs(5),
            queue: usize::MAX,
            statement: Duration::from_secs(20),
        }
    }
}
// ANCHOR_END: pool

impl Pool {
    /// # Errors
    /// It has no place for anybody.
    pub fn check(&self) -> Result<(), String> {
        match self.size {
            0 => Err("a pool of no connections would let everybody wait for ever; 1 or more would be right".into()),
            _ => Ok(()),
        }
    }
}
