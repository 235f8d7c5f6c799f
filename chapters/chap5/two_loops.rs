//! A load generator of each kind, in as few lines as they take. They differ in when
//! the next request is sent, and in when its clock starts.
//!
//! `cargo run --example chap5-two-loops -- http://127.0.0.1:8000/async`

use std::env;
use std::time::Duration;

use reqwest::Client;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

type Result<T> = std::result::Result<T, reqwest::Error>;

// ANCHOR: closed-loop
/// Asks, waits for the answer, and asks again.
async fn closed(
    client: &Client,
    url: &str,
    requests: u32,
) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    for _ in 0..requests {
        let sent = Instant::now();
        client.get(url).send().await?.bytes().await?;
        latencies.push(sent.elapsed());
    }
    Ok(latencies)
}
// ANCHOR_END: closed-loop

// ANCHOR: open-loop
/// Asks whenever a request is due, whatever became of the others.
async fn open(
    client: &Client,
    url: &str,
    requests: u32,
    every: Duration,
) -> Result<Vec<Duration>> {
    let mut asked = JoinSet::new();
    let began = Instant::now();
    for nth in 0..requests {
        let due = began + nth * every;
        sleep_until(due).await;
        let request = client.get(url);
        asked.spawn(async move {
            request.send().await?.bytes().await?;
            Ok(due.elapsed())
        });
    }
    asked.join_all().await.into_iter().collect()
}
// ANCHOR_END: open-loop

/// By nearest rank: the smallest latency that so many percent do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted[rank.max(1) - 1]
}

fn report(loop_: &str, mut latencies: Vec<Duration>) {
    latencies.sort();
    let [p50, p99, max] =
        [50, 99, 100].map(|percent| percentile(&latencies, percent));
    println!("{loop_:<6}  p50 {p50:>8.1?}  p99 {p99:>8.1?}  longest {max:>8.1?}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let url = env::args().nth(1).unwrap_or("http://127.0.0.1:8000/async".into());
    let client = Client::builder().no_proxy().build()?;
    report("closed", closed(&client, &url, 300).await?);
    report("open", open(&client, &url, 300, Duration::from_millis(20)).await?);
    Ok(())
}
