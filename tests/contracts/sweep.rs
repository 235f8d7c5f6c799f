//! Sweeps, by hand.

use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::{Run, Sample};
use while_you_wait::views::names::{Runs, Series};
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::sweep::steps;

use crate::contracts::golden;

/// A run of two requests, a second after each other.
fn run(experiment: &str, rate: Option<f64>, latencies: [u64; 2], outcome: Outcome) -> Run {
    let mut run = golden();
    run.header.experiment = experiment.into();
    run.header.load.rate_per_second = rate;
    run.samples = vec![Sample::due(0, 0, Outcome::Ok), Sample::due(1, 1_000_000, outcome)];
    for (sample, latency) in run.samples.iter_mut().zip(latencies) {
        sample.done = Some(sample.due + latency);
    }
    run
}

fn sweep(experiment: &str) -> Series {
    let Series { chapter, case, .. } = while_you_wait::views::names::series_of(&golden());
    Series { chapter, experiment: experiment.into(), case }
}

#[test]
fn steps_are_in_the_order_of_their_numbers() {
    let ok = Outcome::Ok;
    let runs = Runs::from(vec![
        run("offered-1000", Some(1000.0), [7, 9], Outcome::TimedOut),
        run("offered-200", Some(200.0), [5, 1_000_000], ok),
        run("offered", Some(1.0), [5, 6], ok),
        run("offered-much", Some(1.0), [5, 6], ok),
        run("other-300", Some(300.0), [5, 6], ok),
    ]);
    let steps = steps(&runs, &sweep("offered")).unwrap();
    let offered: Vec<f64> = steps.iter().map(|step| step.offered).collect();
    assert_eq!(offered, [200.0, 1000.0]);
    let median = |spread: &Option<_>| {
        spread.as_ref().map(|spread: &while_you_wait::views::spread::Spread| spread.median.clone())
    };
    assert_eq!(steps[0].answered.median, Quantity::PerSecond(1.0));
    assert_eq!(median(&steps[0].p50), Some(Quantity::Micros(5.0)));
    assert_eq!(median(&steps[0].p99), Some(Quantity::Micros(1e6)));
    assert_eq!(median(&steps[1].p50), Some(Quantity::Micros(7.0)));
    assert_eq!(median(&steps[1].p99), None);
    assert_eq!(steps[0].runs.len(), 1);
}

#[test]
fn what_is_no_sweep_is_refused() {
    let ok = Outcome::Ok;
    let runs = Runs::from(vec![
        run("offered-100", Some(100.0), [5, 6], ok),
        run("closed-1", None, [5, 6], ok),
        run("closed-2", None, [5, 6], ok),
    ]);
    let refused = |experiment: &str| steps(&runs, &sweep(experiment)).unwrap_err();
    assert!(refused("offered").contains("only"), "{}", refused("offered"));
    assert!(refused("closed").contains("no rate"), "{}", refused("closed"));
    let none = refused("ofered");
    assert!(none.contains(&format!("{}, {}", sweep("closed"), sweep("offered"))), "{none}");
}
