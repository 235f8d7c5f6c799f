//! Claims of chapter 7: SQLite has one writer.

use while_you_wait::views::names::Runs;

use super::of;
use crate::claims::is_idle;

const WRITERS: [&str; 3] = ["writers-1", "writers-4", "writers-16"];

/// Whoever waits for the one before is answered, with a journal and with a log, or by one writer.
pub fn sqlite_has_one_writer_and_nobody_is_refused_who_waits(runs: &Runs) {
    for experiment in WRITERS {
        for case in ["journal", "wal", "one-writer"] {
            let refused = of(runs, &format!("{experiment}.{case}.status-503"));
            // SQLite's lock has no queue: on a very slow machine somebody may be passed for 5 s.
            let most = if is_idle(runs, &format!("chap7.{experiment}.{case}")) { 0.0 } else { 2.0 };
            assert!(refused <= most, "{experiment}.{case}: {refused}");
        }
    }
}

/// Of sixteen who write, one does; the others are told at once that it is not they.
pub fn who_waits_for_nobody_is_refused(runs: &Runs) {
    assert_eq!(of(runs, "writers-1.wal-impatient.status-503"), 0.0, "there is nobody to wait for");
    let refused = of(runs, "writers-16.wal-impatient.status-503");
    let ok = of(runs, "writers-16.wal-impatient.ok");
    assert!(refused > ok, "{refused} refused, {ok} written");
}

/// It has read what somebody else has changed since: no waiting helps, and SQLite does not wait.
pub fn who_says_late_that_it_writes_is_refused(runs: &Runs) {
    assert_eq!(of(runs, "writers-1.wal-read-first.status-503"), 0.0, "nobody else writes");
    let refused = of(runs, "writers-16.wal-read-first.status-503");
    let ok = of(runs, "writers-16.wal-read-first.ok");
    assert!(refused > ok, "{refused} refused, {ok} written");
}

/// A commit writes once and not twice.
pub fn a_log_is_faster_than_a_journal(runs: &Runs) {
    let [journal, wal] =
        ["journal", "wal"].map(|case| of(runs, &format!("writers-1.{case}.throughput")));
    // Where the folder for temporary files is memory, to write twice costs little; and the two are run
    // one after the other, so that on a busy machine either has more of it.
    let least = if is_idle(runs, "chap7.writers-1.wal") { 1.5 } else { 0.3 };
    assert!(wal > least * journal, "{wal} and {journal} writes a second");
}

/// Sixteen stand in a queue, and do not try their luck: nobody is passed by many others.
pub fn one_writer_keeps_the_slowest_close(runs: &Runs) {
    let times = |case| {
        let [half, slowest] =
            ["mean", "max"].map(|of_what| of(runs, &format!("writers-16.{case}.{of_what}")));
        slowest / half
    };
    let (luck, queue) = (times("wal"), times("one-writer"));
    let most = if is_idle(runs, "chap7.writers-16.wal") { luck / 2.0 } else { 4.0 * luck };
    assert!(queue < most, "the slowest takes {queue} times the mean, and {luck} by luck");
}
