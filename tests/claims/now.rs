//! What the chapters' programs show now: each experiment is run once for all its claims, by whoever
//! waits for it.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use while_you_wait::record::{Run, read};
use while_you_wait::views::names::Runs;

use super::{CHAPTERS, chap5, chap7, choosing, place};

/// Run before all others, while no other is: what is to come at one instant comes late from a machine
/// that is busy with other loads.
const ALONE: (&str, &str) = ("chap1", "backlog");

/// Begun before all others that are run together, for nothing takes longer: whatever it was begun after would be over
/// before it.
const LONGEST: (&str, &str) = ("chap6", "rude");

struct Experiment {
    chapter: &'static str,
    name: String,
    begun: AtomicBool,
    shows: OnceLock<Result<Vec<Run>, String>>,
}

/// What the chapter's program shows now. A test that waits for it runs what nobody runs yet, of
/// other chapters too: so as many experiments are run at once as there are test threads, and what is
/// claimed must hold on a machine that is busy with them.
pub fn live(chapter: &'static str) -> &'static Runs {
    static LIVE: [OnceLock<Result<Runs, String>>; CHAPTERS.len()] =
        [const { OnceLock::new() }; CHAPTERS.len()];
    while let Some(experiment) = all().iter().find(|one| one.is_to_be_begun_for(chapter)) {
        experiment.run();
    }
    let runs = LIVE[place(chapter)].get_or_init(|| {
        let of_it = all().iter().filter(|one| one.chapter == chapter);
        let runs: Result<Vec<_>, _> = of_it.map(|one| one.shows.wait().clone()).collect();
        Ok(Runs::from(runs?.concat()))
    });
    runs.as_ref().unwrap_or_else(|why| panic!("{chapter} failed: {why}"))
}

/// The experiments of all chapters, in the order in which they are begun. Whoever asks first runs
/// the one that is run alone; meanwhile all others wait here.
fn all() -> &'static [Experiment] {
    static ALL: OnceLock<Vec<Experiment>> = OnceLock::new();
    ALL.get_or_init(|| {
        let of = |chapter| names(chapter).into_iter().map(move |name| (chapter, name));
        let mut all: Vec<_> = CHAPTERS.into_iter().flat_map(of).collect();
        all.sort_by_key(|(chapter, name)| (*chapter, name.as_str()) != LONGEST);
        let due = |(chapter, name)| Experiment {
            chapter,
            name,
            begun: AtomicBool::new(false),
            shows: OnceLock::new(),
        };
        let all: Vec<Experiment> = all.into_iter().map(due).collect();
        let alone = |one: &&Experiment| (one.chapter, one.name.as_str()) == ALONE;
        if let Some(alone) = all.iter().filter(alone).find(|one| one.is_to_be_begun_for("")) {
            alone.run();
        }
        all
    })
}

impl Experiment {
    /// Whether the caller is to run it, who waits for that chapter. Then nobody else is.
    fn is_to_be_begun_for(&self, chapter: &str) -> bool {
        (self.chapter == chapter || is_asked_for(self.chapter))
            && !self.begun.swap(true, Ordering::Relaxed)
    }

    fn run(&self) {
        let run = || {
            let ours = ours(self.chapter, &self.name);
            let cases = ours.iter().flat_map(|case| ["--case", case]);
            let named = ["--experiment", &self.name].into_iter().chain(cases);
            said(self.chapter, named)
        };
        let ran = catch_unwind(AssertUnwindSafe(run));
        let _ = self.shows.set(ran.unwrap_or_else(|_| Err("see the panic above".into())));
    }
}

/// Whether all live claims of a chapter are among the tests that were asked for. Who writes one
/// chapter need not wait for the others.
fn is_asked_for(chapter: &str) -> bool {
    let claims = format!("claims::{chapter}::live::");
    let mut words = env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
    words.peek().is_none() || words.any(|word| claims.contains(&word))
}

/// The names of what a chapter runs when nothing is asked for, by its own word; but for those that
/// need more than the chapter, or that no claim is about.
fn names(chapter: &str) -> Vec<String> {
    let listed = String::from_utf8(tests::run(chapter, &["list"]).stdout).expect("text");
    let (_, listed) = listed.split_once("experiments:\n").expect("cases, and then experiments");
    let mut names: Vec<&str> = listed
        .lines()
        .filter(|line| !line.ends_with("(with --full)"))
        .map(|line| line.split_whitespace().next().expect("a name and what it is"))
        .collect();
    let (with_tools, unclaimed): (&[_], &[_]) = match chapter {
        "chap5" => (&chap5::WITH_TOOLS, &chap5::UNCLAIMED),
        "chap7" => (&chap7::NOT_HERE, &[]),
        "choosing" => (&choosing::WITH_TOOLS, &[]),
        _ => (&[], &[]),
    };
    for not_here in with_tools.iter().chain(unclaimed) {
        let at = names.iter().position(|name| name == not_here);
        names.remove(at.unwrap_or_else(|| panic!("{chapter} runs no {not_here}")));
    }
    assert!(!names.is_empty(), "{chapter} runs nothing");
    names.into_iter().map(String::from).collect()
}

/// The cases of an experiment that asks FastAPI too, but for FastAPI's: those have claims of their own,
/// with tools. No case of any other is named, and all of them are run.
fn ours(chapter: &str, experiment: &str) -> Vec<String> {
    let listed = String::from_utf8(tests::run(chapter, &["list", "--json"]).stdout).expect("text");
    let mut cases: Vec<String> = listed
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a run that --full makes"))
        .filter(|run| run["experiment"] == experiment)
        .map(|run| run["case"].as_str().expect("its case").into())
        .collect();
    cases.dedup();
    let all = cases.len();
    cases.retain(|case| !case.contains("fastapi"));
    if cases.len() < all { cases } else { Vec::new() }
}

/// Runs these experiments of a chapter.
pub fn run(chapter: &str, experiments: &[&str]) -> Result<Vec<Run>, String> {
    said(chapter, experiments.iter().flat_map(|name| ["--experiment", name]))
}

/// What a chapter's program records when it is asked for this.
fn said<'a>(chapter: &str, asked: impl IntoIterator<Item = &'a str>) -> Result<Vec<Run>, String> {
    let args: Vec<&str> = ["--json", "-"].into_iter().chain(asked).collect();
    let ran = tests::run(chapter, &args);
    if !ran.status.success() {
        return Err(String::from_utf8_lossy(&ran.stderr).into_owned());
    }
    let record = String::from_utf8(ran.stdout).map_err(|why| why.to_string())?;
    read(&record).map_err(|bad| bad.to_string())
}
