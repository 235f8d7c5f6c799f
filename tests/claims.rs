//! The claims of the book: each a function that can fail, named as the prose names it.
//!
//! Every claim is held twice: against the recorded runs that the book shows, and against a run
//! made now, at the scale a reader gets. They state order and ratio, never milliseconds: a busy
//! machine is slower, and what is claimed must hold there too.

#[cfg(target_os = "linux")] // elsewhere some of the claims claim nothing
mod change;
mod chap1;
mod chap2;
mod chap3;
mod chap4;
mod chap5;
mod chap6;
mod chap7;
mod choosing;
#[cfg(target_os = "linux")]
mod mutations;
pub mod now;
#[cfg(target_os = "linux")]
mod rows;

use std::ops::Range;
use std::sync::OnceLock;

use now::live;
use tests::number;
use while_you_wait::record::{Header, Run};
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Name, Runs};

/// Those that have claims. The longest experiments are among the first, so that none of these is
/// begun when all others are over.
const CHAPTERS: [&str; 8] =
    ["chap4", "chap5", "chap6", "chap7", "chap1", "chap2", "chap3", "choosing"];

/// A claim by its function's name.
pub type Claim = (&'static str, fn(&Runs));

/// Makes two tests of each claim: `recorded::NAME` and `live::NAME`. A claim `with tools` is about
/// programs that a reader may not have: `cargo test` holds it against the record alone.
#[macro_export]
macro_rules! claims {
    ($chapter:literal with tools: $($claim:ident),+ $(,)?) => {
        pub mod recorded_with_tools {
            pub const ALL: &[$crate::claims::Claim] = &[$((stringify!($claim), super::$claim)),+];
            $(#[test] fn $claim() { super::$claim($crate::claims::recorded($chapter)); })+
        }
        mod live_with_tools {
            $(
                #[test]
                #[ignore = "needs ab, wrk, oha, nginx, PostgreSQL and Python: as .ci/run installs them, then cargo test -p tests --test suite claims:: -- --ignored"]
                fn $claim() { super::$claim(super::live_with_tools()); }
            )+
        }
    };
    ($chapter:literal: $($claim:ident),+ $(,)?) => {
        pub mod recorded {
            pub const ALL: &[$crate::claims::Claim] = &[$((stringify!($claim), super::$claim)),+];
            $(#[test] fn $claim() { super::$claim($crate::claims::recorded($chapter)); })+
        }
        mod live {
            $(#[test] fn $claim() { super::$claim($crate::claims::live($chapter)); })+
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
    CHAPTERS.iter().position(|known| *known == chapter).expect("a chapter with claims")
}

/// What these show now, once for all who ask. One that is not installed is a failure here, and no run
/// passed over.
fn with_tools(
    live: &'static OnceLock<Result<Runs, String>>,
    chapter: &str,
    experiments: &[&str],
) -> &'static Runs {
    let runs = live.get_or_init(|| now::run(chapter, experiments).map(Runs::from)).as_ref();
    let runs = runs.unwrap_or_else(|why| panic!("{chapter} failed: {why}"));
    for one in runs.all() {
        let Header { experiment, case, .. } = &one.header;
        assert_eq!(one.absent(), None, "{experiment}.{case} was not run");
    }
    runs
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

/// Whether this record has an experiment that `--full` alone runs. A run made now by the tests has
/// none, and what is said of it stands on the book's record.
fn with_full(runs: &Runs, chapter: &str, experiment: &str) -> bool {
    let there = runs.cases(chapter, experiment).is_ok();
    if !there {
        eprintln!("not run now, and held against the record alone: {chapter}.{experiment}");
    }
    there
}

/// No sooner than its waits allow, and hardly later: asking itself costs next to nothing. Where
/// another program's clock was read, `exact` is how far it may round.
fn takes(runs: &Runs, series: &str, waits: f64, exact: Range<f64>) {
    let took = number(runs, &format!("{series}.waits"));
    let most = waits * (exact.end + slack(runs, series));
    assert!((waits * exact.start..most).contains(&took), "{series}: {took} waits");
}

/// The wait of the handlers in that series' median run, in microseconds.
fn wait(runs: &Runs, series: &str) -> f64 {
    runs.median_run(&series.parse().unwrap()).unwrap().header.delay_us as f64
}

/// The same number in each repeat: for what must hold in every run, and not in the middle one alone.
fn each(runs: &Runs, name: &str) -> Vec<f64> {
    let Name { series, metric } = name.parse().unwrap_or_else(|why| panic!("{why}"));
    let repeats = runs.series(&series).unwrap_or_else(|why| panic!("{why}"));
    let value = |run: &&Run| metrics::of(run, &metric).ok()?.value();
    let values = repeats.iter().map(value);
    values.map(|value| value.unwrap_or_else(|| panic!("{name} is not a number"))).collect()
}
