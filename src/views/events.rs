//! A run's events, lane by lane, and the stretches between them: what the views of them share.

use std::collections::HashMap;

use crate::record::{Event, Run};

/// The events of each lane in order of time, and the lanes in order of their first event.
pub fn by_lane(run: &Run) -> Vec<(&str, Vec<&Event>)> {
    // Several threads may tell of them, so that one stands a line too late. A stable sort: within
    // one microsecond, the order of the lines is the order of the events.
    let mut events: Vec<&Event> = run.events.iter().collect();
    events.sort_by_key(|event| event.at);
    let mut lanes: Vec<(&str, Vec<&Event>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for event in events {
        let place = *places.entry(&event.lane).or_insert(lanes.len());
        if place == lanes.len() {
            lanes.push((&event.lane, Vec::new()));
        }
        lanes[place].1.push(event);
    }
    lanes
}

/// A stretch of time on a lane, in microseconds from the run's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<State> {
    /// when it begins
    pub from: u64,
    /// when it is over
    pub to: u64,
    /// what went on
    pub doing: State,
}

/// The stretches of a lane while its events are told, and what is going on at the moment.
pub(super) struct Stretches<State> {
    done: Vec<Span<State>>,
    /// nothing, before its first event and after its last
    now: Option<(u64, State)>,
    /// A stretch that is over within the microsecond in which it began is left out as nothing to see,
    /// unless the lane worked in it: a poll of no time at all was a poll.
    kept: State,
}

impl<State: Copy + PartialEq> Stretches<State> {
    pub fn keeping(kept: State) -> Self {
        Stretches { done: Vec::new(), now: None, kept }
    }

    pub fn now(&self) -> Option<State> {
        self.now.map(|(_, doing)| doing)
    }

    /// Ends a stretch and begins the next.
    pub fn turn(&mut self, at: u64, next: Option<State>) {
        if let Some((from, doing)) = self.now
            && (from < at || doing == self.kept)
        {
            self.done.push(Span { from, to: at, doing });
        }
        self.now = next.map(|doing| (at, doing));
    }

    /// What goes on when the run ends, ends with it.
    pub fn end(mut self, at: u64) -> Vec<Span<State>> {
        if let Some((from, _)) = self.now {
            self.turn(at.max(from), None);
        }
        self.done
    }
}
