//! An answer: ten things are fetched at once, but never more than three at any
//! moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const WAIT: Duration = Duration::from_millis(100);

// ANCHOR: three-permits
/// How many are being fetched now, and the most that ever were.
static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

async fn fetch_data() {
    let now = NOW.fetch_add(1, Ordering::SeqCst) + 1;
    MOST.fetch_max(now, Ordering::SeqCst);
    tokio::time::sleep(WAIT).await;
    NOW.fetch_sub(1, Ordering::SeqCst);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let slots = Arc::new(Semaphore::new(3));
    let started = Instant::now();
    let mut fetching = JoinSet::new();
    for _ in 0..10 {
        let slots = slots.clone();
        fetching.spawn(async move {
            let _slot = slots.acquire().await.expect("nobody closes it");
            fetch_data().await;
        });
    }
    fetching.join_all().await;
    let waits = started.elapsed().as_secs_f64() / WAIT.as_secs_f64();
    println!(
        "at most {} at a time, in {waits:.1} waits",
        MOST.load(Ordering::SeqCst)
    );
}
// ANCHOR_END: three-permits
