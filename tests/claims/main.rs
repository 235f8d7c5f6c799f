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
#[cfg(target_os = "linux")]
mod rows;

use std::env;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Once, OnceLock};
use std::thread;

use tests::number;
use while_you_wait::record::{Header, Run, read};
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Name, Runs};

/// Those that have claims. The longest experiments are among the first, so that none of these is
/// begun when all others are over.
const CHAPTERS: [&str; 8] =
    ["chap4", "chap5", "chap6", "chap7", "chap1", "chap2", "chap3", "choosing"];

/// How many experiments are run at once. Most of their time they wait; more would make a machine of
/// two cores a busy one by themselves.
const AT_ONCE: usize = 5;

/// Before the others, one at a time: what is to come at one instant comes late from a machine that is
/// busy with other loads.
const ALONE: [(&str, &str); 1] = [("chap1", "backlog")];

/// Begun before all others that are run together, for nothing takes longer: whatever it was begun after
/// would be over before it.
const LONGEST: (&str, &str) = ("chap6", "rude");

/// A claim by its function's name.
pub type Claim = (&'static str, fn(&Runs));

/// Makes two tests of each claim: `recorded::NAME` and `live::NAME`. A claim `with tools` is about
/// programs that a reader may not have: `cargo test` holds it against the record alone.
#[macro_export]
macro_rules! claims {
    ($chapter:literal with tools: $($claim:ident),+ $(,)?) => {
        pub mod recorded_with_tools {
            pub const ALL: &[$crate::Claim] = &[$((stringify!($claim), super::$claim)),+];
            $(#[test] fn $claim() { super::$claim($crate::recorded($chapter)); })+
        }
        mod live_with_tools {
            $(
                #[test]
                #[ignore = "needs ab, wrk, oha, nginx, PostgreSQL and Python: as .ci/run installs them, then cargo test -p tests --test claims -- --ignored"]
                fn $claim() { super::$claim(super::live_with_tools()); }
            )+
        }
    };
    ($chapter:literal: $($claim:ident),+ $(,)?) => {
        pub mod recorded {
            pub const ALL: &[$crate::Claim] = &[$((stringify!($claim), super::$claim)),+];
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
    CHAPTERS.iter().position(|known| *known == chapter).expect("a chapter with claims")
}

/// What the chapter's program shows now. All chapters are run at once, each experiment once for all
/// its claims: what is claimed must hold on a busy machine.
fn live(chapter: &'static str) -> &'static Runs {
    static LIVE: [OnceLock<Result<Runs, String>>; CHAPTERS.len()] =
        [const { OnceLock::new() }; CHAPTERS.len()];
    static FIRST: Once = Once::new();
    FIRST.call_once(|| {
        for (chapter, runs) in run_all(&asked()) {
            let _ = LIVE[place(chapter)].set(runs);
        }
    });
    let runs = LIVE[place(chapter)].get_or_init(|| run_all(&[chapter]).remove(0).1);
    runs.as_ref().unwrap_or_else(|why| panic!("{chapter} failed: {why}"))
}

/// The chapters that are asked for: all, unless each word after `--` begins with the name of one. Who
/// writes one chapter need not wait for the others.
fn asked() -> Vec<&'static str> {
    let words = env::args().skip(1).filter(|word| !word.starts_with("--"));
    let of = |word: String| CHAPTERS.into_iter().find(|chapter| word.starts_with(chapter));
    let named: Option<Vec<_>> = words.map(of).collect();
    let mut named = named.filter(|named| !named.is_empty()).unwrap_or(CHAPTERS.to_vec());
    named.dedup();
    named
}

/// What each of these chapters shows, all of them at once.
fn run_all(chapters: &[&'static str]) -> Vec<(&'static str, Result<Runs, String>)> {
    let all: Vec<_> = chapters.iter().map(|chapter| (*chapter, experiments(chapter))).collect();
    let mut each = Vec::new();
    for (chapter, names) in &all {
        each.extend(names.iter().map(|name| (*chapter, name.as_str())));
    }
    each.sort_by_key(|one| *one != LONGEST); // the others stay in their order
    let (alone, together): (Vec<_>, Vec<_>) = each.into_iter().partition(|one| ALONE.contains(one));
    let run = |(chapter, name): &(&str, &str)| run(chapter, &[name]);
    let ran = at_once(1, &alone, run).into_iter().chain(at_once(AT_ONCE, &together, run));
    let mut ran: Vec<_> = alone.iter().chain(&together).zip(ran).collect();
    let of_chapter = |chapter: &&'static str| {
        let of_it = ran.extract_if(.., |((of, _), _)| of == chapter);
        let runs: Result<Vec<_>, _> = of_it.map(|(_, runs)| runs).collect();
        (*chapter, runs.map(|runs| Runs::from(runs.concat())))
    };
    chapters.iter().map(of_chapter).collect()
}

/// The names of what a chapter runs when nothing is asked for, by its own word; but for those that
/// need more than the chapter, or that no claim is about.
fn experiments(chapter: &str) -> Vec<String> {
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

/// What comes of each, so many at a time, in the order of `all`. Scoped: no program outlives the test
/// that started it.
fn at_once<T: Sync, R: Send + Sync>(
    workers: usize,
    all: &[T],
    of: impl Fn(&T) -> Result<R, String> + Sync,
) -> Vec<Result<R, String>> {
    let next = AtomicUsize::new(0);
    let done: Vec<OnceLock<_>> = all.iter().map(|_| OnceLock::new()).collect();
    let one_after_another = || {
        while let Some(nth) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < all.len())
        {
            let result = catch_unwind(AssertUnwindSafe(|| of(&all[nth])));
            let _ = done[nth].set(result.unwrap_or_else(|_| Err("see the panic above".into())));
        }
    };
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(one_after_another);
        }
    });
    done.into_iter().map(|result| result.into_inner().expect("each had its turn")).collect()
}

/// Runs these experiments of a chapter.
fn run(chapter: &str, experiments: &[&str]) -> Result<Vec<Run>, String> {
    let named = experiments.iter().flat_map(|name| ["--experiment", name]);
    let args: Vec<&str> = ["--json", "-"].into_iter().chain(named).collect();
    let ran = tests::run(chapter, &args);
    if !ran.status.success() {
        return Err(String::from_utf8_lossy(&ran.stderr).into_owned());
    }
    let record = String::from_utf8(ran.stdout).map_err(|why| why.to_string())?;
    read(&record).map_err(|bad| bad.to_string())
}

/// What these show now, once for all who ask. One that is not installed is a failure here, and no run
/// passed over.
fn with_tools(
    live: &'static OnceLock<Result<Runs, String>>,
    chapter: &str,
    experiments: &[&str],
) -> &'static Runs {
    let runs = live.get_or_init(|| run(chapter, experiments).map(Runs::from)).as_ref();
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
