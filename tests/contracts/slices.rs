//! Slices of a run's time, by hand and by property.

use proptest::prelude::*;
use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::{End, LONGEST, LoadSettings, ProbeSettings, Run, Sample};
use while_you_wait::views::slices::Slices;

use crate::contracts::golden;
use crate::contracts::record::samples;

/// Requests that were due at these moments, each answered so many microseconds later.
fn run(requests: &[(u64, u64)], end: u64) -> Run {
    let sample = |&(due, took): &(u64, u64)| Sample {
        done: Some(due + took),
        ..Sample::due(0, due, Outcome::Ok)
    };
    Run { samples: requests.iter().map(sample).collect(), end: End { at: end }, ..golden() }
}

#[test]
fn slices_by_hand() {
    // Thirty requests, one every 10 µs: three slices at most, of a round length.
    let mut requests: Vec<(u64, u64)> = (0..30).map(|n| (n * 10, n)).collect();
    let slices = Slices::of(&run(&requests, 450), 200);
    assert_eq!(slices.length, 200);
    let shown: Vec<_> = slices
        .all
        .iter()
        .map(|s| (s.from, s.requests, s.latency.p50, s.latency.p99, s.latency.max))
        .collect();
    assert_eq!(
        shown,
        [
            (0, 20, Some(9), Some(19), Some(19)),
            (200, 10, Some(24), Some(29), Some(29)),
            (400, 0, None, None, None),
        ]
    );
    // One without an answer is slower than every other.
    let mut run = run(&requests, 450);
    run.samples[3].outcome = Outcome::TimedOut;
    let first = &Slices::of(&run, 200).all[0];
    assert_eq!((first.requests, first.latency.p50, first.latency.max), (20, Some(10), None));
    // Few requests are one slice, and none is one as well.
    requests.truncate(9);
    assert_eq!(Slices::of(&self::run(&requests, 450), 200).all.len(), 1);
    assert_eq!(Slices::of(&self::run(&[], 450), 200).all[0].requests, 0);
}

#[test]
fn probes_are_no_requests_of_the_load() {
    let mut run = run(&[(0, 5), (10, 5)], 100);
    run.samples[1].lane = 2;
    let probe = Some(ProbeSettings { path: "/".into(), requests: 1, every_us: 10, ask: None });
    run.header.load = LoadSettings { probe, ..run.header.load };
    assert_eq!(Slices::of(&run, 200).all[0].requests, 1);
}

proptest! {
    #[test]
    fn every_request_is_in_one_slice(
        samples in proptest::collection::vec(samples(), 1..80), most in 1..20u64
    ) {
        let last = samples.iter().filter_map(|s| s.done).max().unwrap_or(0);
        let run = Run { samples, end: End { at: last }, ..golden() };
        let Slices { length, all } = Slices::of(&run, most);
        prop_assert!(all.len() as u64 <= most);
        prop_assert!(all.iter().zip(0..).all(|(slice, nth)| slice.from == nth * length));
        for slice in &all {
            let due = run.samples.iter().filter(|s| s.due / length == slice.from / length);
            prop_assert_eq!(slice.requests, due.count());
        }
        prop_assert_eq!(all.iter().map(|s| s.requests).sum::<usize>(), run.samples.len());
    }
}

/// Whatever a run says of itself, it is cut into no more than was asked for.
#[test]
fn no_time_is_too_long_to_be_cut() {
    for end in [LONGEST, u64::MAX - 1, u64::MAX] {
        for most in [1, 200] {
            let slices = Slices::of(&run(&[(0, 1), (end - 1, 1)], end), most);
            assert!(slices.all.len() as u64 <= most, "{} slices of {end}", slices.all.len());
            assert_eq!(slices.all.iter().map(|slice| slice.requests).sum::<usize>(), 2);
        }
    }
}
