//! How many of something: `1 poll`, `2 polls`.

use while_you_wait::views::quantity::Quantity;

fn counted(n: usize, one: &str, more: &str) -> String {
    format!("{} {}", Quantity::Count(n as f64), if n == 1 { one } else { more })
}

pub fn requests(n: usize) -> String {
    counted(n, "request", "requests")
}

pub fn connections(n: usize) -> String {
    counted(n, "connection", "connections")
}

pub fn polls(n: usize) -> String {
    counted(n, "poll", "polls")
}

pub fn runs(n: usize) -> String {
    counted(n, "run", "runs")
}
