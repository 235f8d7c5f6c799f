//! PostgreSQL behind an async driver and a pool of its connections: who waits, awaits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deadpool_postgres::{Client, Manager, ManagerConfig, RecyclingMethod, Runtime};
use postgres::types::Type;
use tokio_postgres::NoTls;
use while_you_wait::Failure;

use chap7::database::access::Access;
use chap7::work::{Done, NUMBERS, Pool, Trouble, Work};

/// A pool, and who may wait for it.
#[derive(Clone)]
pub struct Awaiting {
    pub pool: deadpool_postgres::Pool,
    waiting: Arc<AtomicUsize>,
    queue: usize,
}

impl Awaiting {
    /// # Errors
    /// The pool has no place for anybody.
    pub fn new(access: &Access, settings: Pool) -> Result<Awaiting, Failure> {
        settings.check()?;
        let mut access = access.clone();
        access.statement = settings.statement;
        // ANCHOR: deadpool
        // A connection that its server closed is thrown away when its turn comes; any other is
        // believed, or each request would ask the database twice.
        let manager = Manager::from_config(
            access.config(),
            NoTls,
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(settings.size)
            .wait_timeout(Some(settings.wait))
            .create_timeout(Some(Duration::from_secs(2)))
            .runtime(Runtime::Tokio1)
            .build()?;
        // ANCHOR_END: deadpool
        Ok(Awaiting { pool, waiting: Arc::default(), queue: settings.queue })
    }

    /// Makes all of its connections, before somebody waits for one.
    ///
    /// # Errors
    /// The database has not so many.
    pub async fn filled(self) -> Result<Awaiting, Failure> {
        let mut all = Vec::new();
        for _ in 0..self.pool.status().max_size {
            all.push(self.connection().await.map_err(|why| why.to_string())?);
        }
        drop(all);
        Ok(self)
    }

    /// A connection, as soon as there is one. It goes back to the pool when it is dropped.
    pub async fn connection(&self) -> Result<Client, Trouble> {
        let _counted = Waiting::count(&self.waiting, self.queue)?;
        Ok(self.pool.get().await?)
    }

    /// Does it on a connection of the pool.
    pub async fn work(&self, work: Work, wait: Duration) -> Result<Done, Trouble> {
        let mut connection = self.connection().await?;
        let held = Instant::now();
        let answer = work_on(&mut connection, work, wait).await?;
        Ok(Done { answer, held: held.elapsed() })
    }
}

/// Each of these is one question on the wire, and one answer.
pub async fn work_on(
    connection: &mut Client,
    work: Work,
    wait: Duration,
) -> Result<i64, Trouble> {
    let wait = wait.as_secs_f64();
    let row = match work {
        Work::Wait => {
            let sleep = "select 1::bigint from (select pg_sleep($1)) waited";
            connection.query_typed(sleep, &[(&wait, Type::FLOAT8)]).await?
        }
        Work::Read(id) => {
            let read = "select balance from accounts where id = $1";
            connection.query_typed(read, &[(&id, Type::INT4)]).await?
        }
        Work::Compute => {
            let sum = "select sum(n)::bigint from generate_series(1, $1) n";
            connection.query_typed(sum, &[(&NUMBERS, Type::INT8)]).await?
        }
        Work::Change(id) => {
            let transaction = connection.transaction().await?;
            let change = "update accounts set balance = balance + 1 where id = $1 returning balance";
            let row = transaction.query_typed(change, &[(&id, Type::INT4)]).await?;
            if wait > 0.0 {
                let sleep = "select pg_sleep($1)";
                transaction.query_typed(sleep, &[(&wait, Type::FLOAT8)]).await?;
            }
            transaction.commit().await?;
            row
        }
    };
    row.first().map(|row| row.get(0)).ok_or(Trouble::Missing)
}

// ANCHOR: queue
/// One who waits for a connection. Dropped with whoever waits, also where that is a future which
/// nobody polls any more.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn count(waiting: &Arc<AtomicUsize>, most: usize) -> Result<Waiting, Trouble> {
        // First count, then look: of two who come at one moment, one sees the other. Who is refused
        // is counted down again by `drop`.
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let counted = Waiting(waiting.clone());
        if before < most { Ok(counted) } else { Err(Trouble::TooManyWait) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
// ANCHOR_END: queue
