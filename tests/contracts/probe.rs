//! Probes stand beside the load: they are drawn with it, and counted apart from it.

use while_you_wait::metrics;
use while_you_wait::quantity::Quantity;
use while_you_wait::record::{ProbeSettings, Run};
use while_you_wait::summary::summarize;
use while_you_wait::timeline;

use crate::golden;

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

#[test]
fn probes_are_drawn_as_lanes() {
    assert_eq!(timeline::lanes(&probed()), timeline::lanes(&golden()));
}
