//! One lane: asking once, over the connection that it keeps or over a new one.

use std::sync::Arc;

use http_body_util::BodyExt;
use tokio::time::timeout_at;

use super::connection::Connection;
use super::no_answer::NoAnswer;
use super::warm_up::Fates;
use super::{Clock, Load, Target, server_timing};
use crate::record::Sample;
use crate::record::outcome::Outcome;

pub(super) struct Lane {
    pub number: u32,
    pub load: Load,
    pub target: Target,
    pub clock: Clock,
    pub fates: Arc<Fates>,
}

impl Lane {
    pub fn new(
        number: u32,
        load: &Load,
        target: &Target,
        clock: Clock,
        fates: &Arc<Fates>,
    ) -> Self {
        Lane { number, load: *load, target: target.clone(), clock, fates: fates.clone() }
    }
}

/// One request and its fate.
pub(super) async fn ask(
    lane: &Lane,
    due: u64,
    open: &mut Option<Connection>,
) -> Result<Sample, String> {
    let limit = lane.clock.moment(lane.load.limit);
    let mut sample = Sample::due(lane.number, due, Outcome::Ok);
    let deadline = tokio::time::Instant::now() + lane.load.timeout;
    let exchanged = timeout_at(deadline.min(limit), exchange(lane, open, &mut sample));
    sample.outcome = match exchanged.await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(NoAnswer::Outcome(outcome))) => outcome,
        Ok(Err(NoAnswer::Ours(why))) => return Err(why),
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
) -> Result<Outcome, NoAnswer> {
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
        frame.map_err(NoAnswer::from)?;
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
