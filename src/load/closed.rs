//! The closed loop: a lane asks, waits for the answer, and asks again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::lane::{Lane, Turn, ask};
use super::warm_up::Fates;
use super::{Clock, Load, Target, joined};
use crate::record::Sample;
use crate::record::outcome::Outcome;

/// Sends all requests of a load.
pub(super) async fn run(
    load: &Load,
    target: &Target,
    clock: Clock,
    fates: &Arc<Fates>,
) -> Result<(), String> {
    let turns = Arc::new(Turns::of(load));
    let mut lanes = JoinSet::new();
    for number in 0..load.lanes {
        let lane = Lane::new(number, load, target, clock, fates);
        lanes.spawn(serve(lane, load.ramp * number / load.lanes, turns.clone()));
    }
    while let Some(ended) = lanes.join_next().await {
        joined(ended)?;
    }
    // The limit came first: these never had their turn.
    for turn in turns.left() {
        let sample = Sample::due(turn % load.lanes, clock.now(), Outcome::Unfinished);
        fates.keep(sample.into())?;
    }
    Ok(())
}

/// A lane's life, from `opens` on: until no request is left, or the run's limit comes.
async fn serve(lane: Lane, opens: Duration, turns: Arc<Turns>) -> Result<(), String> {
    let limit = lane.clock.moment(lane.load.limit);
    sleep_until(lane.clock.moment(opens).min(limit)).await;
    let mut open = None;
    while Instant::now() < limit {
        let due = lane.clock.now();
        let Some(number) = turns.take(due) else { break };
        let exchange = ask(&lane, Turn { due, number }, &mut open).await?;
        lane.fates.keep(exchange)?;
    }
    Ok(())
}

/// Which requests still have to be sent: the whole of what lanes share.
struct Turns {
    /// all that were sent, those that warm up too
    begun: AtomicU32,
    taken: AtomicU32,
    of: u32,
    /// in microseconds from the run's start, as the next
    warm_up: u64,
    /// where time decides
    last_due: Option<u64>,
}

impl Turns {
    fn of(load: &Load) -> Self {
        let warm_up = load.warm_up.as_micros() as u64;
        let of = load.ends.requests().unwrap_or(0);
        let (begun, taken) = (AtomicU32::new(0), AtomicU32::new(0));
        Turns { begun, taken, of, warm_up, last_due: load.last_due() }
    }

    /// The number of one more that is due now, if one is to be sent: a request that warms up takes
    /// no turn.
    fn take(&self, now: u64) -> Option<u32> {
        let is_due = match self.last_due {
            Some(last) => now < last,
            None => now < self.warm_up || self.taken.fetch_add(1, Ordering::Relaxed) < self.of,
        };
        is_due.then(|| self.begun.fetch_add(1, Ordering::Relaxed))
    }

    /// The numbers of those that nobody took; where time decides there are none.
    fn left(&self) -> std::ops::Range<u32> {
        match self.last_due {
            Some(_) => 0..0,
            None => self.taken.load(Ordering::Relaxed).min(self.of)..self.of,
        }
    }
}
