//! The records of the book, for tests that ask of them what a chapter's program would. Only the first
//! line of each run is read: the rest, which other tests hold to be right, is megabytes.

use std::fs;
use std::path::PathBuf;

use while_you_wait::record::{Header, Line};

/// Where a chapter's record lies.
pub fn recorded(chapter: &str) -> PathBuf {
    crate::root().join(format!("book/runs/{chapter}.jsonl"))
}

/// Every run that a chapter's record holds: what was run, and all its lines.
///
/// # Panics
/// There is no such record, or a run's first line is none.
pub fn recorded_runs(chapter: &str) -> Vec<(Header, String)> {
    let text =
        fs::read_to_string(recorded(chapter)).unwrap_or_else(|why| panic!("{chapter}: {why}"));
    let mut runs: Vec<(Header, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("{\"kind\":\"run\"") {
            match serde_json::from_str(line) {
                Ok(Line::Run(header)) => runs.push((*header, String::new())),
                other => panic!("{chapter}: {other:?}"),
            }
        }
        runs.last_mut().expect("a record begins with a run").1.push_str(line);
    }
    runs
}
