//! The summary, by hand and by property.

use proptest::prelude::*;
use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::{End, Run};
use while_you_wait::views::metrics;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::summary::{Quantiles, steps, summarize};

use crate::contracts::golden;
use crate::contracts::record::samples;

#[test]
fn golden_run_summed_up_by_hand() {
    let summary = summarize(&golden());
    assert_eq!(summary.requests, 4);
    assert_eq!(
        summary.outcomes.into_iter().collect::<Vec<_>>(),
        [(Outcome::Ok, 2), (Outcome::Status(503), 1), (Outcome::Reset, 1)]
    );
    // First due at 0, last done at 3,200; the run's end at 3,300 does not count.
    assert_eq!(summary.total, 3_200);
    assert_eq!(metrics::of(&golden(), "waits"), Ok(Quantity::Times(3.2)));
    assert_eq!(summary.throughput, 2.0 * 1e6 / 3_200.0);
    // Latencies 1,150 and 2,160; two requests without the answer they wanted sort last.
    assert_eq!(
        summary.latency,
        Quantiles { min: Some(1_150), p50: Some(2_160), ..Quantiles::default() }
    );
    // The same two less 1,000 of service.
    assert_eq!(
        summary.queueing,
        Quantiles { min: Some(150), p50: Some(1_160), ..Quantiles::default() }
    );
    // Sent at 120, 130, 1,170, 2,180 and over at 1,150, 2,160, 1,900, 3,200.
    assert_eq!(summary.peak_in_flight, Some(2));
    // Served 130 to 1,130 and 1,140 to 2,140 and 2,190 to 3,190: one after another.
    assert_eq!(summary.peak_in_service, Some(1));
    assert_eq!(summary.workers, Some(2));
}

#[test]
fn an_overlap_of_a_moment_is_not_two_at_a_time() {
    let mut run = golden();
    run.samples.truncate(2);
    // Each served for 1,000: the first until 2,000, the second from 1,960, seen 40 too early.
    (run.samples[0].first_byte, run.samples[0].done) = (Some(2_000), Some(2_000));
    (run.samples[1].first_byte, run.samples[1].done) = (Some(2_960), Some(2_960));
    assert_eq!(summarize(&run).peak_in_service, Some(1));
    // From 1,900 it is more than a moment.
    (run.samples[1].first_byte, run.samples[1].done) = (Some(2_900), Some(2_900));
    assert_eq!(summarize(&run).peak_in_service, Some(2));
}

#[test]
fn quantiles_by_nearest_rank() {
    let ten = Quantiles::of((1..=10).map(|n| Some(n * 100)));
    assert_eq!(
        ten,
        Quantiles {
            min: Some(100),
            mean: Some(550),
            p50: Some(500),
            p90: Some(900),
            p99: Some(1_000),
            max: Some(1_000),
        }
    );
    let one = Quantiles::of([Some(7)]);
    assert_eq!((one.min, one.p50, one.p99, one.max), (Some(7), Some(7), Some(7), Some(7)));
    assert_eq!(Quantiles::of([]), Quantiles::default());
}

#[test]
fn a_failure_is_slower_than_every_answer() {
    // Nine fast answers and one failure: the median stands, the slowest has no answer, nor has the mean.
    let q = Quantiles::of((0..10).map(|n| (n > 0).then_some(5)));
    assert_eq!((q.p50, q.p90, q.max, q.mean), (Some(5), Some(5), None, None));
}

#[test]
fn an_unfinished_request_counts_until_the_end_of_the_run() {
    let mut run = golden();
    run.samples[3].done = None;
    run.samples[3].outcome = Outcome::Unfinished;
    assert_eq!(summarize(&run).total, run.end.at);
}

#[test]
fn an_empty_run_is_no_division_by_zero() {
    let run = Run { samples: vec![], ..golden() };
    let summary = summarize(&run);
    assert_eq!((summary.total, summary.throughput, summary.peak_in_flight), (0, 0.0, Some(0)));
}

#[test]
fn touching_intervals_do_not_overlap() {
    assert_eq!(steps([(0, 5), (5, 9), (2, 5)].into_iter()), [(0, 1), (2, 2), (5, 1), (9, 0)]);
}

proptest! {
    #[test]
    fn outcomes_add_up_and_quantiles_climb(samples in proptest::collection::vec(samples(), 1..60)) {
        let last = samples.iter().filter_map(|s| s.done).max().unwrap_or(0);
        let run = Run { samples, end: End { at: last + 60_000 }, ..golden() };
        let summary = summarize(&run);
        prop_assert_eq!(summary.outcomes.values().sum::<u64>(), run.samples.len() as u64);
        for q in [summary.latency, summary.queueing, summary.service] {
            // None is "no answer", later than any moment.
            let late = |q: Option<u64>| q.unwrap_or(u64::MAX);
            let climb = [q.min, q.p50, q.p90, q.p99, q.max].map(late);
            prop_assert!(climb.is_sorted(), "{:?}", q);
        }
        prop_assert!(summary.peak_in_flight.unwrap() <= run.samples.len());
        prop_assert!(summary.total <= run.end.at);
    }

    #[test]
    fn steps_start_above_and_end_at_nothing(
        intervals in proptest::collection::vec((0..1_000u64, 0..1_000u64), 0..40)
    ) {
        let real = intervals.iter().filter(|(from, to)| to > from).count();
        let steps = steps(intervals.into_iter());
        prop_assert!(steps.is_sorted_by(|(a, _), (b, _)| a < b));
        prop_assert!(steps.iter().all(|(_, height)| *height <= real));
        prop_assert_eq!(steps.last().map_or(0, |(_, height)| *height), 0);
    }
}
