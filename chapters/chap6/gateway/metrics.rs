//! What the gateway counts, in Prometheus' form for a monitor, and as JSON for this book's kit.

use std::sync::Arc;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use serde_json::{Value, json};
use tokio::time::Instant;

pub struct Metrics {
    registry: Registry,
    pub open: Gauge,
    pub queued: Gauge,
    answered: Counter,
    pub refused: Counter,
    cancelled: Counter,
    broken: Counter,
    tokens: Counter,
    first_token: Histogram,
    gaps: Histogram,
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("gateway");
        let (open, queued) = (Gauge::default(), Gauge::default());
        registry.register(
            "open",
            "Chats that were let in and are not over",
            open.clone(),
        );
        registry.register(
            "queued",
            "Chats that wait for their turn",
            queued.clone(),
        );
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        let answered = counter("answered", "Chats answered to their end");
        let refused = counter("refused", "Chats refused at the door");
        let cancelled = counter("cancelled", "Chats whose client hung up");
        let broken = counter("broken", "Chats that ended with an error");
        let tokens = counter("tokens", "Tokens handed on");
        let mut histogram = |name: &str, help: &str| {
            let histogram = Histogram::new(exponential_buckets(0.001, 2.0, 17));
            registry.register_with_unit(
                name,
                help,
                Unit::Seconds,
                histogram.clone(),
            );
            histogram
        };
        let first_token =
            histogram("first_token", "From a chat's arrival to its first token");
        let gaps = histogram("gap", "From a token to the next of the same chat");
        Metrics {
            registry,
            open,
            queued,
            answered,
            refused,
            cancelled,
            broken,
            tokens,
            first_token,
            gaps,
        }
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry)
            .expect("a String takes what is written to it");
        text
    }

    pub fn json(&self) -> Value {
        json!({
            "open-now": self.open.get(), "queued-now": self.queued.get(),
            "answered": self.answered.get(), "turned-away": self.refused.get(),
            "cancelled": self.cancelled.get(), "broken": self.broken.get(),
            "tokens": self.tokens.get(),
        })
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics::new()
    }
}

/// How a chat ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Answered,
    Broken,
    /// nobody had to say so: it is what happens when a chat is dropped
    Cancelled,
}

/// One chat, counted from when it was let in until it is dropped, wherever that happens.
pub struct Counted {
    metrics: Arc<Metrics>,
    id: String,
    began: Instant,
    last_token: Option<Instant>,
    tokens: u64,
    end: End,
}

impl Counted {
    pub fn new(metrics: &Arc<Metrics>, id: &str) -> Self {
        metrics.open.inc();
        Counted {
            metrics: metrics.clone(),
            id: id.into(),
            began: Instant::now(),
            last_token: None,
            tokens: 0,
            end: End::Cancelled,
        }
    }

    pub fn token(&mut self) {
        let now = Instant::now();
        match self.last_token.replace(now) {
            None => {
                self.metrics.first_token.observe((now - self.began).as_secs_f64())
            }
            Some(last) => self.metrics.gaps.observe((now - last).as_secs_f64()),
        }
        self.tokens += 1;
        self.metrics.tokens.inc();
    }

    pub fn ends(&mut self, end: End) {
        self.end = end;
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.metrics.open.dec();
        if std::thread::panicking() {
            self.end = End::Broken;
        }
        let ended = match self.end {
            End::Answered => &self.metrics.answered,
            End::Broken => &self.metrics.broken,
            End::Cancelled => &self.metrics.cancelled,
        };
        ended.inc();
        let took = self.began.elapsed().as_millis() as u64;
        tracing::info!(id = self.id, end = ?self.end, took_ms = took, tokens = self.tokens, "chat");
    }
}

/// Counted as waiting for as long as it lives.
pub struct Waiting<'a>(&'a Gauge);

impl<'a> Waiting<'a> {
    pub fn new(queued: &'a Gauge) -> Self {
        queued.inc();
        Waiting(queued)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}
