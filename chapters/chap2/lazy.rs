//! An async function is called. What has happened when the call returns?

use std::time::Duration;

// ANCHOR: call-and-await
async fn fetch_data() -> &'static str {
    println!("fetching");
    tokio::time::sleep(Duration::from_millis(200)).await;
    "fetched"
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let later = fetch_data();
    println!("called");
    let data = later.await;
    println!("{data}");
}
// ANCHOR_END: call-and-await
