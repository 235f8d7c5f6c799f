//! A counter in memory, in a program that is one process, whatever its threads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use tokio::net::TcpListener;
use while_you_wait::{Failure, Serve};

// ANCHOR: counter
static ASKED: AtomicU64 = AtomicU64::new(0);

async fn count(State(delay): State<Duration>) -> String {
    let asked = ASKED.fetch_add(1, Ordering::Relaxed) + 1;
    tokio::time::sleep(delay).await;
    asked.to_string()
}
// ANCHOR_END: counter

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
pub async fn serve(serve: &Serve) -> Result<(), Failure> {
    let app = Router::new().route("/count", get(count)).with_state(serve.delay);
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
