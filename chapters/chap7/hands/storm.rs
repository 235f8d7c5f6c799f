//! Everything is well; then a table is locked for a moment. Clients give up, and ask again: in which
//! way decides whether everything will be well once more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use while_you_wait::load::Target;
use while_you_wait::record::Fact;

use chap7::database::access::Access;
use chap7::hands::{Asker, Database, count, on_one_thread, onlooker};

/// What each of the policies came to: how often it asked, how many of its requests were answered,
/// and how many of those that began in the last second.
pub const FOUND: [&str; 13] = [
    "begun-late",
    "once-sent",
    "once-answered",
    "once-late",
    "again-sent",
    "again-answered",
    "again-late",
    "jitter-sent",
    "jitter-answered",
    "jitter-late",
    "budget-sent",
    "budget-answered",
    "budget-late",
];

/// How long a query holds its connection here: the cases' `delay`.
pub const QUERY: Duration = Duration::from_millis(20);

/// Between two requests: of four connections they take about three.
const EVERY: Duration = Duration::from_micros(8_000);

/// How long a client waits for an answer: five queries.
const PATIENCE: Duration = Duration::from_millis(100);

const LOCKED_FROM: Duration = Duration::from_millis(500);
const LOCKED_FOR: Duration = Duration::from_millis(500);
const LATE_FROM: Duration = Duration::from_millis(2_500);
const LASTS: Duration = Duration::from_millis(3_500);

/// How often a request is asked in all.
const TRIES: u32 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// asks once
    Once,
    /// asks again at once
    Again,
    /// asks again after a random while, longer each time
    Jitter,
    /// the same, as long as there are few who ask again
    Budget,
}

pub const POLICIES: [(Policy, &str); 4] = [
    (Policy::Once, "once"),
    (Policy::Again, "again"),
    (Policy::Jitter, "jitter"),
    (Policy::Budget, "budget"),
];

pub fn ask(target: &Target) -> Result<Vec<Fact>, String> {
    on_one_thread(async {
        let asker = Asker::of(target)?;
        let Database::Postgres(access) = asker.database().await? else {
            return Err("only PostgreSQL has a table to lock".into());
        };
        let mut facts = Vec::new();
        for (policy, name) in POLICIES {
            let came = one_storm(&asker, &access, policy).await?;
            if facts.is_empty() {
                facts.push(count(FOUND[0], came.begun_late));
            }
            facts.push(count(format!("{name}-sent"), came.sent));
            facts.push(count(format!("{name}-answered"), came.answered));
            facts.push(count(format!("{name}-late"), came.answered_late));
            until_it_is_quiet(&asker).await?;
        }
        Ok(facts)
    })
}

/// What came of a storm.
#[derive(Default)]
struct Came {
    sent: usize,
    answered: usize,
    begun_late: usize,
    answered_late: usize,
}

async fn one_storm(
    asker: &Asker,
    access: &Access,
    policy: Policy,
) -> Result<Came, String> {
    let began = Instant::now();
    let locking = tokio::spawn(lock(access.clone(), began));
    let (mut all, sent) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
    let budget = Arc::new(Budget::default());
    let mut came = Came::default();
    let requests = (LASTS.as_micros() / EVERY.as_micros()) as u32;
    for nth in 0..requests {
        sleep_until(began + EVERY * nth).await;
        let late = EVERY * nth >= LATE_FROM;
        came.begun_late += usize::from(late);
        let (asker, sent, budget) = (asker.clone(), sent.clone(), budget.clone());
        all.spawn(async move {
            (late, request(&asker, nth, policy, &budget, &sent).await)
        });
    }
    for (late, answered) in all.join_all().await {
        came.answered += usize::from(answered);
        came.answered_late += usize::from(answered && late);
    }
    locking.await.map_err(|why| why.to_string())??;
    came.sent = sent.load(Relaxed);
    Ok(came)
}

// ANCHOR: policy
/// One request of one client, asked until it is answered or the policy says that it is enough.
async fn request(
    asker: &Asker,
    nth: u32,
    policy: Policy,
    budget: &Budget,
    sent: &AtomicUsize,
) -> bool {
    budget.earn();
    for tried in 1..=TRIES {
        sent.fetch_add(1, Relaxed);
        let work = format!("change {}", 1 + nth % 1000);
        match asker.query(work, PATIENCE).await {
            Some(200) => return true,
            // The request is wrong, and will be wrong again.
            Some(400..=499) => return false,
            // Refused, or no answer in time.
            _ => {}
        }
        match policy {
            Policy::Once => return false,
            _ if tried == TRIES => break,
            Policy::Again => {}
            Policy::Budget if !budget.spend() => return false,
            // Twice as long each time at most, and anything from nothing to that: who failed together
            // does not come back together.
            Policy::Jitter | Policy::Budget => {
                sleep((PATIENCE * 2_u32.pow(tried)).mul_f64(fastrand::f64())).await;
            }
        }
    }
    false
}
// ANCHOR_END: policy

/// Ten requests earn one repetition.
#[derive(Default)]
struct Budget {
    tenths: AtomicU32,
}

impl Budget {
    fn earn(&self) {
        let _ = self
            .tenths
            .fetch_update(Relaxed, Relaxed, |tenths| Some((tenths + 1).min(100)));
    }

    fn spend(&self) -> bool {
        self.tenths
            .fetch_update(Relaxed, Relaxed, |tenths| tenths.checked_sub(10))
            .is_ok()
    }
}

/// As somebody does who changes a table while it is in use.
async fn lock(access: Access, began: Instant) -> Result<(), String> {
    let client = onlooker(&access).await?;
    sleep_until(began + LOCKED_FROM).await;
    let lock = "begin; lock table accounts in access exclusive mode";
    client.batch_execute(lock).await.map_err(|why| why.to_string())?;
    sleep(LOCKED_FOR).await;
    client.batch_execute("rollback").await.map_err(|why| why.to_string())
}

/// A server may be busy for a while with what nobody waits for any more.
async fn until_it_is_quiet(asker: &Asker) -> Result<(), String> {
    let mut before = String::new();
    for _ in 0..300 {
        sleep(5 * QUERY).await;
        let now = asker.text("/counters").await?;
        if now == before {
            return Ok(());
        }
        before = now;
    }
    Err("the server does not come to rest".into())
}
