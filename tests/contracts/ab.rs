//! A run in the shape of ab's report.

use while_you_wait::record::histogram::Tally;
use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::{Mode, Run, Sample};
use while_you_wait::views::summary::latency_at;
use while_you_wait::views::{ab, summary};

use crate::contracts::golden;

/// Ten requests, five at a time, three seconds each: two waves.
fn ten() -> Run {
    let mut run = golden();
    run.header.load.concurrency = 5;
    run.samples = (0..10)
        .map(|nth| {
            let due = u64::from(nth / 5) * 3_000_000;
            let done = Some(due + 3_000_000 - 100_000 * u64::from(nth % 5));
            Sample { done, ..Sample::due(nth % 5, due, Outcome::Ok) }
        })
        .collect();
    run
}

#[test]
fn ten_requests_five_at_a_time_as_ab_reports_them() {
    let expected = "\
Concurrency Level:      5
Time taken for tests:   6.000 seconds
Complete requests:      10
Failed requests:        0
Requests per second:    1.67 [#/sec] (mean)
Time per request:       3000.000 [ms] (mean)
Time per request:       600.000 [ms] (mean, across all concurrent requests)

Percentage of the requests served within a certain time (ms)
  50%    2800.0
  66%    2900.0
  75%    2900.0
  80%    2900.0
  90%    3000.0
  95%    3000.0
  98%    3000.0
  99%    3000.0
 100%    3000.0 (longest request)
";
    assert_eq!(ab::report(&ten()).unwrap(), expected);
}

#[test]
fn a_failed_request_is_complete_and_slower_than_every_other() {
    let mut run = ten();
    run.samples[3].outcome = Outcome::TimedOut;
    let report = ab::report(&run).unwrap();
    assert!(report.contains("Complete requests:      10\nFailed requests:        1\n"), "{report}");
    assert!(report.contains(" 100% no answer (longest request)\n"), "{report}");
}

#[test]
fn nothing_that_came_to_an_end_has_no_rate() {
    let mut run = ten();
    for sample in &mut run.samples {
        (sample.outcome, sample.done) = (Outcome::Unfinished, None);
    }
    let report = ab::report(&run).unwrap();
    assert!(report.contains("Complete requests:      0\n"), "{report}");
    assert!(!report.contains("per second"), "{report}");
}

/// Neither has a run that took no time, nor one whose time went by without an answer.
#[test]
fn no_time_and_no_answer_make_no_rate() {
    let mut at_once = ten();
    for sample in &mut at_once.samples {
        (sample.due, sample.done) = (0, Some(0));
    }
    let mut tally = Tally::default();
    let unfinished = Sample { done: None, ..Sample::due(0, 0, Outcome::Unfinished) };
    tally.add(&unfinished, &[]);
    let histogram = Some(tally.finish(6_000_000));
    let in_vain = Run { samples: vec![], histogram, ..ten() };
    for (run, complete, took) in [(at_once, 10, "0.000"), (in_vain, 0, "6.000")] {
        let report = ab::report(&run).unwrap();
        assert!(report.contains(&format!("Complete requests:      {complete}\n")), "{report}");
        assert!(report.contains(&format!("{took} seconds\n")), "{report}");
        assert!(!report.contains("per second"), "{report}");
    }
}

#[test]
fn only_a_closed_loop_has_such_a_report() {
    for mode in [Mode::OpenConstant, Mode::OpenPoisson, Mode::ByHand] {
        let mut run = golden();
        run.header.load.mode = mode;
        assert_eq!(ab::report(&run), None);
    }
}

#[test]
fn a_share_is_the_quantile_of_the_summary_also_of_a_histogram() {
    let run = ten();
    let mut tally = Tally::default();
    run.samples.iter().for_each(|sample| tally.add(sample, &[]));
    let counted = Run { samples: vec![], histogram: Some(tally.finish(run.end.at)), ..run.clone() };
    for run in [&run, &counted] {
        let latency = summary::summarize(run).latency;
        assert_eq!(latency_at(run, 0.5), latency.p50);
        assert_eq!(latency_at(run, 0.99), latency.p99);
        assert_eq!(latency_at(run, 1.0), latency.max);
    }
}
