//! SQLite: a database that is a library and a file, and has no server. Whoever asks it computes, or
//! waits for a lock, on their own thread.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, TransactionBehavior, params};
use while_you_wait::Failure;

use chap7::database::blocking::Blocking;
use chap7::work::{Done, NUMBERS, Pool, Trouble, Work};

/// How a SQLite is used.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    /// readers go on while somebody writes: the write-ahead log; else the rollback journal
    pub wal: bool,
    /// whether a transaction that will write says so when it begins
    pub immediate: bool,
    /// for how long a writer waits for the one before
    pub busy: Duration,
    /// the most pages that the file may have
    pub pages: Option<u32>,
}

impl Default for Writing {
    fn default() -> Self {
        Writing {
            wal: true,
            immediate: true,
            busy: Duration::from_secs(5),
            pages: None,
        }
    }
}

/// A file, and a pool of connections to it.
pub struct Sqlite {
    pub file: PathBuf,
    pool: r2d2::Pool<SqliteConnectionManager>,
    writing: Writing,
}

impl Sqlite {
    /// Opens the file, and makes it where there is none.
    ///
    /// # Errors
    /// The pool has no place for anybody, or the file is no database.
    pub fn open(
        file: &Path,
        settings: Pool,
        writing: Writing,
    ) -> Result<Sqlite, Failure> {
        settings.check()?;
        open(file, writing)?;
        let manager = SqliteConnectionManager::file(file)
            .with_init(move |connection| prepare(connection, writing));
        let pool = r2d2::Pool::builder()
            .max_size(settings.size as u32)
            .connection_timeout(settings.wait)
            .test_on_check_out(false)
            .build(manager)?;
        Ok(Sqlite { file: file.into(), pool, writing })
    }
}

/// A connection to the file, which is made where there is none.
///
/// # Errors
/// It is no database.
pub fn open(file: &Path, writing: Writing) -> Result<Connection, Failure> {
    let named = |why: rusqlite::Error| format!("{}: {why}", file.display());
    let mut connection = Connection::open(file).map_err(named)?;
    prepare(&mut connection, writing).map_err(named)?;
    connection.execute_batch(TABLES).map_err(named)?;
    Ok(connection)
}

// ANCHOR: prepare
fn prepare(connection: &mut Connection, writing: Writing) -> rusqlite::Result<()> {
    connection.busy_timeout(writing.busy)?;
    let journal = if writing.wal { "wal" } else { "delete" };
    connection.pragma_update(None, "journal_mode", journal)?;
    // What was committed is on the disk, also where the machine loses its power.
    connection.pragma_update(None, "synchronous", "full")?;
    if let Some(pages) = writing.pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    // A query that waits, as for a slow disk.
    connection.create_scalar_function(
        "sleep",
        1,
        FunctionFlags::SQLITE_UTF8,
        |given| {
            std::thread::sleep(Duration::from_secs_f64(given.get(0)?));
            Ok(1_i64)
        },
    )
}
// ANCHOR_END: prepare

const TABLES: &str = "
    begin immediate;
    create table if not exists accounts (id integer primary key, balance integer not null);
    insert or ignore into accounts
        with recursive ids(id) as (select 1 union all select id + 1 from ids where id < 1000)
        select id, 100 from ids;
    commit;
";

impl Blocking for Sqlite {
    fn work(&self, work: Work, wait: Duration) -> Result<Done, Trouble> {
        let mut connection = self.pool.get().map_err(|_| Trouble::NoConnection)?;
        let held = Instant::now();
        let answer = work_on(&mut connection, work, wait, self.writing)?;
        Ok(Done { answer, held: held.elapsed() })
    }
}

/// Does it on that connection.
///
/// # Errors
/// Why it was not done.
pub fn work_on(
    connection: &mut Connection,
    work: Work,
    wait: Duration,
    writing: Writing,
) -> Result<i64, Trouble> {
    let wait = wait.as_secs_f64();
    let number = |row: &rusqlite::Row| row.get(0);
    Ok(match work {
        Work::Wait => connection.query_row("select sleep(?1)", [wait], number)?,
        Work::Read(id) => {
            let read = "select balance from accounts where id = ?1";
            connection.prepare_cached(read)?.query_row([id], number)?
        }
        Work::Compute => {
            let sum = "with recursive numbers(n) as
                (select 1 union all select n + 1 from numbers where n < ?1)
                select sum(n) from numbers";
            connection.query_row(sum, [NUMBERS], number)?
        }
        Work::Change(id) => {
            // ANCHOR: immediate
            let behavior = match writing.immediate {
                true => TransactionBehavior::Immediate,
                false => TransactionBehavior::Deferred,
            };
            let transaction = connection.transaction_with_behavior(behavior)?;
            // ANCHOR_END: immediate
            let read = "select balance from accounts where id = ?1";
            let balance: i64 = transaction.query_row(read, [id], number)? + 1;
            let change = "update accounts set balance = ?2 where id = ?1";
            transaction.execute(change, params![id, balance])?;
            if wait > 0.0 {
                let _: i64 =
                    transaction.query_row("select sleep(?1)", [wait], number)?;
            }
            transaction.commit()?;
            balance
        }
    })
}
