//! Histograms: what they say of very many requests is what samples would have said.

use proptest::prelude::*;
use while_you_wait::histogram::Tally;
use while_you_wait::record::{End, Run, read};
use while_you_wait::summary::{Quantiles, summarize};

use crate::golden;
use crate::record::{samples, written};

/// The same run, its samples counted and not kept.
fn counted(run: &Run) -> Run {
    let mut tally = Tally::default();
    run.samples.iter().for_each(|sample| tally.add(sample));
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
