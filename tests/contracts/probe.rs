//! Probes stand beside the load: they are drawn with it, and counted apart from it.

use while_you_wait::record::histogram::Tally;
use while_you_wait::record::{ProbeSettings, Run, read};
use while_you_wait::views::metrics;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::summary::summarize;
use while_you_wait::views::timeline;

use crate::contracts::golden;
use crate::contracts::record::written;

/// The golden run, with its second lane a probe's.
fn probed() -> Run {
    let mut run = golden();
    run.header.load.concurrency = 1;
    run.header.load.probe =
        Some(ProbeSettings { path: "/health".into(), requests: 2, every_us: 10, ask: None });
    run
}

#[test]
fn probes_count_only_as_probes() {
    let (with, without) = (summarize(&probed()), summarize(&golden()));
    assert_eq!((with.requests, without.requests), (2, 4));
    assert_eq!(with.total, 1_900);
    assert_eq!(with.probe.min, Some(2_160));
    assert_eq!(with.probe.max, None, "a probe that failed is slower than every other");
    assert_eq!(without.probe.min, None);
    assert_eq!(metrics::of(&probed(), "probe-min"), Ok(Quantity::Micros(2_160.0)));
}

/// Also where very many requests are counted and not kept: probes are few, and stay.
#[test]
fn a_histogram_counts_no_probes() {
    let mut run = probed();
    run.samples[3].lane = 2; // each probe has a lane of its own
    let (probes, load): (Vec<_>, Vec<_>) =
        run.samples.iter().cloned().partition(|sample| run.is_probe(sample));
    let mut tally = Tally::default();
    load.iter().for_each(|sample| tally.add(sample, &[]));
    let histogram = Some(tally.finish(run.end.at));
    let mut counted = Run { samples: probes, histogram, ..run.clone() };
    counted.header.load.requests = 2;
    assert_eq!(read(&written(&counted)).expect("it adds up"), [counted.clone()]);
    let (kept, counted_up) = (summarize(&run), summarize(&counted));
    assert_eq!(counted_up.requests, 2);
    assert_eq!(counted_up.outcomes, kept.outcomes);
    assert_eq!(counted_up.probe, kept.probe);
    // One of the load's own beside it is one too many, and a probe less one too few.
    counted.samples[0].lane = 0;
    assert!(counted.check().unwrap_err().contains("samples and a histogram"));
    counted.samples.remove(0);
    assert!(counted.check().unwrap_err().contains("to send 2 probes, and holds 1"));
}

#[test]
fn probes_are_drawn_as_lanes() {
    assert_eq!(timeline::lanes(&probed()), timeline::lanes(&golden()));
}
