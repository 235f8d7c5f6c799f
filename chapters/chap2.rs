//! Chapter 2. A handler has to wait for something: what may the thread that runs it
//! do meanwhile?
//!
//! One endpoint, `/fetch`, written in several ways. Beside it each server answers
//! `/health` at once, if it still answers anything. No errors, no retries: the only
//! thing here is waiting.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::HeaderName;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use while_you_wait::{Case, Chapter, Failure, Serve, server_timing};

#[path = "chap2"]
mod parts {
    pub mod experiments;
}
use parts::experiments::{hang_up, health, lock, trap, twice, waves, which_one};

// ANCHOR: fetch-data
/// Stands for a database, another service, a model: two seconds in which nothing
/// happens here.
async fn fetch_data(delay: Duration) -> &'static str {
    tokio::time::sleep(delay).await;
    "fetched"
}

async fn fetch(State(delay): State<Duration>) -> Response {
    let started = Instant::now();
    let data = fetch_data(delay).await;
    answer(started, &[data])
}
// ANCHOR_END: fetch-data

/// How many pieces of work were done to their end, whether or not anybody still
/// wanted them.
static FINISHED: AtomicU64 = AtomicU64::new(0);

/// The end of every piece of work: its data, and for how long somebody worked on
/// it.
fn answer(started: Instant, data: &[&str]) -> Response {
    FINISHED.fetch_add(1, Ordering::Relaxed);
    let timing =
        [(HeaderName::from_static("server-timing"), server_timing(started))];
    (timing, Json(json!({ "data": data }))).into_response()
}

// ANCHOR: serve
/// A server: this handler at `/fetch`, on this runtime.
fn serve(
    serve: &Serve,
    mut runtime: Builder,
    handler: MethodRouter<Duration>,
) -> Result<(), Failure> {
    let app = Router::new()
        .route("/fetch", handler.layer(from_fn(watched)))
        .route("/health", get(|| async { "ok" }))
        .route("/counters", get(counters))
        .with_state(serve.delay);
    runtime.enable_all().build()?.block_on(async {
        let listener = TcpListener::bind(serve.addr).await?;
        serve.listening(listener.local_addr()?);
        axum::serve(listener, app).await?;
        Ok(())
    })
}

fn one_thread() -> Builder {
    Builder::new_current_thread()
}
// ANCHOR_END: serve

// ANCHOR: one-after-another
async fn one_after_another(State(delay): State<Duration>) -> Response {
    let started = Instant::now();
    let user = fetch_data(delay).await;
    let posts = fetch_data(delay).await;
    answer(started, &[user, posts])
}
// ANCHOR_END: one-after-another

// ANCHOR: both-at-once
async fn both_at_once(State(delay): State<Duration>) -> Response {
    let started = Instant::now();
    let (user, posts) = tokio::join!(fetch_data(delay), fetch_data(delay));
    answer(started, &[user, posts])
}
// ANCHOR_END: both-at-once

// ANCHOR: two-tasks
async fn two_tasks(State(delay): State<Duration>) -> Response {
    let started = Instant::now();
    let user = tokio::spawn(fetch_data(delay));
    let posts = tokio::spawn(fetch_data(delay));
    let user = user.await.expect("fetching does not panic");
    let posts = posts.await.expect("fetching does not panic");
    answer(started, &[user, posts])
}
// ANCHOR_END: two-tasks

// ANCHOR: hold-the-thread
/// Looks async and is not: without an `.await` it never lets go of the thread.
async fn hold_the_thread(State(delay): State<Duration>) -> Response {
    let started = Instant::now();
    thread::sleep(delay);
    answer(started, &["fetched"])
}
// ANCHOR_END: hold-the-thread

// ANCHOR: two-workers
/// The same handlers, on two threads that take turns at all tasks.
fn two_workers() -> Builder {
    let mut runtime = Builder::new_multi_thread();
    runtime.worker_threads(2);
    runtime
}
// ANCHOR_END: two-workers

// ANCHOR: another-thread
/// The same blocking call, on a thread that has nothing else to do.
async fn another_thread(State(delay): State<Duration>) -> Response {
    let work = tokio::task::spawn_blocking(move || {
        // From here on, and not while it queued for this thread, somebody works on
        // it.
        let started = Instant::now();
        thread::sleep(delay);
        answer(started, &["fetched"])
    });
    work.await.expect("sleeping does not panic")
}
// ANCHOR_END: another-thread

