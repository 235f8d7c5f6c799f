//! Names: how they are spelled, what they find, and what they say when they find nothing.

use while_you_wait::record::Run;
use while_you_wait::views::names::{Name, Runs, Series};
use while_you_wait::views::quantity::Quantity;

use crate::contracts::golden;

fn runs_with_totals(totals: &[u64]) -> Runs {
    let runs: Vec<Run> = totals
        .iter()
        .zip(1..)
        .map(|(&total, repeat)| {
            let mut run = golden();
            run.header.repeat = repeat;
            run.header.repeats = totals.len() as u32;
            run.samples.truncate(1);
            run.samples[0].done = Some(total);
            run
        })
        .collect();
    Runs::from(runs)
}

fn measured(runs: &Runs, name: &str) -> Result<Quantity, String> {
    runs.measured(&name.parse::<Name>()?)
}

#[test]
fn a_name_is_shown_as_it_is_typed() {
    let typed = "chap1.ten.axum.p50";
    assert_eq!(typed.parse::<Name>().expect("a name").to_string(), typed);
    assert_eq!("chap1.ten.axum".parse::<Series>().expect("a series").to_string(), "chap1.ten.axum");
}

#[test]
fn golden_names() {
    let runs = Runs::from(vec![golden()]);
    for (metric, shown) in [
        ("requests", "4"),
        ("total", "3.20 ms"),
        ("waits", "3.20"),
        ("throughput", "625"),
        ("p50", "2.16 ms"),
        ("p99", "not measured"),
        ("queueing-min", "150 µs"),
        ("peak-in-flight", "2"),
        ("ok", "2"),
        ("failed", "2"),
        ("reset", "1"),
        ("status-503", "1"),
        ("refused", "0"),
        ("threads-peak", "3"),
        ("threads-added", "1"),
        ("kernel-stacks-peak", "49.2 kB"),
        ("server-exit", "stopped"),
    ] {
        let name = format!("chap1.ten.axum.{metric}");
        let found = measured(&runs, &name);
        match shown {
            "not measured" => assert!(found.unwrap_err().contains("was not measured"), "{name}"),
            _ => assert_eq!(found.unwrap().to_string(), shown, "{name}"),
        }
    }
}

#[test]
fn a_number_is_the_median_and_a_figure_is_that_run() {
    let runs = runs_with_totals(&[900, 300, 500]);
    assert_eq!(measured(&runs, "chap1.ten.axum.total").unwrap(), Quantity::Micros(500.0));
    let median = runs.median_run(&"chap1.ten.axum".parse::<Series>().unwrap()).unwrap();
    assert_eq!(median.header.repeat, 3);
}

#[test]
fn of_two_middles_the_lower_was_really_measured() {
    let runs = runs_with_totals(&[100, 400, 200, 300]);
    assert_eq!(measured(&runs, "chap1.ten.axum.total").unwrap(), Quantity::Micros(200.0));
}

#[test]
fn a_missing_repeat_is_noticed() {
    let mut run = golden();
    run.header.repeats = 3;
    let why = measured(&Runs::from(vec![run]), "chap1.ten.axum.total").unwrap_err();
    assert!(why.contains("was to be run 3 times and its record holds 1"), "{why}");
}

#[test]
fn a_name_that_is_wrong_says_what_would_be_right() {
    let runs = Runs::from(vec![golden()]);
    for (name, says) in [
        ("chap1.ten.axum", "has 3 parts, and a name here is chapter.experiment.case.metric"),
        ("chap1.ten.Axum.total", "its parts are made of a-z, 0-9 and -"),
        ("chap1.ten..total", "its parts are made of a-z, 0-9 and -"),
        ("chap1.ten.rouille.total", "recorded are: chap1.ten.axum"),
        ("chap9.ten.axum.total", "recorded are: none of chap9"),
        ("chap1.ten.axum.speed", "no metric, fact or outcome is called \"speed\""),
    ] {
        let why = measured(&runs, name).unwrap_err();
        assert!(why.contains(says), "{name}: {why}");
    }
    let why = runs.cases("chap1", "eleven").unwrap_err();
    assert!(why.contains("no experiment is called chap1.eleven"), "{why}");
}

#[test]
fn quantities_have_three_digits_and_a_fitting_unit() {
    for (quantity, shown) in [
        (Quantity::Micros(0.0), "0 µs"),
        (Quantity::Micros(212.4), "212 µs"),
        (Quantity::Micros(999.6), "1.00 ms"),
        (Quantity::Micros(9_030_000.0), "9.03 s"),
        (Quantity::Micros(9_996_000.0), "10.0 s"),
        (Quantity::Micros(78_200_000.0), "78.2 s"),
        (Quantity::Bytes(21_400_000.0), "21.4 MB"),
        (Quantity::PerSecond(116_432.0), "116,000"),
        (Quantity::Times(2.0049), "2.00"),
        (Quantity::Count(10_000.0), "10,000"),
        (Quantity::Count(-3.0), "-3"),
        (Quantity::Absent, "not measured"),
    ] {
        assert_eq!(quantity.to_string(), shown);
    }
}
