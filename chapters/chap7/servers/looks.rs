//! How many connections are busy, and with what: looked at now and then, while requests are there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::sleep;

use chap7::database::access::Access;
use chap7::database::awaiting::Awaiting;
use chap7::servers::web::Working;
use chap7::work::{Pool, Trouble, Work};

/// What is seen now and then while requests are there: of the pool, and by the database itself.
#[derive(Default)]
pub struct Looks {
    inside: AtomicU64,
    looks: AtomicU64,
    busy: AtomicU64,
    idle_in_transaction: AtomicU64,
    waiting_for_lock: AtomicU64,
}

/// Between two looks.
const EVERY: Duration = Duration::from_millis(10);

impl Looks {
    /// Looks on for as long as the server serves; into the database, too, where there is a way to it.
    pub async fn on(self: Arc<Self>, database: Awaiting, access: Option<Access>) {
        let onlooker = match access {
            Some(access) => {
                let single = Pool { size: 1, ..Default::default() };
                Awaiting::new(&access, single).ok()
            }
            None => None,
        };
        loop {
            sleep(EVERY).await;
            if self.inside.load(Relaxed) == 0 {
                continue;
            }
            self.looks.fetch_add(1, Relaxed);
            let status = database.pool.status();
            self.busy.fetch_add((status.size - status.available) as u64, Relaxed);
            let Some(onlooker) = &onlooker else { continue };
            if let Ok((idle, waiting)) = seen(onlooker).await {
                self.idle_in_transaction.fetch_add(idle, Relaxed);
                self.waiting_for_lock.fetch_add(waiting, Relaxed);
            }
        }
    }

    /// On average.
    pub fn told(&self) -> Vec<(&'static str, f64)> {
        let looks = self.looks.load(Relaxed).max(1) as f64;
        let mean = |sum: &AtomicU64| sum.load(Relaxed) as f64 / looks;
        vec![
            ("connections-busy-mean", mean(&self.busy)),
            ("idle-in-transaction-mean", mean(&self.idle_in_transaction)),
            ("waiting-for-lock-mean", mean(&self.waiting_for_lock)),
        ]
    }
}

/// How many stand in an open transaction and ask nothing, and how many wait for a lock.
async fn seen(database: &Awaiting) -> Result<(u64, u64), Trouble> {
    let connection = database.connection().await?;
    let look = "select count(*) filter (where state = 'idle in transaction'),
                       count(*) filter (where wait_event_type = 'Lock')
                from pg_stat_activity where application_name = 'chap7'";
    let rows = connection.query_typed(look, &[]).await?;
    Ok((rows[0].get::<_, i64>(0) as u64, rows[0].get::<_, i64>(1) as u64))
}

/// The same work, counted while it is under way.
pub fn watched(
    looks: &Arc<Looks>,
    work: impl Fn(Work) -> Working + Send + Sync + 'static,
) -> impl Fn(Work) -> Working + Send + Sync + 'static {
    let looks = looks.clone();
    move |asked| {
        let (inside, working) = (Inside::count(&looks), work(asked));
        Box::pin(async move {
            let _inside = inside;
            working.await
        })
    }
}

/// A request that is there. Dropped with it, also where its client has left.
struct Inside(Arc<Looks>);

impl Inside {
    fn count(looks: &Arc<Looks>) -> Inside {
        looks.inside.fetch_add(1, Relaxed);
        Inside(looks.clone())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Relaxed);
    }
}
