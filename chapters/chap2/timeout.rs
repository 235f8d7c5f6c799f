//! A timeout ends the wait. Does it end the work?

use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

// ANCHOR: guard
/// Says when it is dropped, and so when the future that holds it is.
struct Guard(&'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        println!("{}: the future is dropped", self.0);
    }
}
// ANCHOR_END: guard

// ANCHOR: two-kinds-of-work
async fn awaiting() {
    let _guard = Guard("awaiting");
    sleep(Duration::from_millis(800)).await;
    println!("awaiting: the work is done");
}

async fn blocking() {
    let _guard = Guard("blocking");
    let work = spawn_blocking(|| {
        thread::sleep(Duration::from_millis(800));
        println!("blocking: the work is done");
    });
    work.await.expect("sleeping does not panic");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let patience = Duration::from_millis(100);
    let in_time = timeout(patience, awaiting()).await.is_ok();
    println!("awaiting: answered in time: {in_time}");
    let in_time = timeout(patience, blocking()).await.is_ok();
    println!("blocking: answered in time: {in_time}");
    println!("main has nothing more to do");
    // A blocking thread that has begun cannot be stopped: the runtime waits for it.
}
// ANCHOR_END: two-kinds-of-work
