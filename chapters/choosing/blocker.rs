//! Chapter 2's trap once more: a handler that somebody has to find, and two ways to
//! notice it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::routing::{MethodRouter, get};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle};
use tokio::time::sleep;
use while_you_wait::{Failure, Serve};

/// The longest that was seen, in microseconds.
#[derive(Default)]
struct Longest(AtomicU64);

impl Longest {
    fn see(&self, time: Duration) {
        self.0.fetch_max(time.as_micros() as u64, Relaxed);
    }
}

// ANCHOR: lag-probe
/// Due every ten milliseconds: how late is it?
async fn measure_lag(longest: Arc<Longest>) {
    loop {
        let due = Instant::now() + Duration::from_millis(10);
        sleep(Duration::from_millis(10)).await;
        longest.see(due.elapsed());
    }
}
// ANCHOR_END: lag-probe

// ANCHOR: parks
/// On a thread that the runtime does not have: for how long does its thread not come
/// back to where it waits for something to do?
fn watch_parks(runtime: Handle, longest: Arc<Longest>) {
    let metrics = runtime.metrics();
    let (mut parks, mut since) = (0, Instant::now());
    loop {
        let now = metrics.worker_park_count(0);
        if now != parks {
            (parks, since) = (now, Instant::now());
        }
        longest.see(since.elapsed());
        thread::sleep(Duration::from_millis(5));
    }
}
// ANCHOR_END: parks

#[derive(Clone)]
struct Shared {
    delay: Duration,
    lag: Arc<Longest>,
    without_park: Arc<Longest>,
}

async fn fetch_blocking(State(shared): State<Shared>) -> &'static str {
    thread::sleep(shared.delay);
    "fetched"
}

async fn fetch(State(shared): State<Shared>) -> &'static str {
    sleep(shared.delay).await;
    "fetched"
}

async fn seen(State(shared): State<Shared>) -> Json<Value> {
    let longest = |of: &Longest| of.0.load(Relaxed);
    Json(json!({
        "lag-us": longest(&shared.lag),
        "without-park-us": longest(&shared.without_park),
    }))
}

pub fn blocks(to: &Serve) -> Result<(), Failure> {
    serve(to, get(fetch_blocking))
}

pub fn awaits(to: &Serve) -> Result<(), Failure> {
    serve(to, get(fetch))
}

fn serve(serve: &Serve, handler: MethodRouter<Shared>) -> Result<(), Failure> {
    let shared = Shared {
        delay: serve.delay,
        lag: Arc::default(),
        without_park: Arc::default(),
    };
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let app = Router::new()
        .route("/fetch", handler)
        .route("/seen", get(seen))
        .with_state(shared.clone());
    runtime.block_on(async {
        let listener = TcpListener::bind(serve.addr).await?;
        tokio::spawn(measure_lag(shared.lag));
        let handle = Handle::current();
        thread::spawn(move || watch_parks(handle, shared.without_park));
        serve.listening(listener.local_addr()?);
        axum::serve(listener, app).await?;
        Ok(())
    })
}
