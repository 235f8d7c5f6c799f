//! The numbers of an experiment: a column a case, so that it fits a terminal of 80. Where there
//! were repeats, a number is their median, and their least and most stand below it.

use std::io::Write;

use crate::views::metrics;
use crate::views::names::{Name, Runs, Series};

/// Writes the table, a column a case; what was not measured is shown as a dash.
///
/// # Errors
/// A row that is no metric.
pub fn write(
    out: &mut dyn Write,
    metrics: &[&str],
    cases: &[Series],
    runs: &Runs,
) -> Result<(), String> {
    let mut rows = vec![vec![String::new()]];
    rows[0].extend(cases.iter().map(|series| series.case.clone()));
    for metric in metrics {
        let mut row = vec![metrics::label(metric)];
        let mut below = vec!["  (min–max)".to_string()];
        for series in cases {
            // Asked of the run too, so that a metric which does not exist is an error and no dash.
            metrics::of(runs.median_run(series)?, metric)?;
            let name = Name { series: series.clone(), metric: metric.to_string() };
            let (median, spread) = match runs.spread(&name) {
                Ok(spread) => (spread.median.to_string(), spread.to_string()),
                Err(_) => ("–".into(), String::new()),
            };
            row.push(median);
            below.push(if spread.is_empty() { spread } else { format!("({spread})") });
        }
        rows.push(row);
        if below[1..].iter().any(|spread| !spread.is_empty()) {
            rows.push(below);
        }
    }
    for row in &rows {
        for (at, cell) in row.iter().enumerate() {
            let width = rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
            let _ = match at {
                0 => write!(out, "{cell:<width$}"),
                _ => write!(out, "   {cell:>width$}"),
            };
        }
        let _ = writeln!(out);
    }
    Ok(())
}
