//! The tables below figures.

pub const REQUESTS: &str = "each request, in milliseconds from the start of the run";
pub const REQUEST_HEADS: [&str; 8] =
    ["lane", "due", "connected", "sent", "first byte", "done", "handler", "outcome"];

pub const EVENTS: &str = "each event, in milliseconds from the start of the run";
pub const EVENT_HEADS: [&str; 3] = ["lane", "at", "what"];

pub const POINT_HEADS: [&str; 2] = ["from", "in flight"];

/// `left_out`: how high the highest step is that the curve has not.
pub fn points(left_out: usize) -> String {
    let left_out = match left_out {
        0 => String::new(),
        most => format!("; steps of at most {most} requests are left out"),
    };
    format!(
        "requests in flight from this moment on, in milliseconds from the start of the run{left_out}"
    )
}

pub const SLICE_HEADS: [&str; 5] = ["from", "requests", "p50", "p99", "max"];

pub fn slices(long: &str) -> String {
    format!(
        "requests that were due in each {long} of the run, latencies in milliseconds; a row a request would be too many to read"
    )
}

pub const SWEEP_HEADS: [&str; 4] = ["offered", "answered", "p50", "p99"];

pub fn sweep(case: &str) -> String {
    format!(
        "{case}: requests per second, and latencies, each with the least and the most of its runs"
    )
}

/// Of a strip's table: which of the repeats.
pub const RUN: &str = "run";

pub fn repeats(of: &str, label: &str) -> String {
    format!("{of}: {label} in each run")
}

pub fn of_one(tail: &str, caption: &str) -> String {
    format!("{tail}: {caption}")
}

pub fn numbers_of(of: &str) -> String {
    format!("numbers of {of}")
}

pub fn by_tabs(caption: &str) -> String {
    format!("{caption}; columns are set apart by tabs")
}
