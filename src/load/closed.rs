//! The closed loop: a lane asks, waits for the answer, and asks again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::lane::{Lane, ask};
use super::{Clock, Load, Target, joined};
use crate::outcome::Outcome;
use crate::record::Sample;

/// Sends all requests of a load.
pub(super) async fn run(
    load: &Load,
    target: &Target,
    clock: Clock,
    samples: Sender<Sample>,
) -> Result<(), String> {
    let turns = Arc::new(Turns { taken: AtomicU32::new(0), of: load.requests });
    let mut lanes = JoinSet::new();
    for number in 0..load.lanes {
        let lane = Lane::new(number, load, target, clock, &samples);
        lanes.spawn(serve(lane, load.ramp * number / load.lanes, turns.clone()));
    }
    while let Some(ended) = lanes.join_next().await {
        joined(ended)?;
    }
    // The limit came first: these never had their turn.
    while let Some(turn) = turns.take() {
        let sample = Sample::due(turn % load.lanes, clock.now(), Outcome::Unfinished);
        samples.send(sample).map_err(|_| "the record stopped listening")?;
    }
    Ok(())
}

/// A lane's life, from `opens` on: until no request is left, or the run's limit comes.
async fn serve(lane: Lane, opens: Duration, turns: Arc<Turns>) -> Result<(), String> {
    let limit = lane.clock.moment(lane.load.limit);
    sleep_until(lane.clock.moment(opens).min(limit)).await;
    let mut open = None;
    while Instant::now() < limit && turns.take().is_some() {
        let sample = ask(&lane, lane.clock.now(), &mut open).await?;
        lane.keep(sample)?;
    }
    Ok(())
}

/// Which requests still have to be sent: the whole of what lanes share.
struct Turns {
    taken: AtomicU32,
    of: u32,
}

impl Turns {
    /// The number of the next request, until all were taken.
    fn take(&self) -> Option<u32> {
        let turn = self.taken.fetch_add(1, Ordering::Relaxed);
        (turn < self.of).then_some(turn)
    }
}
