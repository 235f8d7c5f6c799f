//! Tables of numbers: the cases of an experiment, or series named one by one, downwards, and
//! metrics across.

use maud::{Markup, html};
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Name, Runs, Series};
use while_you_wait::views::quantity::Quantity;

use crate::rows::Called;
use crate::words::table as words;

/// # Errors
/// A series is not recorded, or has no such metric.
pub fn draw(runs: &Runs, series: &[Series], columns: &[String]) -> Result<Markup, String> {
    let table = Table::read(runs, series, columns)?;
    let heads: Vec<String> = columns.iter().map(|metric| metrics::label(metric)).collect();
    let body = table.cells.iter().map(|cells| cells.iter().map(plain).collect()).collect();
    Ok(table.markup(table.called.kind, &heads, &table.called.heads, body))
}

/// The same turned round: metrics downwards, for many metrics and few cases.
///
/// # Errors
/// As [`draw`].
pub fn draw_turned(runs: &Runs, series: &[Series], rows: &[String]) -> Result<Markup, String> {
    let table = Table::read(runs, series, rows)?;
    let heads: Vec<String> = rows.iter().map(|metric| metrics::label(metric)).collect();
    let turned: Vec<Vec<Quantity>> = (0..rows.len())
        .map(|at| table.cells.iter().map(|cells| cells[at].clone()).collect())
        .collect();
    let body: Vec<_> = turned.iter().map(|cells| changes(cells)).collect();
    Ok(table.markup("", &table.called.heads, &heads, body))
}

struct Table {
    called: Called,
    /// how many runs each value is the median of, at most
    repeats: usize,
    /// of each series, its metrics
    cells: Vec<Vec<Quantity>>,
}

impl Table {
    fn read(runs: &Runs, series: &[Series], columns: &[String]) -> Result<Self, String> {
        let mut repeats = 1;
        let mut cells = Vec::new();
        for series in series {
            let all = runs.series(series)?;
            repeats = repeats.max(all.len());
            if let Some(left) =
                all.iter().map(|run| metrics::left_out(run, columns)).find(|n| *n > 0)
            {
                return Err(format!(
                    "{left} of the requests of {series} are in none of these columns: add failed (or hung-up), so that they add up"
                ));
            }
            let name = |metric: &String| Name { series: series.clone(), metric: metric.clone() };
            let row = columns.iter().map(|metric| cell(runs, &name(metric)));
            cells.push(row.collect::<Result<_, _>>()?);
        }
        Ok(Table { called: Called::of(series), repeats, cells })
    }

    fn markup(
        &self,
        corner: &str,
        heads: &[String],
        rows: &[String],
        cells: Vec<Vec<Markup>>,
    ) -> Markup {
        let head = html! {
            tr {
                @if corner.is_empty() { td {} } @else { th scope="col" { (corner) } }
                @for head in heads { th scope="col" { (head) } }
            }
        };
        let body: Vec<(String, Vec<Markup>)> = rows.iter().cloned().zip(cells).collect();
        framed(&self.called.together(), self.repeats, &head, &body)
    }
}

/// A cell of such a table.
pub fn plain(shown: &impl ToString) -> Markup {
    html! { td { (shown.to_string()) } }
}

/// The cells of a row, marked where one says something else than the one before it. Numbers always do.
fn changes(cells: &[Quantity]) -> Vec<Markup> {
    let mut before: Option<&Quantity> = None;
    let marked = cells.iter().map(|cell| match (before.replace(cell), cell) {
        (Some(Quantity::Text(old)), Quantity::Text(new)) if old != new => {
            html! { td.text.changed { (new) } }
        }
        (_, Quantity::Text(text)) => html! { td.text { (text) } },
        _ => plain(cell),
    });
    marked.collect()
}

/// A table of measured numbers: what it is of, its head, and rows that begin with what they are of.
pub fn framed(name: &str, repeats: usize, head: &Markup, body: &[(String, Vec<Markup>)]) -> Markup {
    let rows: Vec<&str> = body.iter().map(|(row, _)| row.as_str()).collect();
    let spoken = words::spoken(&crate::rows::spoken(name), &rows);
    html! {
        div.table-wrapper.measured-table tabindex="0" role="group" aria-label=(spoken) {
            table {
                caption { (words::caption(name, repeats)) }
                thead { (head) }
                tbody {
                    @for (row, cells) in body {
                        tr {
                            th scope="row" { (row) }
                            @for cell in cells { (cell) }
                        }
                    }
                }
            }
        }
    }
}

/// Known and not measured is a cell of the table; unknown is a mistake.
pub fn cell(runs: &Runs, name: &Name) -> Result<Quantity, String> {
    runs.measured(name).or_else(|why| {
        let known =
            runs.series(&name.series)?.iter().all(|run| metrics::of(run, &name.metric).is_ok());
        if known { Ok(Quantity::Absent) } else { Err(why) }
    })
}
