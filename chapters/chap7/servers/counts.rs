//! What a server counts of its own work, for what no client can see.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

/// Work that was begun and done, whoever was still there to hear of it.
pub struct Counts {
    since: Instant,
    asked: AtomicU64,
    done: AtomicU64,
    last_asked: AtomicU64,
    last_done: AtomicU64,
}

impl Default for Counts {
    fn default() -> Self {
        let [asked, done, last_asked, last_done] = Default::default();
        Counts { since: Instant::now(), asked, done, last_asked, last_done }
    }
}

impl Counts {
    pub fn asked(&self) {
        self.asked.fetch_add(1, Relaxed);
        self.last_asked.store(self.now(), Relaxed);
    }

    pub fn done(&self) {
        self.done.fetch_add(1, Relaxed);
        self.last_done.store(self.now(), Relaxed);
    }

    /// Work that was given up because its client left is asked for, and never done.
    pub fn told(&self) -> Map<String, Value> {
        let [asked, done, last_asked, last_done] =
            [&self.asked, &self.done, &self.last_asked, &self.last_done]
                .map(|n| n.load(Relaxed));
        let told = [
            ("work-asked", asked),
            ("work-done", done),
            ("cleared-after-us", last_done.saturating_sub(last_asked)),
        ];
        told.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    /// The same for an async server, with what else it has counted.
    pub fn answer(&self, more: Vec<(&'static str, f64)>) -> Response {
        let more =
            more.into_iter().map(|(name, value)| (name.into(), value.into()));
        Json(self.told().into_iter().chain(more).collect::<Map<String, Value>>())
            .into_response()
    }

    fn now(&self) -> u64 {
        self.since.elapsed().as_micros() as u64
    }
}
