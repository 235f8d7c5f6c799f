//! A client leaves in the middle of a transaction. What becomes of the query, of the change, and of
//! whoever comes next?

use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use tokio::time::sleep;
use while_you_wait::load::Target;
use while_you_wait::record::Fact;

use chap7::hands::{Asker, Database, lasted, on_one_thread, onlooker, words};

pub const FOUND: [&str; 4] =
    ["the-query", "the-next-user", "next-after-us", "the-change"];

/// How long the query takes in which the client leaves.
pub const QUERY: Duration = Duration::from_millis(1_200);

/// When it leaves.
const LEAVES: Duration = Duration::from_millis(300);

/// Between that and the next look.
const SOON: Duration = Duration::from_millis(150);

pub fn ask(target: &Target) -> Result<Vec<Fact>, String> {
    on_one_thread(async {
        let asker = Asker::of(target)?;
        let database = Looked::at(asker.database().await?).await?;
        asker.text("/read").await?; // the connection is made, and idle
        let before = database.balance().await?;

        if let Some(status) = asker.query("change 7".into(), LEAVES).await {
            return Err(format!("{status} came before the client could leave"));
        }
        sleep(SOON).await;
        let goes_on = database.is_busy().await?;

        let began = Instant::now();
        let status = asker.query("read 8".into(), 4 * QUERY).await;
        let after = began.elapsed();

        while database.is_busy().await? {
            sleep(SOON).await;
        }
        sleep(SOON).await; // what follows the query, to the end of the transaction
        let kept = database.balance().await? > before;
        Ok(vec![
            words(FOUND[0], if goes_on { "goes on" } else { "is ended" }),
            words(
                FOUND[1],
                match status {
                    Some(200) if after < QUERY / 4 => "answered at once",
                    Some(200) => "waits for it",
                    Some(_) => "refused",
                    None => "not answered",
                },
            ),
            lasted(FOUND[2], after),
            words(FOUND[3], if kept { "kept" } else { "rolled back" }),
        ])
    })
}

/// A database, looked into past the server.
enum Looked {
    Postgres(tokio_postgres::Client),
    Sqlite(std::path::PathBuf),
}

impl Looked {
    async fn at(database: Database) -> Result<Looked, String> {
        Ok(match database {
            Database::Postgres(access) => {
                Looked::Postgres(onlooker(&access).await?)
            }
            Database::Sqlite(file) => Looked::Sqlite(file),
        })
    }

    async fn balance(&self) -> Result<i64, String> {
        let balance = "select balance from accounts where id = 7";
        match self {
            Looked::Postgres(client) => {
                let row = client.query_one(balance, &[]).await;
                row.map(|row| row.get(0)).map_err(|why| why.to_string())
            }
            Looked::Sqlite(file) => {
                let found = Connection::open(file)
                    .and_then(|file| file.query_row(balance, [], |row| row.get(0)));
                found.map_err(|why| why.to_string())
            }
        }
    }

    /// Whether a statement is still under way.
    async fn is_busy(&self) -> Result<bool, String> {
        match self {
            Looked::Postgres(client) => {
                let busy = "select count(*) from pg_stat_activity
                            where state = 'active' and wait_event = 'PgSleep'";
                let row = client.query_one(busy, &[]).await;
                row.map(|row| row.get::<_, i64>(0) > 0)
                    .map_err(|why| why.to_string())
            }
            // Nobody can see into another process's SQLite; but its lock can be felt.
            Looked::Sqlite(file) => {
                let found = Connection::open(file).and_then(|mut file| {
                    file.busy_timeout(Duration::ZERO)?;
                    Ok(file
                        .transaction_with_behavior(TransactionBehavior::Immediate)
                        .is_err())
                });
                found.map_err(|why| why.to_string())
            }
        }
    }
}
