//! The page of evidence, and the marks that lead there.

use maud::{Markup, html};

/// The mark of a claim.
pub const TESTED: &str = "tested";

/// What a mark says to who hears it: its word, or its number in a row of them.
pub fn mark(word: &str, sentence: &str) -> String {
    format!("{word}: {sentence}")
}

pub fn chapter(number: &str) -> String {
    format!("Chapter {number}")
}

pub const RECORD: &str = "The record: every request of every run, as lines of JSON";

pub fn runs_of(chapter: &str) -> String {
    format!("runs of {chapter}")
}

pub const HEADS: [&str; 7] =
    ["experiment", "case", "requests", "at once", "handler waits", "repeats", "recorded"];

/// How long requests were sent.
pub fn lasted(long: &str) -> String {
    format!("for {long}")
}

/// Who sent them, where it was not the kit.
pub fn sent_by(many: &str, by: &str) -> String {
    format!("{many}, by {by}")
}

/// On which pages, as links of Markdown, and what limits the test.
pub fn claimed(pages: &[String], limits: &[&str]) -> String {
    let pages = match pages {
        [] => "Claimed on no page".to_string(),
        pages => format!("Claimed in {}", pages.join(", ")),
    };
    let limits: String = limits.iter().map(|limit| format!("; {limit}")).collect();
    format!("{pages}{limits}.")
}

pub fn test_in(file: &str) -> Markup {
    html! { "The test, in " code { (file) } }
}

// Where a claim is held against the recorded run alone: without a full stop.

pub const WITH_TOOLS: &str =
    "it is tried anew only where ab, wrk, oha, nginx and Python's servers are installed";
pub const WEIGHED: &str = "CPU time is compared in the record and in optimised builds on Linux; `cargo test` makes no such build";
pub const ON_LINUX: &str = "this can be seen on Linux alone";
pub const ON_UNIX: &str = "this can be done on Linux and macOS alone";
pub const WITH_FULL: &str =
    "what `--full` alone runs is held against the record, and run anew whenever that is";
