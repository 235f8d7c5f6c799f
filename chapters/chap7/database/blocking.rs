//! PostgreSQL behind the sync driver: who waits, keeps a thread.

use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use postgres::types::Type;
use postgres::{Client, NoTls};
use r2d2_postgres::PostgresConnectionManager;
use while_you_wait::Failure;

use chap7::database::access::Access;
use chap7::work::{Done, NUMBERS, Pool, Trouble, Work};

/// Any database that makes its caller wait.
pub trait Blocking: Send + Sync + 'static {
    /// Does it on a connection of its pool, while the thread that calls stands still.
    ///
    /// # Errors
    /// Why it was not done.
    fn work(&self, work: Work, wait: Duration) -> Result<Done, Trouble>;
}

type Connection = r2d2::PooledConnection<PostgresConnectionManager<NoTls>>;

/// As long as somebody may take to answer the door who is at home.
const KNOCK: Duration = Duration::from_secs(2);

/// PostgreSQL, through the `postgres` crate.
pub struct Postgres {
    addr: SocketAddr,
    pool: r2d2::Pool<PostgresConnectionManager<NoTls>>,
}

impl Postgres {
    /// # Errors
    /// The pool has no place for anybody.
    pub fn new(access: &Access, settings: Pool) -> Result<Postgres, Failure> {
        settings.check()?;
        let mut access = access.clone();
        access.statement = settings.statement;
        let manager = PostgresConnectionManager::new(access.config().into(), NoTls);
        let pool = r2d2::Pool::builder()
            .max_size(settings.size as u32)
            .connection_timeout(settings.wait)
            // A connection is believed, or each request would ask twice.
            .test_on_check_out(false)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(manager);
        Ok(Postgres { addr: access.addr, pool })
    }

    fn connection(&self) -> Result<Connection, Trouble> {
        // r2d2 waits for a database that is away as long as for a connection that is lent. So
        // where it has none, knock first.
        if self.pool.state().connections == 0 {
            TcpStream::connect_timeout(&self.addr, KNOCK)
                .map_err(|why| Trouble::Away(why.to_string()))?;
        }
        self.pool.get().map_err(|_| Trouble::NoConnection)
    }
}

impl Blocking for Postgres {
    fn work(&self, work: Work, wait: Duration) -> Result<Done, Trouble> {
        let mut connection = self.connection()?;
        let held = Instant::now();
        let answer = work_on(&mut connection, work, wait)?;
        Ok(Done { answer, held: held.elapsed() })
    }
}

fn work_on(
    client: &mut Client,
    work: Work,
    wait: Duration,
) -> Result<i64, Trouble> {
    let wait = wait.as_secs_f64();
    let row = match work {
        Work::Wait => {
            let sleep = "select 1::bigint from (select pg_sleep($1)) waited";
            client.query_typed(sleep, &[(&wait, Type::FLOAT8)])?
        }
        Work::Read(id) => {
            let read = "select balance from accounts where id = $1";
            client.query_typed(read, &[(&id, Type::INT4)])?
        }
        Work::Compute => {
            let sum = "select sum(n)::bigint from generate_series(1, $1) n";
            client.query_typed(sum, &[(&NUMBERS, Type::INT8)])?
        }
        Work::Change(id) => {
            let mut transaction = client.transaction()?;
            let change = "update accounts set balance = balance + 1 where id = $1 returning balance";
            let row = transaction.query_typed(change, &[(&id, Type::INT4)])?;
            if wait > 0.0 {
                let sleep = "select pg_sleep($1)";
                transaction.query_typed(sleep, &[(&wait, Type::FLOAT8)])?;
            }
            transaction.commit()?;
            row
        }
    };
    row.first().map(|row| row.get(0)).ok_or(Trouble::Missing)
}
