//! What a server saw of its connections, lane by lane. Pure: a run's events go in, spans come out.
//!
//! For a load that somebody else's tool sent: of that, the record holds no request.

use super::events::by_lane;
use crate::record::Run;
use crate::summary::steps;

/// What was going on on a connection for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// open, and nothing was asked on it yet
    Open,
    /// a request had come, and its answer had not gone
    Served,
    /// answered, and open still
    Idle,
}

/// A stretch of time on a lane, in microseconds from the run's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: u64,
    pub to: u64,
    pub doing: Doing,
}

/// One lane: what happened on one connection, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    pub name: String,
    pub spans: Vec<Span>,
}

/// The lanes of a run, in order of their first event. Spans of a lane do not overlap.
///
/// # Errors
/// An event is none of those that a connection can have.
pub fn lanes(run: &Run) -> Result<Vec<Lane>, String> {
    let mut lanes = Vec::new();
    for (name, events) in by_lane(run) {
        let lane = Lane { name: name.into(), spans: Vec::new() };
        let mut connection = Connection { lane, now: None };
        for event in events {
            let next = match event.what.as_str() {
                "connected" => Some(Doing::Open),
                "asked" => Some(Doing::Served),
                "answered" => Some(Doing::Idle),
                "closed" => None,
                other => {
                    return Err(format!("{other:?} is nothing that can happen to a connection"));
                }
            };
            connection.turn(event.at, next);
        }
        // What is open when the run ends, ends with it.
        lanes.push(connection.end(run.end.at));
    }
    Ok(lanes)
}

/// The most connections on which a request was being served at one moment.
pub fn peak(lanes: &[Lane]) -> usize {
    let spans = lanes.iter().flat_map(|lane| &lane.spans);
    let served = spans.filter(|span| span.doing == Doing::Served).map(|span| (span.from, span.to));
    steps(served).into_iter().map(|(_, height)| height).max().unwrap_or(0)
}

/// A lane, and what is going on on it at the moment; nothing, before its first event and when it
/// is closed.
struct Connection {
    lane: Lane,
    now: Option<(u64, Doing)>,
}

impl Connection {
    /// Ends a stretch and begins the next. An empty one is left out, unless somebody was served in
    /// it, however soon.
    fn turn(&mut self, at: u64, next: Option<Doing>) {
        if let Some((from, doing)) = self.now
            && (from < at || doing == Doing::Served)
        {
            self.lane.spans.push(Span { from, to: at, doing });
        }
        self.now = next.map(|doing| (at, doing));
    }

    fn end(mut self, at: u64) -> Lane {
        if let Some((from, _)) = self.now {
            self.turn(at.max(from), None);
        }
        self.lane
    }
}
