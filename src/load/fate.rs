//! Which outcome an error means.

use std::error::Error;
use std::io::{self, ErrorKind};

use crate::outcome::Outcome;

/// Why an exchange brought no whole answer.
pub(super) enum Failure {
    /// the server's doing, or the network's: an outcome like any other
    Outcome(Outcome),
    /// this machine's doing: the load could not be made, and no number of this run is worth keeping
    Ours(String),
}

impl Failure {
    pub fn of_connect(why: io::Error) -> Self {
        match why.kind() {
            ErrorKind::ConnectionRefused => Failure::Outcome(Outcome::Refused),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => {
                Failure::Outcome(Outcome::Reset)
            }
            ErrorKind::TimedOut => Failure::Outcome(Outcome::TimedOut),
            ErrorKind::AddrNotAvailable => Failure::Ours(format!(
                "this machine has no port left for another connection ({why}): each that was closed keeps its port for a minute, so ask with --keep-alive, or with fewer requests"
            )),
            _ => Failure::Ours(format!(
                "this machine could not open another connection ({why}): ask with fewer lanes, or raise its limit of open files"
            )),
        }
    }
}

impl From<hyper::Error> for Failure {
    fn from(why: hyper::Error) -> Self {
        if why.is_parse() {
            return Failure::Outcome(Outcome::Malformed);
        }
        let io = why.source().and_then(|source| source.downcast_ref::<io::Error>());
        Failure::Outcome(match io.map(io::Error::kind) {
            Some(ErrorKind::InvalidData | ErrorKind::InvalidInput) => Outcome::Malformed,
            // Everything else that hyper reports is a connection that ended too early: by an
            // end of file, a reset, a broken pipe, or before the request was wholly taken.
            _ => Outcome::Reset,
        })
    }
}
