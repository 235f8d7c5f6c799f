//! What a server saw of its connections, lane by lane. Pure: a run's events go in, spans come out.
//!
//! For a load that somebody else's tool sent: of that, the record holds no request.

use super::events::{self, Stretches, by_lane};
use crate::record::Run;
use crate::views::summary::steps;

/// What was going on on a connection for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionState {
    /// open, and nothing was asked on it yet
    Open,
    /// a request had come, and its answer had not gone
    Served,
    /// answered, and open still
    Idle,
}

/// A stretch of a connection.
pub type ConnectionSpan = events::Span<ConnectionState>;

/// One lane: what happened on one connection, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionLane {
    /// as the server called the connection
    pub name: String,
    /// in order
    pub spans: Vec<ConnectionSpan>,
}

/// The lanes of a run, in order of their first event. Spans of a lane do not overlap.
///
/// # Errors
/// An event is none of those that a connection can have.
pub fn lanes(run: &Run) -> Result<Vec<ConnectionLane>, String> {
    let mut lanes = Vec::new();
    for (name, events) in by_lane(run) {
        let mut stretches = Stretches::keeping(ConnectionState::Served);
        for event in events {
            let next = match event.what.as_str() {
                "connected" => Some(ConnectionState::Open),
                "asked" => Some(ConnectionState::Served),
                "answered" => Some(ConnectionState::Idle),
                "closed" => None,
                other => {
                    return Err(format!("{other:?} is nothing that can happen to a connection"));
                }
            };
            stretches.turn(event.at, next);
        }
        lanes.push(ConnectionLane { name: name.into(), spans: stretches.end(run.end.at) });
    }
    Ok(lanes)
}

/// The most connections on which a request was being served at one moment.
pub fn peak(lanes: &[ConnectionLane]) -> usize {
    let spans = lanes.iter().flat_map(|lane| &lane.spans);
    let served =
        spans.filter(|span| span.doing == ConnectionState::Served).map(|span| (span.from, span.to));
    steps(served).into_iter().map(|(_, height)| height).max().unwrap_or(0)
}
