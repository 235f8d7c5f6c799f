//! The claims of the book: each a function that can fail, named as the prose names it.
//!
//! Every claim is held twice: against the recorded runs that the book shows, and against a run
//! made now, at the scale a reader gets. They state order and ratio, never milliseconds: a busy
//! machine is slower, and what is claimed must hold there too.

mod chap1;
mod chap2;
mod chap3;
mod chap4;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use while_you_wait::names::{Name, Runs};
use while_you_wait::record::read;

/// Makes two tests of each claim: `recorded::NAME` and `live::NAME`.
#[macro_export]
macro_rules! claims {
    ($chapter:literal: $($claim:ident),+ $(,)?) => {
        mod recorded {
            $(#[test] fn $claim() { super::$claim(&$crate::recorded($chapter)); })+
        }
        mod live {
            $(#[test] fn $claim() { super::$claim(&$crate::live($chapter)); })+
        }
    };
}

/// What the book shows of a chapter.
fn recorded(chapter: &str) -> Runs {
    let file = tests::root().join(format!("book/runs/{chapter}.jsonl"));
    Runs::from(while_you_wait::record::read_file(&file).unwrap_or_else(|bad| panic!("{bad}")))
}

/// What the chapter's program shows now, run once for all its claims. Programs of two chapters may
/// run at the same time: what is claimed must hold on a busy machine.
fn live(chapter: &'static str) -> Runs {
    type Once = Arc<OnceLock<Runs>>;
    static LIVE: Mutex<BTreeMap<&str, Once>> = Mutex::new(BTreeMap::new());
    // A claim that failed while another waited says nothing about the runs themselves.
    let mut all = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
    let once = all.entry(chapter).or_default().clone();
    drop(all);
    once.get_or_init(|| run(chapter)).clone()
}

fn run(chapter: &str) -> Runs {
    let ran = tests::run(chapter, &["--json", "-"]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{chapter} failed:\n{said}");
    let record = String::from_utf8(ran.stdout).expect("a record is UTF-8");
    Runs::from(read(&record).unwrap_or_else(|bad| panic!("{chapter}: {bad}")))
}

/// How much longer than its waits a run may take, as a share of them. The book's own runs were
/// made with `--full` on an idle machine; a run made now shares its cores with other tests.
fn slack(runs: &Runs, series: &str) -> f64 {
    let run = series.parse().and_then(|series| runs.median_run(&series).cloned());
    let run = run.unwrap_or_else(|why| panic!("{why}"));
    if run.header.command.contains("--full") { 0.01 } else { 0.5 }
}

/// The bare number of that name.
fn number(runs: &Runs, name: &str) -> f64 {
    let quantity = name.parse::<Name>().and_then(|name| runs.measured(&name));
    let value = quantity.unwrap_or_else(|why| panic!("{why}")).value();
    value.unwrap_or_else(|| panic!("{name} is not a number"))
}