// ANCHOR: pool-of-forty
/// One thread for async code and forty for blocking code: FastAPI's numbers.
fn forty_beside() -> Builder {
    let mut runtime = Builder::new_current_thread();
    runtime.max_blocking_threads(40);
    runtime
}
// ANCHOR_END: pool-of-forty

// ANCHOR: dropped
/// How many handlers never came to their end.
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// Held by a handler's future while it runs: whoever drops the one drops the other.
struct Running {
    ended: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Around every handler, as `@app.middleware("http")` is in FastAPI.
async fn watched(request: Request, handler: Next) -> Response {
    let mut running = Running { ended: false };
    let response = handler.run(request).await;
    running.ended = true;
    response
}
// ANCHOR_END: dropped

async fn counters() -> Response {
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    Json(json!({ "handlers-dropped": count(&DROPPED), "work-finished": count(&FINISHED) }))
        .into_response()
}

// ANCHOR: hold-the-lock
/// How often was fetched. A tokio mutex: it is held while we await.
static FETCHES: tokio::sync::Mutex<u64> = tokio::sync::Mutex::const_new(0);

async fn hold_the_lock(State(delay): State<Duration>) -> Response {
    let mut fetches = FETCHES.lock().await;
    let started = Instant::now();
    let data = fetch_data(delay).await;
    *fetches += 1;
    answer(started, &[data])
}
// ANCHOR_END: hold-the-lock

// ANCHOR: short-lock
/// The same count. A std mutex: nobody awaits while holding it.
static SHORTLY: std::sync::Mutex<u64> = std::sync::Mutex::new(0);

async fn short_lock(State(delay): State<Duration>) -> Response {
    let started = Instant::now();
    let data = fetch_data(delay).await;
    *SHORTLY.lock().expect("nobody panics while holding it") += 1;
    answer(started, &[data])
}
// ANCHOR_END: short-lock

// ANCHOR: which-one
/// An exercise: look at the figure first, and only then here.
async fn server_a(State(delay): State<Duration>) -> Response {
    let started = Instant::now();
    let data = fetch_data(delay / 2).await;
    let fetches = FETCHES.lock().await;
    fetch_data(delay / 4).await;
    drop(fetches);
    answer(started, &[data])
}

async fn server_b(State(delay): State<Duration>) -> Response {
    let started = Instant::now();
    let data = fetch_data(delay / 2).await;
    thread::sleep(delay / 4);
    answer(started, &[data])
}
// ANCHOR_END: which-one

fn case(
    name: &'static str,
    about: &'static str,
    serve: fn(&Serve) -> Result<(), Failure>,
) -> Case {
    Case { name, about, path: "/fetch", serve }
}

fn main() -> ExitCode {
    Chapter {
        name: "chap2",
        title: "async and await",
        question: "A handler has to wait. What may its thread do meanwhile, and who decides?",
        cases: vec![
            case("sequential", "fetches one after another", |to| {
                serve(to, one_thread(), get(one_after_another))
            }),
            case("joined", "fetches both at once, in one task", |to| {
                serve(to, one_thread(), get(both_at_once))
            }),
            case("spawned", "fetches both at once, in a task each", |to| {
                serve(to, one_thread(), get(two_tasks))
            }),
            case("await", "awaits, on one thread", |to| serve(to, one_thread(), get(fetch))),
            case("blocking-1", "blocks in an async handler, on one thread", |to| {
                serve(to, one_thread(), get(hold_the_thread))
            }),
            case("blocking-2", "the same, on two threads", |to| {
                serve(to, two_workers(), get(hold_the_thread))
            }),
            case("spawn-blocking", "blocks on another thread, one for each request", |to| {
                serve(to, one_thread(), get(another_thread))
            }),
            case("pool-40", "the same, on forty threads at most", |to| {
                serve(to, forty_beside(), get(another_thread))
            }),
            case("locked", "awaits while it holds a lock", |to| {
                serve(to, one_thread(), get(hold_the_lock))
            }),
            case("short-lock", "awaits, and then holds a lock", |to| {
                serve(to, one_thread(), get(short_lock))
            }),
            case("server-a", "find out", |to| serve(to, one_thread(), get(server_a))),
            case("server-b", "find out", |to| serve(to, one_thread(), get(server_b))),
        ],
        experiments: vec![twice(), trap(), health(), waves(), hang_up(), lock(), which_one()],
        beside: &[],
    }
    .main()
}
