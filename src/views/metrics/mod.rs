//! What a run can be asked for: the last part of a name.
//!
//! Every metric stands in one table, [`METRICS`]: its name, its label, its unit, where it comes from. Beside
//! those a run answers by the name of any fact that it holds (a chapter's own findings), and by
//! `status-503`: how many requests met that status, and by `refused-p99` or `hung-up-max`: how long
//! it took to meet that fate.

mod derived;
mod table;

pub use table::{METRICS, Metric, Source, Unit};

use crate::record::{ABSENT, Outcome, Run, Value};
use crate::views::near;
use crate::views::quantity::Quantity;
use crate::views::stream;
use crate::views::summary::{Quantiles, Requests};

/// The quantity of that name in one run. A fact of that name goes before what can be computed: what
/// another generator reports is believed.
///
/// # Errors
/// No metric, fact or outcome has that name, or the run has no such fact. What exists but was not
/// measured here is [`Quantity::Absent`].
pub fn of(run: &Run, metric: &str) -> Result<Quantity, String> {
    if run.absent().is_some() && metric != ABSENT {
        return Ok(Quantity::Absent);
    }
    if let Some(fact) = run.fact(metric) {
        return Ok(match &fact.value {
            Value::Number(value) => Quantity::with_unit(*value, &fact.unit),
            Value::Text(text) => Quantity::Text(text.clone()),
            Value::Absent => Quantity::Absent,
        });
    }
    let count = |outcome| {
        let n = Requests::of(run).outcomes().get(&outcome).copied().unwrap_or(0);
        Some(n as f64)
    };
    let unknown = || format!("no metric, fact or outcome is called {metric:?}");
    let Some(known) = Metric::named(metric) else {
        if let Some((outcome, quantile)) = latency_of(metric) {
            let us = derived::quantile(&stream::latency_of(run, outcome), quantile).flatten();
            return Ok(Unit::Micros.of(us.map(|us| us as f64)));
        }
        let outcome: Outcome = metric.parse().map_err(|_| unknown())?;
        return Ok(Unit::Count.of(count(outcome)));
    };
    let value = match known.source {
        Source::Fact => return Err(unknown()),
        Source::Outcome(outcome) => count(outcome),
        Source::Requests(pick) => pick(&Requests::of(run)),
        Source::Derived(compute) => compute(run),
    };
    Ok(known.unit.of(value))
}

/// Whether some run could be asked for it; `facts` are the names of a chapter's own.
///
/// # Errors
/// It is neither a metric, nor an outcome, nor one of `facts`; the sentence names the nearest.
pub fn known(metric: &str, facts: &[&str]) -> Result<(), String> {
    let is_outcome = metric.parse::<Outcome>().is_ok() || latency_of(metric).is_some();
    if Metric::named(metric).is_some() || is_outcome {
        return Ok(());
    }
    if facts.contains(&metric) {
        return Ok(());
    }
    let all = METRICS.iter().map(|metric| metric.name).chain(facts.iter().copied());
    let hint = near::hint(metric, all);
    Err(format!("no metric, fact or outcome is called {metric:?}{hint}"))
}

/// The parts of `status-503-p99`: a fate, and a quantile of how long it took to meet it.
fn latency_of(metric: &str) -> Option<(Outcome, &str)> {
    let (outcome, quantile) = metric.rsplit_once('-')?;
    let outcome = outcome.parse().ok()?;
    derived::quantile(&Quantiles::default(), quantile).map(|_| (outcome, quantile))
}

/// How many requests of a run are in none of these columns, where one of them counts a fate: 0 where
/// a reader who adds them up comes to all that were sent. What another generator sent, it alone knows.
pub fn left_out(run: &Run, columns: &[impl AsRef<str>]) -> u64 {
    let fates = |column: &str| column.parse::<Outcome>().is_ok();
    let columns: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
    if run.header.load.by.is_some() || !columns.iter().any(|column| fates(column)) {
        return 0;
    }
    let with_failed = columns.contains(&"failed");
    let seen = |outcome: &Outcome| {
        let named = columns.iter().any(|column| column.parse() == Ok(*outcome));
        named || (with_failed && outcome.is_failure())
    };
    Requests::of(run).outcomes().iter().filter(|(outcome, _)| !seen(outcome)).map(|(_, n)| n).sum()
}

/// Everything that a run can be asked for: for a suggestion when a name is mistyped.
pub fn names(run: &Run) -> Vec<String> {
    let facts = run.facts.iter().map(|fact| fact.name.clone());
    let rest = METRICS.iter().filter(|metric| !matches!(metric.source, Source::Fact));
    facts.chain(rest.map(|metric| metric.name.to_string())).collect()
}

/// What a person reads above a column or beside a value. Of a chapter's own fact: its name, without
/// the unit, which stands with the value.
pub fn label(metric: &str) -> String {
    let name = metric.strip_suffix("-us").unwrap_or(metric);
    Metric::named(metric).map_or_else(|| name.replace('-', " "), |known| known.label.into())
}
