//! Timelines, curves and latencies: requests, as their clients know of them.

pub const WHO_WAITED: &str = "Who waited when";
pub const IN_FLIGHT: &str = "Requests in flight";
pub const HOW_LONG: &str = "How long requests took, by when they were due";

pub const CONNECTING: &str = "connecting";
pub const QUEUEING: &str = "queueing";
/// Of a stream, of which nobody told whether it queues or is worked on.
pub const NO_WORD: &str = "no word yet";
pub const BEING_SERVED: &str = "being served";
pub const RECEIVING: &str = "receiving the answer";
pub const FAILED: &str = "failed";
pub const HUNG_UP: &str = "hung up";

pub const LINES: &str =
    "A line is a connection. Service is drawn to end at the answer’s first byte.";
pub const CURVE: &str = "How many requests were sent and not yet answered.";
pub const DOTS: &str = "A dot is a request: to the right, when it was due; upwards, how long after that it was answered.";
pub const WARMED_UP: &str = "What was sent to warm up is not in the record.";
pub const LEFT_OUT: &str = "A dot that would lie on another is left out.";

pub const A_REQUEST: &str = "a request";
pub const UNANSWERED: &str = "one without an answer";
pub const P99: &str = "99 of 100 took no longer";

/// As a lane's stretches name it.
pub fn nth(number: usize) -> String {
    format!("request {number}")
}

pub fn answered_within(number: usize, within: &str) -> String {
    format!("request {number}: answered within {within}")
}

pub fn at_most_in_flight(peak: &str) -> String {
    format!("at most {peak} in flight")
}

pub fn quantiles(p50: &str, p99: &str) -> String {
    format!("p50 {p50} · p99 {p99}")
}
