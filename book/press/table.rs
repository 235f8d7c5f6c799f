//! Tables of numbers: the cases of an experiment downwards, metrics across.

use maud::{Markup, html};
use while_you_wait::metrics;
use while_you_wait::names::{Name, Runs};
use while_you_wait::quantity::Quantity;

/// # Errors
/// There is no such experiment, or a metric that no case of it has.
pub fn draw(
    runs: &Runs,
    chapter: &str,
    experiment: &str,
    columns: &[String],
) -> Result<Markup, String> {
    let cases = runs.cases(chapter, experiment)?;
    let mut rows = Vec::new();
    for series in cases {
        let repeats = runs.series(&series)?.len();
        let mut cells = Vec::new();
        for metric in columns {
            let name = Name { series: series.clone(), metric: metric.clone() };
            cells.push(cell(runs, &name)?);
        }
        rows.push((series.case, repeats, cells));
    }
    let repeats = rows.iter().map(|(_, repeats, _)| *repeats).max().unwrap_or(1);
    Ok(html! {
        div.table-wrapper.measured-table tabindex="0" role="region" aria-label=(format!("{chapter}.{experiment}")) {
            table {
                caption {
                    (chapter) "." (experiment)
                    @if repeats > 1 { ", medians of " (repeats) " runs" }
                }
                thead {
                    tr {
                        th scope="col" { "case" }
                        @for metric in columns { th scope="col" { (metrics::label(metric)) } }
                    }
                }
                tbody {
                    @for (case, _, cells) in &rows {
                        tr {
                            th scope="row" { (case) }
                            @for cell in cells { td { (cell) } }
                        }
                    }
                }
            }
        }
    })
}

/// Known and not measured is a cell of the table; unknown is a mistake.
fn cell(runs: &Runs, name: &Name) -> Result<Quantity, String> {
    runs.measured(name).or_else(|why| {
        let known =
            runs.series(&name.series)?.iter().all(|run| metrics::of(run, &name.metric).is_ok());
        if known { Ok(Quantity::Absent) } else { Err(why) }
    })
}
