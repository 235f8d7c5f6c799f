//! Probes: requests of another kind, each on a lane of its own beside the load.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep_until;

use super::ask::Ask;
use super::lane::{Lane, Turn, ask};
use super::warm_up::Fates;
use super::{Clock, Load, Target, joined};
use crate::record::ProbeSettings;

/// Requests of another kind, sent beside the load: can the server still answer these? The first
/// is due after `every`, the next after twice that, and so on, each on a lane of its own and
/// whatever became of the one before, so that a server which stands still cannot hold them back.
#[derive(Debug, Clone, Copy)]
pub struct Probe {
    /// each of them; whatever the load asks
    pub ask: Ask,
    /// `/health`
    pub path: &'static str,
    /// how many
    pub requests: u32,
    /// from one to the next, and from the run's start to the first
    pub every: Duration,
}

impl Default for Probe {
    fn default() -> Self {
        let every = Duration::from_millis(100);
        Probe { ask: Ask::default(), path: "/health", requests: 10, every }
    }
}

impl Probe {
    /// As the record keeps it.
    pub(super) fn settings(&self) -> ProbeSettings {
        ProbeSettings {
            path: self.path.into(),
            requests: self.requests,
            every_us: self.every.as_micros() as u64,
            ask: self.ask.settings(),
        }
    }
}

/// Sends the probes of a load, if it has any.
pub(super) async fn run(
    load: &Load,
    target: &Target,
    clock: Clock,
    fates: &Arc<Fates>,
) -> Result<(), String> {
    let Some(probe) = load.probe else { return Ok(()) };
    let load = &Load { ask: probe.ask, ..*load };
    let target = Target { path: probe.path.into(), ..target.clone() };
    let mut lanes = JoinSet::new();
    for number in 0..probe.requests {
        let lane = Lane::new(load.lanes + number, load, &target, clock, fates);
        lanes.spawn(once(lane, probe.every * (number + 1), number));
    }
    while let Some(ended) = lanes.join_next().await {
        joined(ended)?;
    }
    Ok(())
}

/// Asks once. Due then and not a moment later: if this machine was late to send it, that too is
/// latency.
async fn once(lane: Lane, due: Duration, number: u32) -> Result<(), String> {
    let limit = lane.clock.moment(lane.load.limit);
    sleep_until(lane.clock.moment(due).min(limit)).await;
    let turn = Turn { due: due.as_micros() as u64, number };
    lane.fates.keep(ask(&lane, turn, &mut None).await?)
}
