//! The first client: five visitors, each asks twice. It measures nothing but the total.
//!
//! `cargo run --example client -- http://127.0.0.1:8000/sync`

// ANCHOR: five-visitors
use std::error::Error;
use std::time::Instant;

use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("which URL?")?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let started = Instant::now();
    let mut visitors = JoinSet::new();
    for visitor in 1..=5 {
        let (client, url) = (client.clone(), url.clone());
        visitors.spawn(async move {
            for _ in 0..2 {
                let ask = client.get(&url).header("Connection", "close");
                ask.send().await?.error_for_status()?;
                println!(
                    "visitor {visitor}: answered after {:.1?}",
                    started.elapsed()
                );
            }
            Ok::<_, reqwest::Error>(())
        });
    }
    while let Some(visitor) = visitors.join_next().await {
        visitor??;
    }
    println!("ten answers in {:.1?}", started.elapsed());
    Ok(())
}
// ANCHOR_END: five-visitors
