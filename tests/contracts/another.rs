//! Runs that the kit's own generator did not make: another one's, and one that there was none of.

use while_you_wait::record::write::Writer;
use while_you_wait::record::{ABSENT, Fact, Run, Value, read};
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Name, Runs};
use while_you_wait::views::quantity::Quantity;

use crate::contracts::golden;

fn fact(name: &str, value: Value, unit: &str) -> Fact {
    Fact { name: name.into(), value, unit: unit.into() }
}

/// As a generator reports it: no samples, and facts of its own.
fn by_ab(total: f64, ok: f64) -> Run {
    let mut run = golden();
    run.samples.clear();
    run.header.load.by = Some("ab".into());
    run.facts = vec![
        fact("total", Value::Number(total), "us"),
        fact("ok", Value::Number(ok), "count"),
        fact("cpu", Value::Number(6_600.0), "us"),
        fact("load-cpu", Value::Number(1_650.0), "us"),
    ];
    run
}

fn of(run: &Run, metric: &str) -> Quantity {
    metrics::of(run, metric).unwrap_or_else(|why| panic!("{why}"))
}

#[test]
fn what_another_generator_reports_is_what_its_run_comes_to() {
    let run = by_ab(9_000.0, 10.0);
    assert_eq!(of(&run, "total"), Quantity::Micros(9_000.0));
    // The handler of the golden run waits a millisecond.
    assert_eq!(of(&run, "waits"), Quantity::Times(9.0));
    assert_eq!(of(&run, "cpu-per-request"), Quantity::Micros(660.0));
    // Of the whole run, which ended after 3,300.
    assert_eq!(of(&run, "busy"), Quantity::Times(2.0));
    assert_eq!(of(&run, "load-busy"), Quantity::Times(0.5));
}

#[test]
fn the_median_run_of_another_generator_is_the_one_of_the_median_total() {
    let mut runs = [9_100.0, 9_300.0, 9_200.0].map(|total| by_ab(total, 10.0));
    for (run, repeat) in runs.iter_mut().zip(1..) {
        (run.header.repeat, run.header.repeats) = (repeat, 3);
    }
    let runs = Runs::from(runs.to_vec());
    let series = "chap1.ten.axum".parse().unwrap();
    assert_eq!(runs.median_run(&series).unwrap().header.repeat, 3);
}

#[test]
fn who_sent_a_load_is_kept_and_is_left_out_where_it_was_the_kit() {
    let mut lines = Vec::new();
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut writer = Writer::new(file.reopen().unwrap());
    let mut another = by_ab(1.0, 1.0);
    another.header.case = "another".into();
    for run in [another, golden()] {
        writer.run(&run).unwrap();
        lines.push(run);
    }
    drop(writer);
    let text = std::fs::read_to_string(file.path()).unwrap();
    assert_eq!(read(&text).unwrap(), lines);
    assert_eq!(text.matches("\"by\":").count(), 1, "{text}");
}

#[test]
fn of_a_run_that_was_none_nothing_was_measured() {
    let mut run = golden();
    run.samples.clear();
    run.facts = vec![fact(ABSENT, Value::Text("wrk is not installed".into()), "")];
    assert_eq!(run.absent(), Some("wrk is not installed"));
    // Not even that no request was answered: none was sent.
    for metric in ["ok", "failed", "total", "p99", "rss-peak", "reset"] {
        assert_eq!(of(&run, metric), Quantity::Absent, "{metric}");
    }
    let name: Name = "chap1.ten.axum.ok".parse().unwrap();
    assert!(Runs::from(vec![run]).measured(&name).is_err());
    assert_eq!(golden().absent(), None);
}

#[test]
fn littles_law_has_two_sides() {
    let mut run = golden();
    run.samples.truncate(2);
    // Latencies 1,150 and 2,160 within 2,160: (1,150 + 2,160) / 2,160 were there at a time.
    let Quantity::Times(inside) = of(&run, "rate-times-mean") else { panic!() };
    assert!((inside - 3_310.0 / 2_160.0).abs() < 1e-9, "{inside}");
    run.facts = vec![
        fact("looks", Value::Number(4.0), "count"),
        fact("seen-inside", Value::Number(6.0), "count"),
    ];
    assert_eq!(of(&run, "mean-inside"), Quantity::Times(1.5));
    assert_eq!(of(&run, "first"), Quantity::Micros(1_150.0));
}
