//! What a server saw of its connections, and the figure of it that moves.

use maud::{Markup, html};

use crate::words::counted;

pub const WHAT_IT_SAW: &str = "What the server saw";
pub const LINES: &str = "A line is a connection, as the server saw it.";

pub const NOTHING_ASKED: &str = "open, nothing asked";
pub const NOTHING_ASKED_YET: &str = "open, nothing asked yet";
pub const OPEN_STILL: &str = "answered, and open still";
pub const BEING_SERVED: &str = "being served";

/// What a panel comes to.
pub fn in_all(connections: usize, requests: usize) -> String {
    format!("{}, {}", counted::connections(connections), counted::requests(requests))
}

pub fn sentence(
    of: &str,
    connections: usize,
    requests: usize,
    over: &str,
    at_once: usize,
) -> String {
    format!(
        "{of}: {} and {} over {over}; on at most {} at once a request was being served.",
        counted::connections(connections),
        counted::requests(requests),
        counted::connections(at_once),
    )
}

pub const REPLAYED: &str = "A recorded run, replayed";
/// A switch that stops the motion.
pub const HOLD: &str = "Hold it";

pub fn moving(requests: usize, at_a_time: &str) -> String {
    format!(
        "{}, {at_a_time} at a time, each waiting for its answer; a disc fills while its request is in a handler",
        counted::requests(requests)
    )
}

pub fn moving_caption(of: &str, told: &str) -> Markup {
    html! { p { b { (of) } ", in its own time: " (told) "." } }
}
