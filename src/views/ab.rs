//! A closed loop's run as ab would report it, for people who know ab. Pure: a run goes in, lines
//! come out.

use std::fmt::Write;

use crate::record::{Mode, Outcome, Run};
use crate::views::summary::{latency_at, summarize};

/// The shares that ab shows.
const SHARES: [u32; 9] = [50, 66, 75, 80, 90, 95, 98, 99, 100];

/// The report; `None` of a run that was no closed loop: ab knows no other.
///
/// ab's "time per request" is no mean of latencies. It is the whole time by the number of
/// requests, and the same times the concurrency; so it is here.
pub fn report(run: &Run) -> Option<String> {
    let load = &run.header.load;
    if load.mode != Mode::Closed {
        return None;
    }
    let summary = summarize(run);
    let count = |outcome| summary.outcomes.get(&outcome).copied().unwrap_or(0);
    let complete = summary.requests - count(Outcome::Unfinished);
    let failed = complete - count(Outcome::Ok);
    let seconds = summary.total as f64 / 1e6;
    let mut out = String::new();
    let mut line = |label: &str, value: String| {
        let _ = writeln!(out, "{label:<24}{value}");
    };
    line("Concurrency Level:", load.concurrency.to_string());
    line("Time taken for tests:", format!("{seconds:.3} seconds"));
    line("Complete requests:", complete.to_string());
    line("Failed requests:", failed.to_string());
    if complete > 0 && seconds > 0.0 {
        let each = 1e3 * seconds / complete as f64;
        let waited = each * f64::from(load.concurrency);
        line("Requests per second:", format!("{:.2} [#/sec] (mean)", complete as f64 / seconds));
        line("Time per request:", format!("{waited:.3} [ms] (mean)"));
        line("Time per request:", format!("{each:.3} [ms] (mean, across all concurrent requests)"));
    }
    let _ = writeln!(out, "\nPercentage of the requests served within a certain time (ms)");
    for share in SHARES {
        let longest = if share == 100 { " (longest request)" } else { "" };
        // ab leaves failures out; here a failed request is slower than every other.
        let ms = latency_at(run, f64::from(share) / 100.0)
            .map_or("no answer".into(), |us| format!("{:.1}", us as f64 / 1e3));
        let _ = writeln!(out, "{share:>4}% {ms:>9}{longest}");
    }
    Some(out)
}
