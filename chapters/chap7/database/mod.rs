//! A PostgreSQL for the chapter, and the way to it.

pub mod access;
pub mod awaiting;
pub mod blocking;
pub mod cluster;
pub mod leaving;
pub mod scratch;
pub mod sqlite;

use tokio_postgres::error::SqlState;

use crate::work::Trouble;

impl From<postgres::Error> for Trouble {
    fn from(why: postgres::Error) -> Self {
        trouble(&why)
    }
}

// ANCHOR: trouble
/// What an error of PostgreSQL's means to a client. Both drivers have the same ones.
fn trouble(why: &postgres::Error) -> Trouble {
    match why.code() {
        Some(&SqlState::QUERY_CANCELED) => Trouble::TooLong,
        Some(&SqlState::DISK_FULL) => Trouble::Full,
        // It was told to end, is not ready yet, or has no place for one more.
        Some(&SqlState::ADMIN_SHUTDOWN | &SqlState::CRASH_SHUTDOWN) => {
            Trouble::Away(access::said(why))
        }
        Some(&SqlState::CANNOT_CONNECT_NOW | &SqlState::TOO_MANY_CONNECTIONS) => {
            Trouble::Away(access::said(why))
        }
        Some(_) => Trouble::Refused(access::said(why)),
        None => Trouble::Away(access::said(why)),
    }
}
// ANCHOR_END: trouble
