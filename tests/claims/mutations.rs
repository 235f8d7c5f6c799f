//! A test that cannot fail proves nothing. So for each claim there is at least one changed record, which
//! the reader still accepts, and which makes the claim's test fail, by what the claim says.

use std::cell::{Cell, RefCell};
use std::io::BufWriter;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use while_you_wait::record::{Run, read_file, write::Writer};
use while_you_wait::views::names::{Runs, series_of};

use crate::claims::change::Change;
use crate::claims::rows::*;
use crate::claims::*;

#[test]
fn chapter_1_can_fail() {
    walk("chap1", &[chap1::recorded::ALL], &rows_1());
}

#[test]
fn chapter_2_can_fail() {
    walk("chap2", &[chap2::recorded::ALL], &rows_2());
}

#[test]
fn chapter_3_can_fail() {
    walk("chap3", &[chap3::recorded::ALL], &rows_3());
}

#[test]
fn chapter_4_can_fail() {
    walk("chap4", &[chap4::recorded::ALL], &rows_4());
}

#[test]
fn chapter_5_can_fail() {
    walk("chap5", &[chap5::recorded::ALL, chap5::recorded_with_tools::ALL], &rows_5());
}

#[test]
fn chapter_6_can_fail() {
    walk("chap6", &[chap6::recorded::ALL, chap6::recorded_with_tools::ALL], &rows_6());
}

#[test]
fn choosing_can_fail() {
    let all = [choosing::recorded::ALL, choosing::recorded_with_tools::ALL];
    walk("choosing", &all, &rows_choosing());
}

#[test]
fn chapter_7_can_fail() {
    walk("chap7", &[chap7::recorded::ALL, chap7::recorded_with_tools::ALL], &rows_7());
}

/// Tries all claims of a chapter on every record that should make them fail.
fn walk(chapter: &str, claims: &[&[Claim]], rows: &[Row]) {
    let claims: Vec<Claim> = claims.concat();
    let mut wrong = Vec::new();
    for (name, _) in &claims {
        if !rows.iter().any(|(row, _)| row == name) {
            wrong.push(format!("{name}: no row of this table makes it fail"));
        }
    }
    let was = crate::claims::recorded(chapter);
    for (nth, (name, change)) in rows.iter().enumerate() {
        let Some((_, claim)) = claims.iter().find(|(claim, _)| claim == name) else {
            wrong.push(format!("{name}: {chapter} has no such claim"));
            continue;
        };
        let mut runs = was.all().to_vec();
        change.make(&mut runs);
        let verdict = match written_and_read(was.all(), &mut runs, change) {
            Err(refused) => Err(format!("the reader refuses the record: {refused}")),
            Ok(()) => failure(|| claim(&Runs::from(runs))),
        };
        if let Err(why) = verdict {
            wrong.push(format!("row {} of {chapter}, {name}: {why}", nth + 1));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// As a reader of the book gets them: a series that is not what it was is written, and read again.
fn written_and_read(was: &[Run], runs: &mut [Run], change: &Change) -> Result<(), String> {
    let other = |at: &usize| change.is_of(&runs[*at]) && was[*at] != runs[*at];
    let series: Vec<_> = (0..runs.len()).filter(other).map(|at| series_of(&runs[at])).collect();
    let changed: Vec<usize> =
        (0..runs.len()).filter(|at| series.contains(&series_of(&runs[*at]))).collect();
    assert!(!changed.is_empty(), "this changes nothing");
    let file = tempfile::NamedTempFile::new().expect("a file");
    let mut writer = Writer::new(BufWriter::new(file.reopen().expect("it is there")));
    for at in &changed {
        writer.run(&runs[*at]).expect("it is written");
    }
    drop(writer);
    let read = read_file(file.path()).map_err(|bad| bad.to_string())?;
    assert_eq!(read.len(), changed.len());
    for (at, run) in changed.into_iter().zip(read) {
        runs[at] = run;
    }
    Ok(())
}

thread_local! {
    /// Where a claim is tried that is to fail: the place and the words of its panic.
    static FAILED: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
    static TRYING: Cell<bool> = const { Cell::new(false) };
}

/// Whether a claim fails, and by an assertion of its own: a number that is not there tells nothing
/// of what is claimed.
fn failure(claim: impl FnOnce()) -> Result<(), String> {
    keep_quiet();
    TRYING.set(true);
    let tried = catch_unwind(AssertUnwindSafe(claim));
    TRYING.set(false);
    if tried.is_ok() {
        return Err("the claim holds all the same".into());
    }
    let (place, words) = FAILED.take().expect("the hook has seen it");
    let own = place.contains("claims") && !place.contains("mutations");
    let lookup =
        ["no run is", "no experiment is", "no metric", "was not measured", "is not a number"];
    match own && !lookup.iter().any(|lookup| words.contains(lookup)) {
        true => Ok(()),
        false => Err(format!("it fails for another reason, at {place}: {words}")),
    }
}

/// Panics that are wanted are kept, and not printed; all others go the old way.
fn keep_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = take_hook();
        set_hook(Box::new(move |panic: &PanicHookInfo| {
            if !TRYING.get() {
                return loud(panic);
            }
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            let words = panic.payload();
            let words = words.downcast_ref::<String>().cloned().or_else(|| {
                let fixed = words.downcast_ref::<&str>();
                fixed.map(ToString::to_string)
            });
            let words = words.unwrap_or_default();
            FAILED.set(Some((place, words)));
        }));
    });
}
