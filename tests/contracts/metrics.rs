//! The table of metrics: one row a name, and the record agrees with it.

use std::collections::BTreeSet;
use std::fs;

use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::{Fact, Line, Value, is_part};
use while_you_wait::views::metrics::{self, METRICS, Metric, Source, Unit};
use while_you_wait::views::quantity::Quantity;

use crate::contracts::golden;

#[test]
fn every_metric_has_a_name_of_its_own_a_label_and_an_answer() {
    let names: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
    assert_eq!(names.len(), METRICS.len());
    for metric in METRICS {
        assert!(is_part(metric.name) && !metric.label.is_empty(), "{}", metric.name);
        assert_eq!(metrics::known(metric.name, &[]), Ok(()));
        assert_eq!(metrics::label(metric.name), metric.label);
        match metric.source {
            // Known, but a run has it only where somebody found it out.
            Source::Fact => {}
            Source::Outcome(outcome) => assert_eq!(metric.name.parse::<Outcome>(), Ok(outcome)),
            _ => assert!(metrics::of(&golden(), metric.name).is_ok(), "{}", metric.name),
        }
    }
}

#[test]
fn a_fact_is_called_by_its_name_and_its_unit_stands_with_its_value() {
    assert_eq!(metrics::label("cleared-after-us"), "cleared after");
    assert_eq!(metrics::label("the-next-user"), "the next user");
}

#[test]
fn a_fact_of_the_record_has_the_unit_that_the_table_says() {
    let mut seen = BTreeSet::new();
    for fact in recorded_facts() {
        let Some(metric) = Metric::named(&fact.name) else { continue };
        seen.insert(metric.name);
        let shown = match &fact.value {
            Value::Number(value) => Quantity::with_unit(*value, &fact.unit),
            Value::Text(text) => Quantity::Text(text.clone()),
            Value::Absent => continue,
        };
        let agrees = match (metric.unit, shown.value()) {
            (Unit::Text, None) => true,
            (unit, Some(value)) => unit.of(Some(value)) == shown,
            _ => false,
        };
        assert!(agrees, "{} is {:?}, and its fact {shown:?}", metric.name, metric.unit);
    }
    // Whatever the kit finds out of itself is in some recorded run: no row for nobody.
    for metric in METRICS.iter().filter(|metric| matches!(metric.source, Source::Fact)) {
        let rare = ["absent", "server-said"].contains(&metric.name);
        assert!(rare || seen.contains(metric.name), "no record has {}", metric.name);
    }
}

/// The facts of all recorded runs; their samples, which are the most of them, are left unread.
fn recorded_facts() -> Vec<Fact> {
    let runs = tests::root().join("book/runs");
    let mut facts = Vec::new();
    for entry in fs::read_dir(runs).expect("there are recorded runs") {
        let text = fs::read_to_string(entry.expect("a file").path()).expect("a record is UTF-8");
        let lines = text.lines().filter(|line| line.starts_with("{\"kind\":\"fact\""));
        facts.extend(lines.map(|line| match serde_json::from_str(line) {
            Ok(Line::Fact(fact)) => fact,
            other => panic!("{line}: {other:?}"),
        }));
    }
    facts
}

#[test]
fn a_mistyped_metric_is_unknown_and_the_nearest_is_named() {
    let why = metrics::known("throughputs", &[]).unwrap_err();
    assert!(why.contains("did you mean throughput?"), "{why}");
    assert_eq!(metrics::known("status-418", &[]), Ok(()));
    assert_eq!(metrics::known("two-at-once", &["two-at-once"]), Ok(()));
    assert!(metrics::known("two-at-once", &[]).is_err());
}

/// What can be computed of any run, and the facts of this one: no fact that it does not have.
#[test]
fn a_suggestion_is_what_the_run_can_be_asked_for() {
    let names = metrics::names(&golden());
    for name in &names {
        assert!(metrics::of(&golden(), name).is_ok(), "{name}");
    }
    assert!(["p50", "failed", "threads-peak"].iter().all(|name| names.contains(&name.to_string())));
    assert!(!names.contains(&"cpu".to_string()));
}

/// The golden run has two `ok`, a `reset` and a `status-503`.
#[test]
fn who_is_in_no_column_is_counted() {
    let left = |columns: &[&str]| metrics::left_out(&golden(), columns);
    assert_eq!(left(&["ok"]), 2);
    assert_eq!(left(&["ok", "reset", "refused"]), 1);
    assert_eq!(left(&["ok", "failed"]), 0);
    assert_eq!(left(&["ok", "reset", "status-503"]), 0);
    assert_eq!(left(&["reset", "failed"]), 2);
    assert_eq!(left(&["total", "p50", "reset-p50"]), 0, "no fate is counted here");
    let mut another = golden();
    another.header.load.by = Some("ab".into());
    assert_eq!(metrics::left_out(&another, &["ok"]), 0, "its generator knows");
}
