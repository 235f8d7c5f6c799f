//! Histograms: what they say of very many requests is what samples would have said.

use proptest::prelude::*;
use while_you_wait::record::histogram::Tally;
use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::{End, Run, Sample, read};
use while_you_wait::views::summary::{Quantiles, summarize};

use crate::contracts::golden;
use crate::contracts::record::{samples, written};

/// The same run, its samples counted and not kept.
fn counted(run: &Run) -> Run {
    let mut tally = Tally::default();
    run.samples.iter().for_each(|sample| tally.add(sample, &[]));
    let histogram = Some(tally.finish(run.end.at));
    Run { samples: vec![], histogram, ..run.clone() }
}

#[test]
fn a_histogram_is_written_and_read_back() {
    let run = counted(&golden());
    assert_eq!(read(&written(&run)).unwrap(), [run]);
}

#[test]
fn a_histogram_that_was_tampered_with_is_refused() {
    let text = written(&counted(&golden()));
    let more = text.replace("\"ok\":2", "\"ok\":3");
    assert!(read(&more).unwrap_err().why.contains("it holds 2 of 3 answers"));
    let broken = text.replace("\"latency\":\"", "\"latency\":\"!");
    assert!(read(&broken).unwrap_err().why.contains("this histogram cannot be read"));
}

/// All of the time may be one latency, and no latency is longer.
#[test]
fn a_latency_fits_in_its_run_to_the_microsecond() {
    let one = Sample { done: Some(1_000), ..Sample::due(0, 0, Outcome::Ok) };
    let mut run = Run { samples: vec![one], ..golden() };
    (run.header.load.requests, run.header.load.concurrency) = (1, 1);
    let text = written(&counted(&run));
    read(&text).unwrap();
    let shorter = text.replace("\"last-done\":1000", "\"last-done\":999");
    assert!(read(&shorter).unwrap_err().why.contains("does not fit in its 999"));
}

/// Within the three digits that a histogram keeps.
fn close(exact: Quantiles, kept: Quantiles) -> bool {
    let pairs = [
        (exact.min, kept.min),
        (exact.mean, kept.mean),
        (exact.p50, kept.p50),
        (exact.p90, kept.p90),
        (exact.p99, kept.p99),
        (exact.max, kept.max),
    ];
    pairs.into_iter().all(|pair| match pair {
        (Some(exact), Some(kept)) => exact.abs_diff(kept) <= 1 + exact / 500,
        (exact, kept) => exact == kept,
    })
}

proptest! {
    /// Two generators whose histograms are added are one that sent all.
    #[test]
    fn histograms_add_up(
        samples in proptest::collection::vec(samples(), 2..80),
        one in 1..79_usize,
    ) {
        let tally = |samples: &[Sample]| {
            let mut tally = Tally::default();
            samples.iter().for_each(|sample| tally.add(sample, &[]));
            tally.finish(10_000_000)
        };
        let (ones, others) = samples.split_at(one.min(samples.len() - 1));
        prop_assert_eq!(tally(ones).and(tally(others)), tally(&samples));
    }

    #[test]
    fn a_histogram_sums_up_as_its_samples_do(samples in proptest::collection::vec(samples(), 1..80)) {
        let last = samples.iter().filter_map(|s| s.done).max().unwrap_or(0);
        let run = Run { samples, end: End { at: last + 60_000 }, ..golden() };
        let (exact, kept) = (summarize(&run), summarize(&counted(&run)));
        prop_assert_eq!(exact.outcomes, kept.outcomes);
        prop_assert_eq!(exact.total, kept.total);
        prop_assert!(close(exact.latency, kept.latency), "{:?} {:?}", exact.latency, kept.latency);
    }
}

/// Requests of which so many took so long, in microseconds, one after another.
fn of(latencies: &[(u64, u64)]) -> Quantiles {
    let mut tally = Tally::default();
    let mut due = 0;
    for &(requests, us) in latencies {
        for _ in 0..requests {
            let done = Some(due + us);
            tally.add(&Sample { done, ..Sample::due(0, due, Outcome::Ok) }, &[]);
            due += us;
        }
    }
    let histogram = Some(tally.finish(due));
    summarize(&Run { samples: vec![], histogram, ..golden() }).latency
}

/// One more than half took a millisecond, so the request in the middle did.
#[test]
fn a_rank_of_very_many_is_exact() {
    for fast in (10_001..14_000).step_by(1_999) {
        let found = of(&[(fast, 1_000), (fast - 2, 1_000_000)]);
        assert_eq!(found.p50, Some(1_000), "{fast} of {}", 2 * fast - 2);
    }
    // Of 20,049 requests the middle is the 10,025th.
    assert_eq!(of(&[(10_025, 1_000), (10_024, 1_000_000)]).p50, Some(1_000));
    assert_eq!(of(&[(9_900, 1_000), (100, 2_000)]).p99, Some(1_000));
    assert_eq!(of(&[(9_899, 1_000), (101, 2_000)]).p99, Some(2_000));
}

#[test]
fn a_mean_is_of_all_latencies_and_each_counts_as_often_as_it_was() {
    assert_eq!(of(&[(3, 100), (1, 500)]).mean, Some(200));
    assert_eq!(of(&[(1, 100), (3, 500)]).mean, Some(400));
}

#[test]
fn the_mean_of_equal_latencies_is_not_below_the_least() {
    for us in (1..300).chain((300..3_000_000).step_by(99_973)) {
        for requests in [1, 3, 7, 49] {
            let Quantiles { min, mean, p50, max, .. } = of(&[(requests, us)]);
            assert!(
                min <= mean && mean <= max && p50 == max,
                "{requests} of {us}: {min:?} {mean:?}"
            );
        }
    }
}
