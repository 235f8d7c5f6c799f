//! The numbers of an experiment: a column a case, so that it fits a terminal of 80.

use std::io::Write;

use crate::metrics;
use crate::names::{Name, Runs, Series};

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
        for series in cases {
            // Asked of the run too, so that a metric which does not exist is an error and no dash.
            metrics::of(runs.median_run(series)?, metric)?;
            let name = Name { series: series.clone(), metric: metric.to_string() };
            row.push(runs.measured(&name).map_or_else(|_| "–".into(), |found| found.to_string()));
        }
        rows.push(row);
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
