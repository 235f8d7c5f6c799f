//! Figures that a reader runs anew: the panel below each, the table that compares, and what is said of a run
//! that goes on. What the script says of it stands among the words of scripts.

use maud::{Markup, html};

// The panel.

pub const YOURSELF: &str = "Run it yourself:";
pub const RUN: &str = "Run it here";
pub const STOP: &str = "Stop";
pub const KEPT: &str = "or show a run that you kept:";
pub const CASES: &str = "cases";

pub fn anew(figure: &str) -> String {
    format!("run it anew: {figure}")
}

// Numbers that may be chosen.

pub const REQUESTS: &str = "requests";
pub const AT_ONCE: &str = "at once";
pub const EACH_WAITS: &str = "each waits";
pub const FOR: &str = "for";
pub const RUNS: &str = "runs";

// The book's run and a reader's.

pub const BOTH: &str = "the book’s run and yours";
pub const THE_BOOKS: &str = "the book’s";
pub const YOURS: &str = "yours";
pub const RATIO: &str = "yours / the book’s";

/// `other_build`: the reader's, where it is not the book's.
pub fn compared(book: &str, yours: &str, other_build: Option<&str>) -> Markup {
    html! {
        "The book’s: " (book) ". Yours: " (yours) "."
        @if let Some(build) = other_build { " Yours is a " (build) " build, so there is no ratio." }
    }
}

pub fn number_of(experiment: &str, case: &str, label: &str) -> String {
    format!("{experiment}.{case}, {label}")
}

pub fn requests_for(long: &str) -> String {
    format!("requests for {long}")
}

pub fn requests(many: &str) -> String {
    format!("{many} requests")
}

pub fn a_second(rate: &str) -> String {
    format!("{rate} a second")
}

pub fn at_once(many: &str) -> String {
    format!("{many} at once")
}

pub fn each_waits(long: &str) -> String {
    format!("each waits {long}")
}

pub fn build(of: &str) -> String {
    format!("{of} build")
}

// What is going on.

pub const NEXT: &str = "Another page is running something; this is next";

pub fn compiling(chapter: &str) -> String {
    format!("Compiling {chapter}, which takes a while when it is new")
}

pub fn running(run: &str, nth: usize, of: usize) -> String {
    format!("Running {run}, {nth} of {of}")
}

/// Of a run that ends by time, in seconds. Of a histogram alone nobody knows how many requests it has.
pub fn lasted(run: &str, lasted: f64, of: f64, requests: usize) -> String {
    match requests {
        0 => format!("{run}: {lasted:.1} of {of:.1} s, its requests are told at its end"),
        n => format!("{run}: {lasted:.1} of {of:.1} s, {n} requests"),
    }
}

pub fn so_far(run: &str, done: usize) -> String {
    format!("{run}: {done} requests")
}

pub fn of_all(run: &str, done: usize, all: u32) -> String {
    format!("{run}: {done} of {all} requests")
}

// What came in between.

pub fn not_run(run: &str, why: &str) -> String {
    format!("{run} was not run: {why}")
}

pub fn ended_with(status: &str) -> String {
    format!("it ended with {status}")
}

pub fn stopped_after(seconds: u64) -> String {
    format!("it was stopped after {seconds} s; --longest-run gives it longer")
}

pub fn not_compiled(chapter: &str) -> String {
    format!("{chapter} could not be compiled: what cargo says is below")
}

pub fn no_program(chapter: &str) -> String {
    format!("cargo built no program {chapter}")
}

pub const CARGO_WENT_ON: &str = "cargo did not come to an end";

pub fn no_good(why: &str) -> String {
    format!("its record is no good: {why}")
}

pub fn not_drawn(why: &str) -> String {
    format!("cannot draw: {why}")
}

pub fn not_started(why: &str) -> String {
    format!("cannot start a process: {why}")
}

pub fn not_waited_for(why: &str) -> String {
    format!("cannot wait for a process: {why}")
}

pub fn not_read(why: &str) -> String {
    format!("cannot read on: {why}")
}

pub fn said_too_much(megabytes: u64) -> String {
    format!("it said more than {megabytes} MB, and was stopped")
}

// Why something is not run at all.

pub const TOO_MANY: &str = "as many pages as may wait for a run are waiting: try again later";
pub const ONLY_OURS: &str = "only a page that this press served may ask for that: load it again";
pub const NOTHING_ASKED: &str = "nothing was asked in time";
pub const NOT_A_TEXT: &str = "a record is a text";
pub const NOTHING_SHOWN: &str = "this record holds nothing that the figure shows";
pub const CASES_ARE: &str = "cases are a list of names";
pub const NUMBERS_ARE: &str = "numbers are an object";
pub const NO_FIGURE: &str = "no page runs such a figure";
pub const NO_CASE: &str = "without a case there is nothing to run";
pub const AS_A_WHOLE: &str = "this figure is run as a whole";

pub fn too_long(most: usize) -> String {
    format!("that is more than {most} bytes, or broke off")
}

pub fn no_json(why: &str) -> String {
    format!("this is no JSON: {why}")
}

pub fn not_whole(name: &str) -> String {
    format!("{name:?} is a whole number, and not what was sent")
}

pub fn not_a_case(case: &str, cases: &[String]) -> String {
    format!("{case:?} is no case here: {} would be", cases.join(", "))
}

pub fn not_changed(name: &str) -> String {
    format!("{name:?} cannot be changed here")
}

pub fn out_of_range(label: &str, value: u32, least: u32, most: u32) -> String {
    format!("{label} {value}: a whole number from {least} to {most} would be right")
}

pub fn more_lanes_than_requests(lanes: u32, requests: u32) -> String {
    format!("{lanes} at once is more than the {requests} requests there are")
}

/// Times in milliseconds and in seconds.
pub fn takes_too_long(requests: u32, lanes: u32, wait_ms: u32, takes: u64, most: u64) -> String {
    format!(
        "{requests} requests, {lanes} at once, which wait {wait_ms} ms each, take {takes} s on any server: at \
         most {most} s are run here; more at once, or fewer, take less"
    )
}
