//! An answer: a server that gives its handler a deadline, and answers 504 when it
//! is over.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

// ANCHOR: deadline
/// Says whether the handler came to its end.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        println!("the work is dropped");
    }
}

async fn fetch_data() -> &'static str {
    let _guard = Guard;
    sleep(Duration::from_secs(60)).await;
    println!("fetched");
    "fetched"
}

async fn fetch() -> Result<&'static str, StatusCode> {
    let answer = timeout(Duration::from_millis(100), fetch_data()).await;
    answer.map_err(|_too_late| StatusCode::GATEWAY_TIMEOUT)
}
// ANCHOR_END: deadline

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/fetch", listener.local_addr()?);
    let app = Router::new().route("/fetch", get(fetch));
    tokio::spawn(async move { axum::serve(listener, app).await });

    let client = reqwest::Client::builder().no_proxy().build()?;
    let answer = client.get(url).send().await?;
    println!("the client is told {}", answer.status());
    Ok(())
}
