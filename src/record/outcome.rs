//! What became of a request. Every request has exactly one outcome, so they add up to N.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What became of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Outcome {
    /// a whole answer with a status of 200 to 299
    Ok,
    /// a whole answer with another status
    Status(u16),
    /// nobody listened: the connection was refused
    Refused,
    /// no whole answer within the request's timeout
    TimedOut,
    /// the connection ended before the answer was whole
    Reset,
    /// what came back was not HTTP, or had a head beyond a client's limits: some hundred fields, or
    /// some hundred kilobytes
    Malformed,
    /// a stream ended without its last event, or in the middle of one
    CutShort,
    /// its client wanted no more and closed the connection, as the load asked: no failure
    HungUp,
    /// the run ended first: the request was under way, or never had its turn
    Unfinished,
}

impl Outcome {
    /// Whether the request was to be answered, and was not.
    pub fn is_failure(self) -> bool {
        !matches!(self, Outcome::Ok | Outcome::HungUp)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Ok => f.write_str("ok"),
            Outcome::Status(code) => write!(f, "status-{code}"),
            Outcome::Refused => f.write_str("refused"),
            Outcome::TimedOut => f.write_str("timed-out"),
            Outcome::Reset => f.write_str("reset"),
            Outcome::Malformed => f.write_str("malformed"),
            Outcome::CutShort => f.write_str("cut-short"),
            Outcome::HungUp => f.write_str("hung-up"),
            Outcome::Unfinished => f.write_str("unfinished"),
        }
    }
}

impl FromStr for Outcome {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "ok" => Outcome::Ok,
            "refused" => Outcome::Refused,
            "timed-out" => Outcome::TimedOut,
            "reset" => Outcome::Reset,
            "malformed" => Outcome::Malformed,
            "cut-short" => Outcome::CutShort,
            "hung-up" => Outcome::HungUp,
            "unfinished" => Outcome::Unfinished,
            _ => match text.strip_prefix("status-").map(str::parse) {
                Some(Ok(code)) => Outcome::Status(code),
                _ => return Err(format!("unknown outcome {text:?}")),
            },
        })
    }
}

impl TryFrom<String> for Outcome {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Outcome> for String {
    fn from(outcome: Outcome) -> String {
        outcome.to_string()
    }
}
