//! What a chapter declares: its question, its cases, its experiments.

mod check;
mod form;
mod seen;

use std::time::Duration;

pub(crate) use check::known;
pub use form::Form;
pub use seen::Seen;

use crate::load::{Load, Target};
use crate::record::Fact;
use crate::server::serve::{Failure, Serve};

/// A chapter's program. `chapter.main()` is the whole of its `main`.
pub struct Chapter {
    /// `chap1`, as in `cargo run --example chap1`
    pub name: &'static str,
    /// as the page is called
    pub title: &'static str,
    /// what the chapter asks, in a sentence or two
    pub question: &'static str,
    /// the servers there are
    pub cases: Vec<Case>,
    /// in the order in which they run
    pub experiments: Vec<Experiment>,
    /// which cases a case needs beside it, each a server of its own that is started before it, in
    /// this order, and told where those listen that it needs: see [`Serve::beside`]
    pub beside: &'static [(&'static str, &'static [&'static str])],
}

impl Chapter {
    /// The cases that this one needs beside it.
    pub(crate) fn beside(&self, case: &str) -> &'static [&'static str] {
        self.beside.iter().find(|(name, _)| *name == case).map_or(&[], |(_, beside)| beside)
    }
}

/// A server that can be asked.
pub struct Case {
    /// `rouille-1`: of a-z, 0-9 and -
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

/// How servers are asked.
#[derive(Debug, Clone, Copy)]
pub enum Asked {
    /// by a load, which the kit's own generator sends
    ByLoad(Load),
    /// by a load, which another program sends
    ByGenerator(Generator, Load),
    /// by the chapter itself: no load is sent
    ByHand(Examine),
}

impl Asked {
    /// By the generator, where there is one, or by the kit's own.
    pub fn by(generator: Option<Generator>, load: Load) -> Self {
        match generator {
            Some(generator) => Asked::ByGenerator(generator, load),
            None => Asked::ByLoad(load),
        }
    }

    /// The load, where one is sent.
    pub fn load(&self) -> Option<&Load> {
        match self {
            Asked::ByLoad(load) | Asked::ByGenerator(_, load) => Some(load),
            Asked::ByHand(_) => None,
        }
    }

    /// Whoever sends the load, where it is not the kit.
    pub fn generator(&self) -> Option<&Generator> {
        match self {
            Asked::ByGenerator(generator, _) => Some(generator),
            Asked::ByLoad(_) | Asked::ByHand(_) => None,
        }
    }
}

/// Some of the cases, asked one after another.
pub struct Experiment {
    /// `ten`: of a-z, 0-9 and -
    pub name: &'static str,
    /// a few words: what is asked of whom
    pub about: &'static str,
    /// which cases, by name
    pub cases: Vec<&'static str>,
    /// as the book records it
    pub asked: Asked,
    /// whether all that a case needs is installed here; else a sentence as of [`Generator`], and
    /// the case is reported as absent
    pub needs: fn(case: &str) -> Result<(), String>,
    /// whether the server and whoever asks it have a core each, and no other (Linux, two cores or
    /// more): so that neither takes the other's time, and each is seen at its own limit
    pub apart: bool,
    /// keeps a histogram in place of the samples, for a load whose record would be heavier than
    /// what it shows; above [`crate::load::MOST_SAMPLES`] requests it is so in any case
    pub histogram: bool,
    /// how long each handler waits, as the book records it
    pub delay: Duration,
    /// how often the book records it; a number is the median
    pub repeats: u32,
    /// by how much waits, ramp, warm-up and duration are divided, and the rate of an open loop
    /// multiplied, when a reader runs it without `--full`: the same requests in less time; `None`:
    /// only with `--full`, or by name
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
    /// names of facts that are found out here and nowhere else: by hand, by counters, or by the
    /// server's own word. They may be asked for as metrics are.
    pub facts: &'static [&'static str],
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
    /// which servers are asked, by the names of their cases; empty: the case alone
    pub of: &'static [&'static str],
}

impl Default for Experiment {
    fn default() -> Self {
        Experiment {
            name: "",
            about: "",
            cases: Vec::new(),
            asked: Asked::ByLoad(Load::default()),
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
            facts: &[],
            columns: &["ok", "total", "waits", "p50", "max"],
            notice: |_| String::new(),
        }
    }
}
