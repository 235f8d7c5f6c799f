//! Why an exchange brought no whole answer, and which outcome that is.

use std::error::Error;
use std::io::{self, ErrorKind};

use crate::record::outcome::Outcome;

/// Whose doing it was.
pub(super) enum NoAnswer {
    /// the server's doing, or the network's: an outcome like any other
    Outcome(Outcome),
    /// this machine's doing: the load could not be made, and no number of this run is worth keeping
    Ours(String),
}

impl NoAnswer {
    pub fn of_connect(why: io::Error) -> Self {
        match why.kind() {
            ErrorKind::ConnectionRefused => NoAnswer::Outcome(Outcome::Refused),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => {
                NoAnswer::Outcome(Outcome::Reset)
            }
            ErrorKind::TimedOut => NoAnswer::Outcome(Outcome::TimedOut),
            ErrorKind::AddrNotAvailable => NoAnswer::Ours(format!(
                "this machine has no port left for another connection ({why}): each that was closed keeps its port for a minute, so ask with --keep-alive, or with fewer requests"
            )),
            _ => NoAnswer::Ours(format!(
                "this machine could not open another connection ({why}): ask with fewer lanes, or raise its limit of open files"
            )),
        }
    }
}

impl From<hyper::Error> for NoAnswer {
    fn from(why: hyper::Error) -> Self {
        if why.is_parse() {
            return NoAnswer::Outcome(Outcome::Malformed);
        }
        let io = why.source().and_then(|source| source.downcast_ref::<io::Error>());
        NoAnswer::Outcome(match io.map(io::Error::kind) {
            Some(ErrorKind::InvalidData | ErrorKind::InvalidInput) => Outcome::Malformed,
            // Everything else that hyper reports is a connection that ended too early: by an
            // end of file, a reset, a broken pipe, or before the request was wholly taken.
            _ => Outcome::Reset,
        })
    }
}
