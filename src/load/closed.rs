//! The closed loop: a lane asks, waits for the answer, and asks again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::kept::Kept;
use super::lane::{Lane, Turn, ask};
use super::{Clock, Load, Target, joined};
use crate::outcome::Outcome;
use crate::record::Sample;

/// Sends all requests of a load.
pub(super) async fn run(
    load: &Load,
    target: &Target,
    clock: Clock,
    kept: &Arc<Kept>,
) -> Result<(), String> {
    let turns = Arc::new(Turns::of(load));
    let mut lanes = JoinSet::new();
    for number in 0..load.lanes {
        let lane = Lane::new(number, load, target, clock, kept);
        lanes.spawn(serve(lane, load.ramp * number / load.lanes, turns.clone()));
    }
    while let Some(ended) = lanes.join_next().await {
        joined(ended)?;
    }
    // The limit came first: these never had their turn.
    for turn in turns.left() {
        let sample = Sample::due(turn % load.lanes, clock.now(), Outcome::Unfinished);
        kept.keep(sample.into())?;
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
        lane.kept.keep(exchange)?;
    }
    Ok(())
}

/// Which requests still have to be sent: the whole of what lanes share.
struct Turns {
    /// all that were sent, those that warm up too
    begun: AtomicU32,
    taken: AtomicU32,
    of: u32,
    warm_up: u64,
    ends: Option<u64>,
}

impl Turns {
    fn of(load: &Load) -> Self {
        let warm_up = load.warm_up.as_micros() as u64;
        let (begun, taken) = (AtomicU32::new(0), AtomicU32::new(0));
        Turns { begun, taken, of: load.requests, warm_up, ends: load.ends() }
    }

    /// The number of one more that is due now, if one is to be sent: a request that warms up takes
    /// no turn.
    fn take(&self, now: u64) -> Option<u32> {
        let is_due = match self.ends {
            Some(end) => now < end,
            None => now < self.warm_up || self.taken.fetch_add(1, Ordering::Relaxed) < self.of,
        };
        is_due.then(|| self.begun.fetch_add(1, Ordering::Relaxed))
    }

    /// The numbers of those that nobody took; where time decides there are none.
    fn left(&self) -> std::ops::Range<u32> {
        match self.ends {
            Some(_) => 0..0,
            None => self.taken.load(Ordering::Relaxed).min(self.of)..self.of,
        }
    }
}
