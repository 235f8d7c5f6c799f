//! What an error of a database or of a pool means to a client.

use deadpool_postgres::{PoolError, TimeoutType};
use rusqlite::ErrorCode;
use tokio_postgres::error::SqlState;

use chap7::database::access;
use chap7::work::Trouble;

impl From<PoolError> for Trouble {
    fn from(why: PoolError) -> Self {
        match why {
            PoolError::Timeout(TimeoutType::Wait) => Trouble::NoConnection,
            PoolError::Backend(why) => trouble(&why),
            other => Trouble::Away(other.to_string()),
        }
    }
}

impl From<postgres::Error> for Trouble {
    fn from(why: postgres::Error) -> Self {
        trouble(&why)
    }
}

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

impl From<rusqlite::Error> for Trouble {
    fn from(why: rusqlite::Error) -> Self {
        if why == rusqlite::Error::QueryReturnedNoRows {
            return Trouble::Missing;
        }
        match why.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Trouble::Locked
            }
            Some(ErrorCode::DiskFull) => Trouble::Full,
            Some(ErrorCode::CannotOpen) => Trouble::Away(why.to_string()),
            _ => Trouble::Refused(why.to_string()),
        }
    }
}
