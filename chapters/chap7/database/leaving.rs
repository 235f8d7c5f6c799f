//! A client leaves in the middle of a query. The future is dropped, and its connection goes back to
//! the pool; but the database knows nothing of it.

use std::time::{Duration, Instant};

use deadpool_postgres::{Client, Object};
use tokio::time::timeout;
use tokio_postgres::NoTls;

use chap7::database::awaiting::{Awaiting, work_on};
use chap7::work::{Done, Trouble, Work};

// ANCHOR: cancels
/// For as long as this the database may think about it.
const PATIENCE: Duration = Duration::from_secs(2);

/// A connection in the middle of a query. Dropped there, it has the database end that query, and
/// comes into nobody's hands any more: a word that arrives late would end the next user's.
struct Asking(Option<Client>);

impl Drop for Asking {
    fn drop(&mut self) {
        let Some(connection) = self.0.take() else { return };
        let cancel = connection.cancel_token();
        let connection = Object::take(connection); // out of the pool, which makes another
        tokio::spawn(async move {
            let _ = timeout(PATIENCE, cancel.cancel_query(NoTls)).await;
            drop(connection);
        });
    }
}

pub async fn work_or_cancel(
    database: &Awaiting,
    work: Work,
    wait: Duration,
) -> Result<Done, Trouble> {
    let mut asking = Asking(Some(database.connection().await?));
    let held = Instant::now();
    let connection = asking.0.as_mut().expect("put in just above");
    let answer = work_on(connection, work, wait).await;
    drop(asking.0.take()); // the database has answered: back to the pool
    Ok(Done { answer: answer?, held: held.elapsed() })
}
// ANCHOR_END: cancels
