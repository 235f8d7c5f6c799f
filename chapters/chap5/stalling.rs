//! The same server twice: one is steady, the other stands still now and then.

use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::time::sleep;
use while_you_wait::{Failure, Serve, server_timing};

// ANCHOR: stand-still
/// Stands still for fifty waits, after every two hundred: a blocking call in an
/// async task, and this runtime has one thread.
async fn stand_still_now_and_then(wait: Duration) {
    loop {
        sleep(200 * wait).await;
        thread::sleep(50 * wait);
    }
}

#[tokio::main(flavor = "current_thread")]
pub async fn stalling(serve: &Serve) -> Result<(), Failure> {
    tokio::spawn(stand_still_now_and_then(serve.delay));
    answer_all(serve).await
}
// ANCHOR_END: stand-still

#[tokio::main(flavor = "current_thread")]
pub async fn steady(serve: &Serve) -> Result<(), Failure> {
    answer_all(serve).await
}

async fn answer_all(serve: &Serve) -> Result<(), Failure> {
    let app = Router::new().route("/async", get(answer)).with_state(serve.delay);
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn answer(State(wait): State<Duration>) -> impl IntoResponse {
    let started = Instant::now();
    sleep(wait).await;
    ([(HeaderName::from_static("server-timing"), server_timing(started))], "slept")
}
