//! Sweeps and strips: numbers of many runs.

use maud::{Markup, html};

use crate::words::counted;

// A sweep.

pub const OFFERED: &str = "requests offered per second";
pub const ANSWERED: &str = "answered per second";
pub const LATENCY: &str = "latency";
pub const P50: &str = "answered, and p50 latency";
pub const P99: &str = "p99 latency";
pub const AS_MANY: &str = "as many as were offered";
pub const LEAST_TO_MOST_OF_RUNS: &str = "least to most of the runs";
pub const NO_P99: &str = "no p99 where too many got no answer";

pub fn sweep_title(chapter: &str, experiment: &str, case: &str) -> String {
    format!("Answered per second and latency, by what was offered, {chapter}.{experiment}: {case}")
}

pub fn at_most(best: &str) -> String {
    format!("at most {best}")
}

pub fn offered(rate: &str, shown: &str) -> String {
    format!("{rate} offered: {shown}")
}

pub fn step(rate: &str, answered: &str, p50: &str, p99: &str) -> String {
    format!("{rate} offered: {answered} answered, p50 {p50}, p99 {p99}.")
}

pub fn sweep_caption(of: &str, case: &str, repeats: usize, rates: usize) -> Markup {
    let runs = match repeats {
        ..=1 => "one run".to_string(),
        n => format!("medians of {n} runs"),
    };
    html! {
        p { b { (of) } ", " (case) ": " (runs) " at each of " (rates) " rates, latency on a logarithmic scale." }
    }
}

// A strip.

pub const A_RUN: &str = "a run";
pub const MEDIAN: &str = "their median, in numbers at the right";
pub const LEAST_TO_MOST: &str = "least to most";

pub fn strip_title(label: &str, common: &str, tails: &str) -> String {
    format!("{label} in each run, {common}: {tails}")
}

pub fn nth_run(of: &str, nth: u32, shown: &str) -> String {
    format!("{of}, run {nth}: {shown}")
}

pub fn not_measured(absent: usize, repeats: usize) -> String {
    format!("not measured in {absent} of {repeats} runs")
}

/// A strip's numbers. `range` is empty where every run shows the same.
pub fn strip(of: &str, median: &str, range: &str, runs: usize) -> String {
    let range = if range.is_empty() { String::new() } else { format!(", {range}") };
    format!("{of}: median {median}{range}, in {}.", counted::runs(runs))
}

/// `each`: how many runs each has, where all have as many; `strips`: how many there are.
pub fn strip_caption(
    common: &str,
    tails: Option<&[String]>,
    each: Option<usize>,
    strips: usize,
    label: &str,
) -> Markup {
    let runs = match each {
        Some(each) if strips > 1 => format!("{} of each", counted::runs(each)),
        Some(each) => counted::runs(each),
        None => "all runs".into(),
    };
    html! {
        p { b { (common) } @if let Some(tails) = tails { " (" (tails.join(", ")) ")" } ", " (runs) ": " (label) "." }
    }
}
