//! What an open loop leaves in the record, and what is said of it.

use std::time::Duration;

use while_you_wait::record::{Fact, Run, Value, read};
use while_you_wait::views::metrics;
use while_you_wait::views::pace::notes;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::{Arrivals, Load};

use crate::contracts::golden;
use crate::contracts::record::written;

fn run(late_us: f64, exhausted: f64) -> Run {
    let arrivals = Arrivals::Poisson { per_second: 500.0, seed: 7 };
    let fact = |name: &str, value, unit: &str| Fact {
        name: name.into(),
        value: Value::Number(value),
        unit: unit.into(),
    };
    let mut run = golden();
    run.header.load = Load { arrivals, ..Load::requests(4) }.settings();
    run.facts = vec![fact("late-p99", late_us, "us"), fact("lanes-exhausted", exhausted, "count")];
    run
}

#[test]
fn an_open_loop_says_its_mode_its_rate_and_its_seed() {
    let text = written(&run(0.0, 0.0));
    assert!(text.contains(r#""mode":"open-poisson""#), "{text}");
    assert!(text.contains(r#""rate-per-second":500.0,"seed":7"#), "{text}");
    assert_eq!(read(&text).unwrap(), [run(0.0, 0.0)]);
}

#[test]
fn a_closed_loop_says_nothing_of_them() {
    let mut run = golden();
    run.header.load = Load::default().settings();
    let text = written(&run);
    for absent in ["rate-per-second", "seed", "duration-us", "warm-up-us"] {
        assert!(!text.contains(absent), "{text}");
    }
}

#[test]
fn a_load_of_a_time_says_it_and_no_count() {
    let second = Duration::from_secs(1);
    let mut run = golden();
    run.header.load = Load { warm_up: second, ..Load::lasting(second) }.settings();
    run.samples.clear(); // all were due while the server warmed up
    let text = written(&run);
    assert!(text.contains(r#""requests":0,"duration-us":1000000,"warm-up-us":1000000"#), "{text}");
    assert_eq!(read(&text).unwrap(), [run]);
}

#[test]
fn the_servers_work_is_shared_by_all_whom_it_served() {
    let mut run = run(0.0, 0.0);
    let fact = |name: &str, value| Fact {
        name: name.into(),
        value: Value::Number(value),
        unit: "us".into(),
    };
    run.facts = vec![fact("cpu", 1_000.0), fact("warm-up-requests", 6.0)];
    assert_eq!(metrics::of(&run, "cpu-per-request"), Ok(Quantity::Micros(100.0)));
}

#[test]
fn a_generator_that_kept_the_pace_is_not_spoken_of() {
    assert!(notes(&golden()).is_empty());
    assert!(notes(&run(1_000.0, 0.0)).is_empty());
}

#[test]
fn a_generator_that_did_not_says_how_late_it_was() {
    let said = notes(&run(4_200.0, 0.0));
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("one request in a hundred 4.20 ms or more after it was due"));
}

/// Below a millisecond, too, where a server answers so fast that it is a good part of the latency.
#[test]
fn a_lateness_that_is_a_part_of_the_latency_is_said() {
    let mut fast = run(250.0, 0.0);
    fast.samples.iter_mut().for_each(|sample| {
        sample.outcome = while_you_wait::record::outcome::Outcome::Ok;
        sample.done = Some(sample.due + 320);
    });
    let said = notes(&fast);
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("250 µs or more") && said[0].contains("a p99 of 320 µs"), "{said:?}");
    fast.samples.iter_mut().for_each(|sample| sample.done = Some(sample.due + 2_501));
    assert!(notes(&fast).is_empty(), "less than a tenth of it");
    fast.facts[0].value = Value::Number(4_200.0);
    assert_eq!(notes(&fast).len(), 1, "said once");
}

#[test]
fn lanes_that_were_all_taken_are_spoken_of() {
    let said = notes(&run(0.0, 1_234.0));
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("1,234 requests found all 5 lanes taken"), "{}", said[0]);
}

#[test]
fn who_was_left_standing_in_the_warm_up_is_spoken_of() {
    let mut run = golden();
    run.samples.truncate(2); // the longest of them took 2,160
    let mut said = |warm_up: u64, longest: f64| {
        run.header.load.warm_up_us = Some(warm_up);
        let name = "warm-up-longest".into();
        run.facts = vec![Fact { name, value: Value::Number(longest), unit: "us".into() }];
        notes(&run)
    };
    assert!(said(10_000, 9_000.0).is_empty(), "it was over before the counting, perhaps");
    assert!(said(10_000, 10_000.0).is_empty(), "and so it was here");
    assert!(said(10_000, 2_000.0).is_empty());
    for usual in [3_000.0, 4_320.0] {
        assert!(said(1_000, usual).is_empty(), "at most twice the longest of the others");
    }
    assert_eq!(said(1_000, 4_321.0).len(), 1);
    let said = said(10_000, 40_000.0);
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("asked in the warm-up was answered only after 40.0 ms"), "{said:?}");
}
