//! One lane: asking once, over the connection that it keeps or over a new one.

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};

use super::ask::{Answer, HangUp};
use super::connection::Connection;
use super::no_answer::NoAnswer;
use super::sse::Events;
use super::warm_up::Fates;
use super::{Clock, Exchange, Load, Target, server_timing};
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

/// A request that a lane is to send.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// in microseconds from the run's start
    pub due: u64,
    /// among all requests of the load
    pub number: u32,
}

/// One request and its fate.
pub(super) async fn ask(
    lane: &Lane,
    turn: Turn,
    open: &mut Option<Connection>,
) -> Result<Exchange, String> {
    let mut exchange = Exchange::from(Sample::due(lane.number, turn.due, Outcome::Ok));
    let (until, then) = lane.patience();
    let answered = timeout_at(until, exchanged(lane, turn.number, open, &mut exchange)).await;
    let sample = &mut exchange.sample;
    sample.outcome = match answered {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(NoAnswer::Outcome(outcome))) => outcome,
        Ok(Err(NoAnswer::Ours(why))) => return Err(why),
        Err(_) => then,
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
    Ok(exchange)
}

impl Lane {
    /// Until when a client waits whose request is taken up now, and what becomes of it then.
    fn patience(&self) -> (Instant, Outcome) {
        let now = Instant::now();
        let ends = [
            (self.clock.moment(self.load.limit), Outcome::Unfinished),
            (now + self.load.timeout, Outcome::TimedOut),
        ];
        let hangs_up = match self.load.ask.hang_up {
            HangUp::After(patience) => Some((now + patience, Outcome::HungUp)),
            HangUp::Never | HangUp::AfterEvents(_) => None,
        };
        let first = ends.into_iter().chain(hangs_up).min_by_key(|&(at, _)| at);
        first.expect("there are two at least")
    }
}

/// One request and its answer, over the lane's connection or a new one.
async fn exchanged(
    lane: &Lane,
    number: u32,
    open: &mut Option<Connection>,
    exchange: &mut Exchange,
) -> Result<Outcome, NoAnswer> {
    let ask = &lane.load.ask;
    // A server may end a connection between two requests: that is its right, and no failure. Where
    // its end and our next request meet on the way, the request is lost, and `reset`: nobody here
    // sends it again, as a client may only where the method allows it.
    if let Some(connection) = open.as_mut()
        && !connection.is_ready().await
    {
        *open = None;
    }
    let connection = match open {
        Some(connection) => connection,
        None => {
            let slowly = ask.bytes_per_second;
            let connection = Connection::open(lane.target.addr, lane.clock, slowly).await?;
            exchange.sample.connected = Some(lane.clock.now());
            open.insert(connection)
        }
    };
    connection.stamps.clear();
    let response = connection.ask(&lane.target, ask, number, lane.load.keep_alive).await?;
    let (head, mut body) = response.into_parts();
    if let Some(timing) = server_timing::handler(&head.headers) {
        exchange.sample.handler = Some(timing.us);
        exchange.sample.worker = timing.worker;
    }
    match ask.answer {
        Answer::Events { last } if head.status.is_success() => {
            return events(lane, &mut body, last, &mut exchange.events).await;
        }
        // An error has a body of its own, and is no stream.
        Answer::Events { .. } | Answer::Whole => {
            while let Some(frame) = body.frame().await {
                frame?;
            }
        }
    }
    Ok(match head.status {
        status if status.is_success() => Outcome::Ok,
        status => Outcome::Status(status.as_u16()),
    })
}

/// Keeps the moment of each event, until the stream is over or its client has had enough.
async fn events(
    lane: &Lane,
    body: &mut Incoming,
    last: Option<&'static str>,
    at: &mut Vec<u64>,
) -> Result<Outcome, NoAnswer> {
    let enough = match lane.load.ask.hang_up {
        HangUp::AfterEvents(most) => Some(most as usize),
        HangUp::Never | HangUp::After(_) => None,
    };
    let mut events = Events::default();
    let mut has_ended = false;
    while enough != Some(at.len()) {
        let Some(frame) = body.frame().await else {
            let is_whole = if last.is_some() { has_ended } else { !events.is_inside() };
            return Ok(if is_whole { Outcome::Ok } else { Outcome::CutShort });
        };
        let frame = frame?;
        let now = lane.clock.now();
        events.take(frame.data_ref().map_or(&[][..], |bytes| &bytes[..]), |data| {
            has_ended |= last.is_some_and(|last| last.as_bytes() == data);
            // One frame may hold more than a client wants.
            if !has_ended && enough.is_none_or(|most| at.len() < most) {
                at.push(now);
            }
        });
    }
    Ok(Outcome::HungUp)
}
