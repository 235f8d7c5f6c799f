//! Two pieces of work are started and then forgotten, one as a future and one as a
//! task. Which of them is done?

use std::time::Duration;

// ANCHOR: forget-both
async fn work(what: &str) {
    tokio::time::sleep(Duration::from_millis(100)).await;
    println!("{what} came to its end");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let future = work("the future");
    let task = tokio::spawn(work("the task"));
    drop(future);
    drop(task);
    println!("both are forgotten");
    tokio::time::sleep(Duration::from_millis(500)).await;
}
// ANCHOR_END: forget-both
