//! An answer: blocking work that looks, now and then, whether anybody still wants
//! it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

// ANCHOR: ask-now-and-then
/// Tells the thread that nobody waits for it any more.
struct NotWanted(Arc<AtomicBool>);

impl Drop for NotWanted {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

async fn a_hundred_steps() -> u32 {
    let stop = Arc::new(AtomicBool::new(false));
    let _on_drop = NotWanted(stop.clone());
    let work = spawn_blocking(move || {
        let mut steps = 0;
        while steps < 100 && !stop.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(10));
            steps += 1;
        }
        println!("the thread stopped early: {}", steps < 100);
        steps
    });
    work.await.expect("a step does not panic")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let answer = timeout(Duration::from_millis(100), a_hundred_steps()).await;
    println!("answered in time: {}", answer.is_ok());
}
// ANCHOR_END: ask-now-and-then
