//! A server with room for eight: every handler needs one of eight connections to a
//! database, for as long as its query takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{interval, sleep};
use while_you_wait::{Failure, Serve};

struct Database {
    connections: Semaphore,
    query: Duration,
    inside: Inside,
}

// ANCHOR: eight-connections
async fn answer(State(database): State<Arc<Database>>) -> &'static str {
    let _inside = database.inside.enter();
    let _mine = database.connections.acquire().await.expect("never closed");
    sleep(database.query).await;
    "queried"
}
// ANCHOR_END: eight-connections

// ANCHOR: look-in
/// How many requests are inside, and what somebody saw who looked in now and then.
#[derive(Default)]
struct Inside {
    now: AtomicU64,
    looks: AtomicU64,
    sum: AtomicU64,
    /// looks at nobody: they count if somebody comes after, and not if all is over
    at_nobody: AtomicU64,
}

impl Inside {
    fn enter(&self) -> Guest<'_> {
        if self.looks.load(Relaxed) == 0 {
            self.at_nobody.store(0, Relaxed);
        }
        self.now.fetch_add(1, Relaxed);
        Guest(self)
    }

    fn look(&self) {
        match self.now.load(Relaxed) {
            0 => {
                self.at_nobody.fetch_add(1, Relaxed);
            }
            inside => {
                let others = self.at_nobody.swap(0, Relaxed);
                self.looks.fetch_add(1 + others, Relaxed);
                self.sum.fetch_add(inside, Relaxed);
            }
        }
    }
}

/// Inside for as long as it lives: also a handler that is dropped at an await has
/// left.
struct Guest<'a>(&'a Inside);

impl Drop for Guest<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Relaxed);
    }
}
// ANCHOR_END: look-in

#[tokio::main(flavor = "current_thread")]
pub async fn eight(serve: &Serve) -> Result<(), Failure> {
    let database = Arc::new(Database {
        connections: Semaphore::new(8),
        query: serve.delay,
        inside: Inside::default(),
    });
    tokio::spawn(look_in(database.clone()));
    let app = Router::new()
        .route("/async", get(answer))
        .route("/counters", get(counters))
        .with_state(database);
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// From the first request on; nobody was inside before.
async fn look_in(database: Arc<Database>) {
    let mut every = interval(Duration::from_millis(3));
    loop {
        every.tick().await;
        database.inside.look();
    }
}

async fn counters(State(database): State<Arc<Database>>) -> Json<Value> {
    let Inside { looks, sum, .. } = &database.inside;
    Json(json!({ "looks": looks.load(Relaxed), "seen-inside": sum.load(Relaxed) }))
}
