//! One lane: ask, wait for the answer, ask again.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use http_body_util::BodyExt;
use tokio::time::{sleep_until, timeout_at};

use super::connection::Connection;
use super::fate::Failure;
use super::{Clock, Load, Target, Turns, server_timing};
use crate::outcome::Outcome;
use crate::record::Sample;

pub(super) struct Lane {
    pub number: u32,
    /// how long after the run's start this lane opens
    pub opens: Duration,
    pub load: Load,
    pub target: Target,
    pub clock: Clock,
    pub turns: Arc<Turns>,
    pub samples: Sender<Sample>,
}

/// Runs a lane until no request is left, or the run's limit comes.
pub(super) async fn run(lane: Lane) -> Result<(), String> {
    let limit = lane.clock.moment(lane.load.limit);
    sleep_until(lane.clock.moment(lane.opens).min(limit)).await;
    let mut open = None;
    while tokio::time::Instant::now() < limit && lane.turns.take().is_some() {
        let sample = ask(&lane, lane.clock.now(), &mut open).await?;
        lane.samples.send(sample).map_err(|_| "the record stopped listening")?;
    }
    Ok(())
}

/// Asks once, when this lane opens. Due then and not a moment later: if this machine was late to
/// send it, that too is latency.
pub(super) async fn probe(lane: Lane) -> Result<(), String> {
    let opens = lane.clock.moment(lane.opens);
    sleep_until(opens.min(lane.clock.moment(lane.load.limit))).await;
    let sample = ask(&lane, lane.opens.as_micros() as u64, &mut None).await?;
    lane.samples.send(sample).map_err(|_| "the record stopped listening".into())
}

/// One request and its fate.
async fn ask(lane: &Lane, due: u64, open: &mut Option<Connection>) -> Result<Sample, String> {
    let limit = lane.clock.moment(lane.load.limit);
    let mut sample = Sample::due(lane.number, due, Outcome::Ok);
    let deadline = tokio::time::Instant::now() + lane.load.timeout;
    let exchanged = timeout_at(deadline.min(limit), exchange(lane, open, &mut sample));
    sample.outcome = match exchanged.await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(Failure::Outcome(outcome))) => outcome,
        Ok(Err(Failure::Ours(why))) => return Err(why),
        Err(_) if deadline <= limit => Outcome::TimedOut,
        Err(_) => Outcome::Unfinished,
    };
    // Read here and not in the exchange: one that was given up keeps what did happen.
    if let Some(connection) = &open {
        sample.sent = connection.stamps.sent();
        sample.first_byte = connection.stamps.first_byte();
    }
    if sample.outcome != Outcome::Unfinished {
        sample.done = Some(lane.clock.now());
    }
    let whole = matches!(sample.outcome, Outcome::Ok | Outcome::Status(_));
    if !whole || !lane.load.keep_alive {
        *open = None;
    }
    Ok(sample)
}

/// One request and its answer, over the lane's connection or a new one.
async fn exchange(
    lane: &Lane,
    open: &mut Option<Connection>,
    sample: &mut Sample,
) -> Result<Outcome, Failure> {
    // A server may end a connection between two requests: that is its right, and no failure.
    if let Some(connection) = open.as_mut()
        && !connection.is_ready().await
    {
        *open = None;
    }
    let connection = match open {
        Some(connection) => connection,
        None => {
            let connection = Connection::open(lane.target.addr, lane.clock).await?;
            sample.connected = Some(lane.clock.now());
            open.insert(connection)
        }
    };
    connection.stamps.clear();
    let mut response = connection.ask(&lane.target, lane.load.keep_alive).await?;
    while let Some(frame) = response.body_mut().frame().await {
        frame.map_err(Failure::from)?;
    }
    if let Some(timing) = server_timing::handler(response.headers()) {
        sample.handler = Some(timing.us);
        sample.worker = timing.worker;
    }
    Ok(match response.status() {
        status if status.is_success() => Outcome::Ok,
        status => Outcome::Status(status.as_u16()),
    })
}
