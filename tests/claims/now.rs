//! What the chapters' programs show now: each experiment is run once for all its claims, before they
//! are asked, or else by whoever waits for it.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::Value;
use while_you_wait::record::{Run, read};
use while_you_wait::views::names::Runs;

use super::{CHAPTERS, chap5, chap7, choosing, place};

/// Run before all others, while no other is: what is to come at one instant comes late from a machine
/// that is busy with other loads.
const ALONE: (&str, &str) = ("chap1", "backlog");

/// Begun before all others that are run together, for nothing takes longer: whatever it was begun
/// after would be over before it.
const LONGEST: (&str, &str) = ("chap6", "rude");

struct Experiment {
    chapter: &'static str,
    name: String,
    /// those of its cases that are run, or none where all are
    cases: Vec<String>,
    begun: AtomicBool,
    shows: OnceLock<Result<Vec<Run>, String>>,
}

/// So many are run at once beside other tests: what is claimed must hold on a machine that is busy
/// with them.
const AT_ONCE: usize = 5;

/// Begins all that the tests which were asked for will wait for.
pub fn begin() {
    for _ in 0..AT_ONCE {
        thread::spawn(|| run_all_for(""));
    }
    all();
}

/// What the chapter's program shows now. A test that waits for it runs what nobody runs yet.
pub fn live(chapter: &'static str) -> &'static Runs {
    static LIVE: [OnceLock<Result<Runs, String>>; CHAPTERS.len()] =
        [const { OnceLock::new() }; CHAPTERS.len()];
    run_all_for(chapter);
    let runs = LIVE[place(chapter)].get_or_init(|| {
        let of_it = all().iter().filter(|one| one.chapter == chapter);
        let runs: Result<Vec<_>, _> = of_it.map(|one| one.shows.wait().clone()).collect();
        Ok(Runs::from(runs?.concat()))
    });
    runs.as_ref().unwrap_or_else(|why| panic!("{chapter} failed: {why}"))
}

fn run_all_for(chapter: &str) {
    while let Some(experiment) = all().iter().find(|one| one.is_to_be_begun_for(chapter)) {
        experiment.run();
    }
}

/// The experiments of all chapters, in the order in which they are begun. Whoever asks first runs
/// the one that is run alone; meanwhile all others wait here.
fn all() -> &'static [Experiment] {
    static ALL: OnceLock<Vec<Experiment>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<_> = CHAPTERS.into_iter().flat_map(experiments).collect();
        let at = |(chapter, name): (&str, &str)| {
            let is_it = |one: &Experiment| one.chapter == chapter && one.name == name;
            all.iter().position(is_it).unwrap_or_else(|| panic!("{chapter} runs no {name}"))
        };
        let (alone, longest) = (at(ALONE), at(LONGEST));
        if all[alone].is_to_be_begun_for("") {
            all[alone].run();
        }
        all.swap(0, longest);
        all
    })
}

/// What a chapter runs when nothing is asked for, by its own word.
fn experiments(chapter: &'static str) -> impl Iterator<Item = Experiment> {
    let cases = cases(chapter);
    names(chapter).into_iter().map(move |name| {
        let of_it = cases.iter().filter(|[experiment, _]| *experiment == name);
        let (with_tools, ours): (Vec<_>, Vec<_>) =
            of_it.map(|[_, case]| case.clone()).partition(|case| case.contains("fastapi"));
        // FastAPI's have claims of their own, with tools.
        let cases = if with_tools.is_empty() { Vec::new() } else { ours };
        Experiment { chapter, name, cases, begun: AtomicBool::new(false), shows: OnceLock::new() }
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
            let cases = self.cases.iter().flat_map(|case| ["--case", case]);
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
    if env::args().any(|word| word == "--skip" || word.starts_with("--skip=")) {
        return false; // nobody may wait for it, and what was begun would be left running
    }
    let claims = format!("then::claims::{chapter}::live::");
    let mut words = env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
    words.peek().is_none() || words.any(|word| claims.contains(&word))
}

/// The names of its experiments; but for those that need more than the chapter, or that no claim is
/// about.
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

/// The cases of a chapter's experiments, each once: the experiment's name, and its own.
fn cases(chapter: &str) -> Vec<[String; 2]> {
    let listed = String::from_utf8(tests::run(chapter, &["list", "--json"]).stdout).expect("text");
    let mut cases: Vec<_> = listed
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a run that --full makes"))
        .map(|run| ["experiment", "case"].map(|of| run[of].as_str().expect("a name").to_string()))
        .collect();
    cases.dedup();
    cases
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
