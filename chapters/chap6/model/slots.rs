//! The part of a model that takes its time: slots, a queue, and one engine that they share.
//!
//! A language model's server works in steps. In each it reads a piece of a prompt, or says one more
//! token in every slot that is past its prompt, and all of it takes its time from the same
//! processor. So two facts come out that no table of latencies shows: who talks in company talks
//! slower, and one long prompt makes everybody pause.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// How fast a model is, and for how many at once.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    pub slots: usize,
    /// of a step that says a token in one slot
    pub token: Duration,
    /// for each slot more in which the same step says one: nothing on a processor made for it
    pub also: Duration,
    /// for each token of a prompt that is read
    pub prompt_token: Duration,
    /// so many tokens of prompts are read in one step: what everybody waits for
    pub piece: usize,
}

/// An answer to be given. The engine knows how many tokens it has, and nothing of what they say.
struct Job {
    /// tokens of the prompt that are still to be read
    prompt: usize,
    /// tokens of the answer that are still to be said
    left: usize,
    /// takes a word for each token, and all of them at once if need be: so the engine never waits
    /// for one reader. Closed, when nobody wants the answer any more.
    said: mpsc::Sender<()>,
}

/// What the engine counted since it began.
#[derive(Debug, Default)]
pub struct Counted {
    /// jobs that were given a slot
    pub begun: AtomicU64,
    /// said to their end
    pub finished: AtomicU64,
    /// left while they had a slot
    pub cancelled: AtomicU64,
    /// left while they waited for one
    pub left_queue: AtomicU64,
    pub tokens: AtomicU64,
    /// waiting for a slot now
    pub queued: AtomicU64,
    /// in a slot now
    pub busy: AtomicU64,
}

impl Counted {
    pub fn json(&self) -> Value {
        let count = |of: &AtomicU64| of.load(Relaxed);
        json!({
            "begun": count(&self.begun), "finished": count(&self.finished),
            "cancelled": count(&self.cancelled), "left-queue": count(&self.left_queue),
            "tokens": count(&self.tokens), "queued": count(&self.queued),
            "busy": count(&self.busy),
        })
    }
}

/// Where jobs are handed in.
#[derive(Clone)]
pub struct Engine {
    jobs: mpsc::UnboundedSender<Job>,
    pub counted: Arc<Counted>,
}

impl Engine {
    /// Starts the engine, a task of its own.
    pub fn start(rates: Rates) -> Self {
        let (jobs, arrivals) = mpsc::unbounded_channel();
        let counted = Arc::new(Counted::default());
        tokio::spawn(run(rates, arrivals, counted.clone()));
        Engine { jobs, counted }
    }

    /// Hands in a job. What comes back receives a word for each token, and is the job's owner:
    /// whoever drops it gives the slot, or the place in the queue, to the next.
    pub fn say(&self, prompt: usize, tokens: usize) -> mpsc::Receiver<()> {
        let (said, tokens_said) = mpsc::channel(tokens.max(1));
        // The engine is gone when the server is, and then nobody waits for an answer.
        let _ = self.jobs.send(Job { prompt, left: tokens.max(1), said });
        tokens_said
    }
}

async fn run(
    rates: Rates,
    mut arrivals: mpsc::UnboundedReceiver<Job>,
    counted: Arc<Counted>,
) {
    let mut queue = VecDeque::new();
    let mut slots: Vec<Job> = Vec::new();
    let mut due = Instant::now();
    loop {
        if slots.is_empty() && queue.is_empty() {
            match arrivals.recv().await {
                Some(job) => queue.push_back(job),
                None => return,
            }
            due = Instant::now();
        }
        while let Ok(job) = arrivals.try_recv() {
            queue.push_back(job);
        }
        seat(&mut queue, &mut slots, rates.slots, &counted);
        if slots.is_empty() {
            continue;
        }
        // From when the step before was due, and not from now: a step that ends late by a timer's
        // roundness shortens the next.
        due += step(&mut slots, rates);
        match due > Instant::now() {
            true => sleep_until(due).await,
            false => tokio::task::yield_now().await,
        }
        slots.retain_mut(|job| !is_over(job, rates, &counted));
        counted.busy.store(slots.len() as u64, Relaxed);
    }
}

/// Forgets those who left, and gives free slots to those who wait longest.
fn seat(
    queue: &mut VecDeque<Job>,
    slots: &mut Vec<Job>,
    most: usize,
    counted: &Counted,
) {
    let waiting = queue.len();
    queue.retain(|job| !job.said.is_closed());
    counted.left_queue.fetch_add((waiting - queue.len()) as u64, Relaxed);
    let free = most.saturating_sub(slots.len()).min(queue.len());
    slots.extend(queue.drain(..free));
    counted.begun.fetch_add(free as u64, Relaxed);
    counted.queued.store(queue.len() as u64, Relaxed);
    counted.busy.store(slots.len() as u64, Relaxed);
}

// ANCHOR: step
/// What one step does, and how long it takes: the next piece of what is not read yet, first come
/// first, and a token for each who is past that. Reading a prompt's end gives its first token.
fn step(slots: &mut [Job], rates: Rates) -> Duration {
    let talking = slots.iter().filter(|job| job.prompt == 0).count() as u32;
    let mut piece = rates.piece;
    for job in slots.iter_mut() {
        let read = job.prompt.min(piece);
        job.prompt -= read;
        piece -= read;
    }
    let said =
        rates.token * talking.min(1) + rates.also * talking.saturating_sub(1);
    said + rates.prompt_token * (rates.piece - piece) as u32
}
// ANCHOR_END: step

/// Says a job's next token, and whether that was the last, or nobody listens any more.
fn is_over(job: &mut Job, rates: Rates, counted: &Counted) -> bool {
    if job.said.is_closed() {
        counted.cancelled.fetch_add(1, Relaxed);
        return true;
    }
    // A model without delay says everything at once.
    let now = if rates.token.is_zero() { job.left } else { 1 };
    if job.prompt > 0 {
        return false;
    }
    for _ in 0..now {
        let _ = job.said.try_send(());
    }
    job.left -= now;
    counted.tokens.fetch_add(now as u64, Relaxed);
    if job.left == 0 {
        counted.finished.fetch_add(1, Relaxed);
    }
    job.left == 0
}
