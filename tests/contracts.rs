//! The contracts of the book, held by golden examples, hand-computed runs and properties.

mod ab;
mod adds_up;
mod another;
mod command_line;
mod declared;
mod histogram;
mod metrics;
mod names;
mod pace;
mod probe;
mod quantity;
mod record;
mod recorded;
mod rooms;
mod served;
mod slices;
mod so_far;
mod spread;
mod streams;
mod sweep;
mod timeline;
mod trace;
mod views;

use while_you_wait::record::{End, Event, Run, read};

/// One run that has a bit of everything: a second request on a lane, a reset, a 503, facts.
const GOLDEN: &str = include_str!("contracts/golden.jsonl");

fn golden() -> Run {
    read(GOLDEN).expect("the golden record reads").remove(0)
}

/// A run that told of these, each `(lane, at, what)`, and ended after a millisecond.
fn told(events: &[(&str, u64, &str)]) -> Run {
    let event =
        |&(lane, at, what): &(&str, u64, &str)| Event { lane: lane.into(), at, what: what.into() };
    Run { events: events.iter().map(event).collect(), end: End { at: 1_000 }, ..golden() }
}
