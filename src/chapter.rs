//! What a chapter declares: its question, its cases, its experiments.

use std::time::Duration;

use crate::load::{Arrivals, Load, Target};
use crate::names::{Name, Runs};
use crate::quantity::Quantity;
use crate::record::Fact;
use crate::serve::{Failure, Serve};

/// A chapter's program. `chapter.main()` is the whole of its `main`.
pub struct Chapter {
    /// `chap1`, as in `cargo run --example chap1`
    pub name: &'static str,
    pub title: &'static str,
    pub question: &'static str,
    pub cases: Vec<Case>,
    pub experiments: Vec<Experiment>,
}

/// A server that can be asked.
pub struct Case {
    pub name: &'static str,
    /// a few words: what is special about this server
    pub about: &'static str,
    /// where it answers: `/sync` or `/async`
    pub path: &'static str,
    /// binds, says [`Serve::listening`], and serves until the process ends
    pub serve: fn(&Serve) -> Result<(), Failure>,
}

/// Asks a server by the chapter's own hand, and says what was found out: for a question that no
/// load can put, such as what a server answers to half a request.
///
/// An error is this machine's failure. What the server does wrong is a finding, and so a fact.
pub type Examine = fn(&Target) -> Result<Vec<Fact>, String>;

/// Another program that sends the load, and is believed in what it reports.
#[derive(Debug, Clone, Copy)]
pub struct Generator {
    /// `ab`
    pub name: &'static str,
    /// what it calls itself, such as `oha 1.16.0`; where it is not installed, one sentence on what
    /// is missing and how it comes
    pub installed: fn() -> Result<String, String>,
    /// sends the load to the target, and says what came of it by the names of metrics: `total`,
    /// `ok`, `failed`, `throughput`, `p50`, …
    ///
    /// An error is this machine's failure, as of [`Examine`].
    pub send: fn(&Load, &Target) -> Result<Vec<Fact>, String>,
}

/// A load that is sent to some of the cases, one after another.
pub struct Experiment {
    pub name: &'static str,
    pub about: &'static str,
    /// which cases, by name
    pub cases: Vec<&'static str>,
    /// as the book records it
    pub load: Load,
    /// asks in place of the load
    pub examine: Option<Examine>,
    /// sends the load in place of the kit's own generator
    pub sent_by: Option<Generator>,
    /// whether all that a case needs is installed here; else a sentence as of [`Generator`], and
    /// the case is reported as absent
    pub needs: fn(case: &str) -> Result<(), String>,
    /// whether the server and whoever asks it have a core each, and no other (Linux, two cores or
    /// more): so that neither takes the other's time, and each is seen at its own limit
    pub apart: bool,
    /// keeps a histogram in place of the samples, for a load whose record would be heavier than
    /// what it shows; above [`crate::load::MOST_SAMPLES`] requests it is so in any case
    pub histogram: bool,
    /// as the book records it
    pub delay: Duration,
    /// how often the book records it; a number is the median
    pub repeats: u32,
    /// by how much waits, ramp, warm-up and duration are divided, and the rate of an open loop
    /// multiplied, when a reader runs it without `--full`: the same requests in less time
    pub quick: Option<u32>,
    /// how many requests there are when a reader runs it without `--full`, if fewer
    pub quick_requests: Option<u32>,
    /// what to ask the server when the load is over
    pub counters: Option<Counters>,
    /// whether it is about memory, threads or speed, which an unoptimised build distorts
    pub weighs: bool,
    /// whether requests may go unanswered here: the point of the experiment, not its failure
    pub may_fail: bool,
    /// the most address space that a server may take, in bytes (Linux only)
    pub address_space: Option<u64>,
    /// the columns of its table, by name of metric
    pub columns: &'static [&'static str],
    /// one sentence on what was seen, made from what was seen
    pub notice: fn(&Seen) -> String,
}

/// Where a server reports what it counted, as a JSON object of numbers. Each becomes a fact of the
/// run: for what happens in a server and no client can see.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counters {
    /// `/counters`
    pub path: &'static str,
    /// asked this often after the load, until two answers agree: work may go on without a client
    pub every: Duration,
}

impl Default for Experiment {
    fn default() -> Self {
        Experiment {
            name: "",
            about: "",
            cases: Vec::new(),
            load: Load::default(),
            examine: None,
            sent_by: None,
            needs: |_| Ok(()),
            apart: false,
            histogram: false,
            delay: Duration::from_secs(3),
            repeats: 3,
            quick: Some(10),
            quick_requests: None,
            counters: None,
            weighs: false,
            may_fail: false,
            address_space: None,
            columns: &["ok", "total", "waits", "p50", "max"],
            notice: |_| String::new(),
        }
    }
}

impl Experiment {
    /// Whether all requests are meant to be waiting at one moment.
    pub fn is_all_at_once(&self) -> bool {
        let Load { arrivals, requests, lasts, lanes, .. } = self.load;
        arrivals == Arrivals::Closed && lasts.is_none() && requests == lanes && lanes > 1
    }
}

/// What an experiment showed: its runs, to be asked by case and metric.
pub struct Seen<'a> {
    pub chapter: &'a str,
    pub experiment: &'a str,
    pub runs: &'a Runs,
}

impl Seen<'_> {
    /// The quantity, or [`Quantity::Absent`] where the case was not run or it was not measured.
    pub fn of(&self, case: &str, metric: &str) -> Quantity {
        let name = format!("{}.{}.{case}.{metric}", self.chapter, self.experiment);
        let found = name.parse::<Name>().and_then(|name| self.runs.measured(&name));
        found.unwrap_or(Quantity::Absent)
    }

    /// How many times as much of it one case shows as another.
    pub fn ratio(&self, metric: &str, case: &str, to: &str) -> Quantity {
        match (self.of(case, metric).value(), self.of(to, metric).value()) {
            (Some(a), Some(b)) if b != 0.0 => Quantity::Times(a / b),
            _ => Quantity::Absent,
        }
    }
}
