//! How a server comes to its PostgreSQL.

use std::env;
use std::net::SocketAddr;
use std::time::Duration;

use postgres::{Client, NoTls};
use tokio_postgres::Config;
use tokio_postgres::error::SqlState;
use while_you_wait::Failure;

/// Another password than the cluster's own: for a PostgreSQL that a reader brings, or to see what a
/// wrong one does.
pub const PASSWORD: &str = "CHAP7_PASSWORD";

/// Where it listens, and who asks.
#[derive(Clone)]
pub struct Access {
    pub addr: SocketAddr,
    pub user: String,
    pub password: String,
    /// after which the database itself ends a statement
    pub statement: Duration,
}

impl Access {
    /// As the cluster is made. It is thrown away, and listens on this machine alone: its password
    /// is no secret.
    pub fn of(addr: SocketAddr) -> Access {
        let password =
            env::var(PASSWORD).unwrap_or_else(|_| "while-you-wait".into());
        Access {
            addr,
            user: "chap7".into(),
            password,
            statement: Duration::from_secs(20),
        }
    }

    /// For a driver of either kind: the sync one is made of the async one.
    pub fn config(&self) -> Config {
        let mut config = Config::new();
        config
            .host(self.addr.ip().to_string())
            .port(self.addr.port())
            .user(&self.user)
            .password(&self.password)
            .dbname("postgres")
            .application_name("chap7");
        // ANCHOR: ends
        config
            .connect_timeout(Duration::from_secs(2))
            .tcp_user_timeout(Duration::from_secs(10))
            .options(format!(
                "-c statement_timeout={} -c idle_in_transaction_session_timeout=60000",
                self.statement.as_millis()
            ));
        // ANCHOR_END: ends
        config
    }

    /// A connection that nobody pools, for whoever looks on.
    ///
    /// # Errors
    /// A sentence on why there is none.
    pub fn now(&self) -> Result<Client, Failure> {
        postgres::Config::from(self.config())
            .connect(NoTls)
            .map_err(|why| self.refused(&why))
    }

    /// Whether a server can begin to serve.
    ///
    /// # Errors
    /// A sentence on why it cannot.
    pub fn check(&self) -> Result<(), Failure> {
        self.now().map(drop)
    }

    fn refused(&self, why: &postgres::Error) -> Failure {
        let Access { addr, user, .. } = self;
        match why.code() {
            Some(&SqlState::INVALID_PASSWORD) => {
                format!("PostgreSQL at {addr} does not take {user}'s password; {PASSWORD} would give another").into()
            }
            Some(_) => format!("PostgreSQL at {addr} refuses: {}", said(why)).into(),
            None => format!("no PostgreSQL answers at {addr}: {}", said(why)).into(),
        }
    }
}

/// What an error of the driver's has to say, without what it says of itself.
pub fn said(why: &postgres::Error) -> String {
    match (why.as_db_error(), std::error::Error::source(why)) {
        (Some(by_database), _) => by_database.message().into(),
        (None, Some(cause)) => cause.to_string(),
        (None, None) => why.to_string(),
    }
}
