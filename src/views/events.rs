//! A run's events, lane by lane: what every view of them begins with.

use crate::record::{Event, Run};

/// The events of each lane in order of time, and the lanes in order of their first event.
pub fn by_lane(run: &Run) -> Vec<(&str, Vec<&Event>)> {
    // Several threads may tell of them, so that one stands a line too late. A stable sort: within
    // one microsecond, the order of the lines is the order of the events.
    let mut events: Vec<&Event> = run.events.iter().collect();
    events.sort_by_key(|event| event.at);
    let mut lanes: Vec<(&str, Vec<&Event>)> = Vec::new();
    for event in events {
        match lanes.iter_mut().find(|(lane, _)| *lane == event.lane) {
            Some((_, of_it)) => of_it.push(event),
            None => lanes.push((&event.lane, vec![event])),
        }
    }
    lanes
}
