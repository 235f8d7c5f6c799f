//! The experiments that a page can run, and what of each a reader may change, how far. A test holds
//! that the chapters' programs take all of it, and that every figure of the book is here.

use crate::words::live as words;

/// A number that a reader may choose, and the switch that it is given by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Knob {
    pub flag: &'static str,
    /// what a reader reads beside it
    pub label: &'static str,
    /// what stands behind the number in a command: `ms`
    pub unit: &'static str,
    pub least: u32,
    pub most: u32,
    pub usual: u32,
}

impl Knob {
    /// The switch without its hyphens, as a form names it.
    pub fn name(&self) -> &'static str {
        self.flag.trim_start_matches('-')
    }

    /// As it is typed: `--delay 300ms`.
    pub fn typed(&self, value: u32) -> [String; 2] {
        [self.flag.into(), format!("{value}{}", self.unit)]
    }
}

/// An experiment that may be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// `chap1.ten`
    pub experiment: &'static str,
    /// whether as the book records it: such as are scaled down are not comparable to each other
    pub full: bool,
    pub knobs: &'static [Knob],
}

const fn requests(usual: u32, most: u32) -> Knob {
    Knob { flag: "--requests", label: words::REQUESTS, unit: "", least: 1, most, usual }
}

const fn at_once(usual: u32, most: u32) -> Knob {
    Knob { flag: "--concurrency", label: words::AT_ONCE, unit: "", least: 1, most, usual }
}

/// How long each handler waits.
const fn wait(usual: u32, most: u32) -> Knob {
    Knob { flag: "--delay", label: words::EACH_WAITS, unit: "ms", least: 0, most, usual }
}

/// How long requests come.
const fn lasts(usual: u32, most: u32) -> Knob {
    Knob { flag: "--duration", label: words::FOR, unit: "s", least: 1, most, usual }
}

/// How often everything is run.
const fn repeats(usual: u32, most: u32) -> Knob {
    Knob { flag: "--repeats", label: words::RUNS, unit: "", least: 1, most, usual }
}

const fn row(experiment: &'static str, knobs: &'static [Knob]) -> Row {
    Row { experiment, full: false, knobs }
}

/// Too large, or too much of one piece, to be scaled down.
const fn as_recorded(experiment: &'static str) -> Row {
    Row { experiment, full: true, knobs: &[] }
}

// One at a time, the last of fifty still has an answer within the two minutes of a request.
const TEN: &[Knob] = &[requests(10, 50), at_once(5, 50), wait(300, 2_000)];
const THOUSAND: &[Knob] = &[requests(1_000, 2_000), at_once(1_000, 2_000), wait(1_000, 5_000)];
const ONE_CLIENT: &[Knob] = &[lasts(3, 15)];
const RACE: &[Knob] = &[repeats(1, 5), lasts(1, 3)];

#[rustfmt::skip] // rows
pub const ROWS: &[Row] = &[
    row("chap1.ten", TEN),
    row("chap1.many-1000", THOUSAND),
    as_recorded("chap1.many-10000"),
    row("chap1.too-many-threads", THOUSAND),
    row("chap1.backlog", THOUSAND),
    row("chap2.twice", &[wait(200, 3_000)]),
    row("chap2.trap", &[requests(10, 50), at_once(5, 50), wait(200, 2_000)]),
    row("chap2.health", &[wait(400, 3_000)]),
    row("chap2.waves", &[requests(100, 400), at_once(100, 400), wait(200, 2_000)]),
    row("chap2.lock", &[requests(10, 50), at_once(5, 50), wait(200, 2_000)]),
    row("chap2.which-one", &[wait(400, 3_000)]),
    row("chap3.trace", &[wait(100, 1_000)]),
    row("chap3.starve", &[requests(10, 50), at_once(5, 50), wait(200, 2_000)]),
    row("chap4.replaced", &[requests(200, 1_000), at_once(4, 32), wait(20, 200)]),
    row("chap5.ten", TEN),
    row("chap5.ten-by-ab", TEN),
    row("chap5.ten-by-oha", TEN),
    row("chap5.closed", ONE_CLIENT),
    row("chap5.open", ONE_CLIENT),
    as_recorded("chap5.offered-100"),
    as_recorded("chap5.offered-200"),
    as_recorded("chap5.offered-300"),
    as_recorded("chap5.offered-340"),
    as_recorded("chap5.offered-360"),
    as_recorded("chap5.offered-380"),
    as_recorded("chap5.offered-400"),
    as_recorded("chap5.offered-450"),
    as_recorded("chap5.offered-550"),
    row("chap5.hello-by-ours", RACE),
    row("chap5.hello-by-ab", RACE),
    row("chap5.hello-by-wrk", RACE),
    row("chap5.hello-by-oha", RACE),
    row("chap5.computing", &[requests(60, 240), at_once(8, 64), wait(5, 50)]),
    row("chap5.hello-kept", RACE),
    row("chap6.first-token", &[requests(8, 32), at_once(4, 32), wait(600, 3_000)]),
    row("chap6.real-8", &[requests(8, 16), at_once(8, 16)]),
    row("chap7.sqlite-waits", &[requests(20, 60), at_once(20, 60), wait(300, 2_000)]),
];

/// The experiment's row, where it has one.
pub fn row_of(chapter: &str, experiment: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.experiment.split_once('.') == Some((chapter, experiment)))
}
