//! The claims of the book: each a function that can fail, named as the prose names it.
//!
//! Every claim is held twice: against the recorded runs that the book shows, and against a run
//! made now, at the scale a reader gets. They state order and ratio, never milliseconds: a busy
//! machine is slower, and what is claimed must hold there too.

mod chap1;
mod chap2;
mod chap3;
mod chap4;
mod chap5;

use std::sync::OnceLock;
use std::thread;

use while_you_wait::metrics;
use while_you_wait::names::{Name, Runs};
use while_you_wait::record::{Run, read};

/// Those that have claims, with the experiments that need nothing but the chapter itself, where
/// these are not all.
const CHAPTERS: [(&str, &[&str]); 5] =
    [("chap1", &[]), ("chap2", &[]), ("chap3", &[]), ("chap4", &[]), ("chap5", &chap5::ALONE)];

/// Makes two tests of each claim: `recorded::NAME` and `live::NAME`. A claim `with tools` is about
/// programs that a reader may not have: `cargo test` holds it against the record alone.
#[macro_export]
macro_rules! claims {
    ($chapter:literal with tools: $($claim:ident),+ $(,)?) => {
        mod recorded_with_tools {
            $(#[test] fn $claim() { super::$claim($crate::recorded($chapter)); })+
        }
        mod live_with_tools {
            $(
                #[test]
                #[ignore = "needs ab, wrk, oha and Python: as .ci/run installs them, then cargo test -p tests --test claims -- --ignored"]
                fn $claim() { super::$claim(super::live_with_tools()); }
            )+
        }
    };
    ($chapter:literal: $($claim:ident),+ $(,)?) => {
        mod recorded {
            $(#[test] fn $claim() { super::$claim($crate::recorded($chapter)); })+
        }
        mod live {
            $(#[test] fn $claim() { super::$claim($crate::live($chapter)); })+
        }
    };
}

/// What the book shows of a chapter, read once for all its claims.
fn recorded(chapter: &str) -> &'static Runs {
    static RECORDED: [OnceLock<Runs>; CHAPTERS.len()] = [const { OnceLock::new() }; CHAPTERS.len()];
    RECORDED[place(chapter)].get_or_init(|| {
        let file = tests::root().join(format!("book/runs/{chapter}.jsonl"));
        Runs::from(while_you_wait::record::read_file(&file).unwrap_or_else(|bad| panic!("{bad}")))
    })
}

/// Where a chapter stands among those with claims.
fn place(chapter: &str) -> usize {
    CHAPTERS.iter().position(|(known, _)| *known == chapter).expect("a chapter with claims")
}

/// What the chapter's program shows now. All chapters' programs are run at once, each once for all
/// its claims: what is claimed must hold on a busy machine, and most of their time they wait.
fn live(chapter: &str) -> &'static Runs {
    static LIVE: OnceLock<[Result<Runs, String>; CHAPTERS.len()]> = OnceLock::new();
    // Scoped: no program outlives the test that started it.
    let all = LIVE.get_or_init(|| {
        thread::scope(|scope| {
            let running = CHAPTERS.map(|(chapter, alone)| scope.spawn(move || run(chapter, alone)));
            running.map(|run| run.join().unwrap_or_else(|_| Err("see the panic above".into())))
        })
    });
    all[place(chapter)].as_ref().unwrap_or_else(|why| panic!("{chapter} failed: {why}"))
}

/// Runs these experiments of a chapter, or all of them.
fn run(chapter: &str, experiments: &[&str]) -> Result<Runs, String> {
    let named = experiments.iter().flat_map(|name| ["--experiment", name]);
    let args: Vec<&str> = ["--json", "-"].into_iter().chain(named).collect();
    let ran = tests::run(chapter, &args);
    if !ran.status.success() {
        return Err(String::from_utf8_lossy(&ran.stderr).into_owned());
    }
    let record = String::from_utf8(ran.stdout).map_err(|why| why.to_string())?;
    read(&record).map(Runs::from).map_err(|bad| bad.to_string())
}

/// How much longer than its waits a run may take, as a share of them. The book's own runs were
/// made with `--full` on an idle machine; a run made now shares its cores with other tests.
fn slack(runs: &Runs, series: &str) -> f64 {
    let run = series.parse().and_then(|series| runs.median_run(&series).cloned());
    let run = run.unwrap_or_else(|why| panic!("{why}"));
    if run.header.command.contains("--full") { 0.01 } else { 0.5 }
}

/// Whether this is the book's own run of a series, made on an idle machine.
fn is_idle(runs: &Runs, series: &str) -> bool {
    slack(runs, series) < 0.1
}

/// How many of `n` requests must have been there at one moment: all of them on an idle machine. On
/// a busy one a server may accept too slowly for a while; then its queue drops connections, which
/// come back a second later, when the first have already gone (chapter 1's `backlog`).
fn at_one_moment(runs: &Runs, series: &str, n: f64) -> f64 {
    if is_idle(runs, series) { n } else { n / 2.0 }
}

/// Whether what a request costs can be compared: counted at all, and in an optimised build.
fn can_weigh(runs: &Runs) -> bool {
    let optimised = runs.all().iter().all(|run| run.header.machine.build == "release");
    if !optimised || !cfg!(target_os = "linux") {
        eprintln!("not compared: CPU time is read on Linux, and means little in a debug build");
    }
    optimised && cfg!(target_os = "linux")
}

/// What only Linux lets the kit see or do is not claimed elsewhere.
fn is_linux(what: &str) -> bool {
    if !cfg!(target_os = "linux") {
        eprintln!("not measured here, on Linux only: {what}");
    }
    cfg!(target_os = "linux")
}

/// The bare number of that name.
fn number(runs: &Runs, name: &str) -> f64 {
    let quantity = name.parse::<Name>().and_then(|name| runs.measured(&name));
    let value = quantity.unwrap_or_else(|why| panic!("{why}")).value();
    value.unwrap_or_else(|| panic!("{name} is not a number"))
}

/// The same number in each repeat: for what must hold in every run, and not in the middle one alone.
fn each(runs: &Runs, name: &str) -> Vec<f64> {
    let Name { series, metric } = name.parse().unwrap_or_else(|why| panic!("{why}"));
    let repeats = runs.series(&series).unwrap_or_else(|why| panic!("{why}"));
    let value = |run: &&Run| metrics::of(run, &metric).ok()?.value();
    let values = repeats.iter().map(value);
    values.map(|value| value.unwrap_or_else(|| panic!("{name} is not a number"))).collect()
}
