//! Who waited when, lane by lane. Pure: a run goes in, spans come out; drawing is somebody else's.

use std::collections::BTreeMap;

use crate::record::outcome::Outcome;
use crate::record::{Run, Sample};
use crate::views::summary;

/// What became of a request for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// the TCP connection was being made
    Connecting,
    /// sent, and in nobody's hands that we know of
    Waiting,
    /// nothing of a stream had come; whether it queued or was worked on, nobody told
    Silent,
    /// in a handler
    Served,
    /// the answer's bytes were coming
    Receiving,
    /// over, because its client wanted no more before anything had come
    HungUp,
    /// over, without the answer it wanted; drawn where it had waited
    Failed(Outcome),
}

/// A stretch of time on a lane, in microseconds from the run's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestSpan {
    /// when it begins
    pub from: u64,
    /// when it is over
    pub to: u64,
    /// what the request was about
    pub doing: RequestState,
    /// which of the run's samples this belongs to
    pub sample: usize,
}

/// One lane: what happened on one connection slot, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLane {
    /// from 0
    pub number: u32,
    /// in order of time
    pub spans: Vec<RequestSpan>,
}

/// The lanes of a run, by number. Spans of a lane do not overlap.
pub fn lanes(run: &Run) -> Vec<RequestLane> {
    let mut lanes: Vec<RequestLane> = Vec::new();
    let first_events: BTreeMap<(u32, u64), u64> =
        run.chunks.iter().filter_map(|c| Some(((c.lane, c.due), *c.at.first()?))).collect();
    let mut order: Vec<usize> = (0..run.samples.len()).collect();
    order.sort_by_key(|&at| (run.samples[at].lane, run.samples[at].due));
    for at in order {
        let sample = &run.samples[at];
        if lanes.last().is_none_or(|lane| lane.number != sample.lane) {
            lanes.push(RequestLane { number: sample.lane, spans: Vec::new() });
        }
        let lane = lanes.last_mut().expect("pushed just above");
        // A request of an open loop may be due before its lane is free; the lane was not its then.
        let free = lane.spans.last().map_or(0, |span| span.to);
        let drawn =
            spans(sample, first_events.get(&(sample.lane, sample.due)).copied(), run.end.at)
                .into_iter()
                .filter(|(_, to, _)| *to > free);
        lane.spans.extend(drawn.map(|(from, to, doing)| RequestSpan {
            from: from.max(free),
            to,
            doing,
            sample: at,
        }));
    }
    lanes
}

/// Whether these are a run's of streams: then it is silence that is seen, and who queued is not.
pub fn are_of_streams(lanes: &[RequestLane]) -> bool {
    let mut spans = lanes.iter().flat_map(|lane| &lane.spans);
    spans.any(|span| span.doing == RequestState::Silent)
}

/// How many requests were under way, as steps `(from, how many)`: for runs of too many lanes to draw.
pub fn in_flight(run: &Run) -> Vec<(u64, usize)> {
    let load = run.samples.iter().filter(|s| !run.is_probe(s));
    summary::steps(load.filter_map(|s| summary::in_flight(s, run.end.at)))
}

/// The stretches of one request, without the empty ones. Of a stream its client waits for the first
/// event, and not for a head that says that there will be one.
fn spans(sample: &Sample, first_event: Option<u64>, end: u64) -> Vec<(u64, u64, RequestState)> {
    let Sample { due, outcome, .. } = *sample;
    let done = sample.done.unwrap_or(end);
    // A request over a standing connection connects in no time; one that never connected never sent.
    let connected = match (sample.connected, sample.sent) {
        (None, None) => None,
        (at, _) => Some(at.unwrap_or(due)),
    };
    let mut cut = match (outcome, connected, first_event) {
        (Outcome::Ok | Outcome::HungUp, Some(connected), Some(first)) => {
            vec![
                (due, connected, RequestState::Connecting),
                (connected, first, RequestState::Silent),
                (first, done, RequestState::Receiving),
            ]
        }
        (Outcome::Ok, Some(connected), None) => {
            let answered = sample.first_byte.unwrap_or(done);
            let taken = answered.saturating_sub(sample.handler.unwrap_or(0)).max(connected);
            vec![
                (due, connected, RequestState::Connecting),
                (connected, taken, RequestState::Waiting),
                (taken, answered, RequestState::Served),
                (answered, done, RequestState::Receiving),
            ]
        }
        (Outcome::HungUp, Some(connected), None) => {
            vec![
                (due, connected, RequestState::Connecting),
                (connected, done, RequestState::HungUp),
            ]
        }
        (_, Some(connected), _) => {
            vec![
                (due, connected, RequestState::Connecting),
                (connected, done, RequestState::Failed(outcome)),
            ]
        }
        (_, None, _) => vec![(due, done, RequestState::Failed(outcome))],
    };
    cut.retain(|(from, to, _)| from < to);
    cut
}
