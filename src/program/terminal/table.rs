//! The numbers of an experiment: a column a case. Where there were repeats, a number is their median,
//! and their least and most stand below it. Where not all columns fit beside each other, the table
//! is cut into several, and what is too long for its column goes on in the next line.

use std::io::Write;

use super::paper::{Paper, wrapped};
use crate::views::metrics;
use crate::views::names::{Name, Runs, Series};

/// Between two columns.
const GAP: usize = 3;

/// Writes the table, a column a case; what was not measured is shown as a dash.
///
/// # Errors
/// A row that is no metric.
pub fn write(
    out: &mut Paper,
    metrics: &[&str],
    cases: &[Series],
    runs: &Runs,
) -> Result<(), String> {
    let rows = rows(&whole(metrics, cases, runs)?, cases, runs)?;
    let widest = |column: usize| rows.iter().map(|row| letters(&row[column])).max().unwrap_or(0);
    let mut widths: Vec<usize> = (0..=cases.len()).map(widest).collect();
    if let Some(width) = out.width() {
        // Labels may take two fifths; each column then fits beside them, if need be alone.
        widths[0] = widths[0].min(width * 2 / 5);
        let most = width - widths[0] - GAP;
        widths[1..].iter_mut().for_each(|column| *column = (*column).min(most));
    }
    for (nth, columns) in beside_each_other(&widths, out.width()).into_iter().enumerate() {
        if nth > 0 {
            let _ = writeln!(out);
        }
        rows.iter().for_each(|row| write_row(out, row, &columns, &widths));
    }
    Ok(())
}

/// The metrics, and what it takes that every request is in one of them.
fn whole<'a>(metrics: &[&'a str], cases: &[Series], runs: &Runs) -> Result<Vec<&'a str>, String> {
    let mut whole = metrics.to_vec();
    for more in ["failed", "hung-up"] {
        let of_case = |series: &Series| {
            let runs = runs.series(series)?;
            Ok(runs.iter().any(|run| metrics::left_out(run, &whole) > 0))
        };
        let left_out = cases.iter().map(of_case).collect::<Result<Vec<bool>, String>>()?;
        if left_out.contains(&true) {
            let fate = |metric: &&str| *metric == "ok" || *metric == "failed";
            let at = whole.iter().rposition(fate).map_or(0, |at| at + 1);
            whole.insert(at, more);
        }
    }
    Ok(whole)
}

/// The labels, and a column a case; the first row is its head.
fn rows(metrics: &[&str], cases: &[Series], runs: &Runs) -> Result<Vec<Vec<String>>, String> {
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
    Ok(rows)
}

/// Which columns stand in one table: as many as fit beside the labels, the next in the next.
fn beside_each_other(widths: &[usize], width: Option<usize>) -> Vec<Vec<usize>> {
    let mut tables: Vec<Vec<usize>> = vec![Vec::new()];
    let mut taken = widths[0];
    for (column, wide) in widths.iter().enumerate().skip(1) {
        taken += GAP + wide;
        if width.is_some_and(|width| taken > width) && tables.last().is_some_and(|t| !t.is_empty())
        {
            tables.push(Vec::new());
            taken = widths[0] + GAP + wide;
        }
        tables.last_mut().expect("it begins with one").push(column);
    }
    tables
}

fn write_row(out: &mut Paper, row: &[String], columns: &[usize], widths: &[usize]) {
    let cell = |column: usize| wrapped(&row[column], widths[column], widths[column]);
    let label = cell(0);
    let cells: Vec<Vec<String>> = columns.iter().map(|column| cell(*column)).collect();
    let lines = cells.iter().chain([&label]).map(Vec::len).max().unwrap_or(0);
    for line in 0..lines {
        let part = |cell: &Vec<String>| cell.get(line).cloned().unwrap_or_default();
        let mut text = format!("{:<width$}", part(&label), width = widths[0]);
        for (cell, column) in cells.iter().zip(columns) {
            text += &format!("{:GAP$}{:>width$}", "", part(cell), width = widths[*column]);
        }
        let _ = writeln!(out, "{}", text.trim_end());
    }
}

fn letters(text: &str) -> usize {
    text.chars().count()
}
