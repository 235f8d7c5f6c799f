//! A table across experiments: the cases downwards, and of each experiment the numbers asked for.
//! A case that was not in an experiment has dashes there.

use maud::{Markup, html};
use while_you_wait::metrics;
use while_you_wait::names::{Name, Runs, Series};
use while_you_wait::quantity::Quantity;

use crate::table::cell;

/// `waiting-10.waits`: a number of an experiment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Column {
    pub experiment: String,
    pub metric: String,
}

/// # Errors
/// There is no such experiment, or a case of it has no such metric.
pub fn draw(runs: &Runs, chapter: &str, columns: &[Column]) -> Result<Markup, String> {
    let mut cases: Vec<String> = Vec::new();
    let mut repeats = 1;
    for column in columns {
        for series in runs.cases(chapter, &column.experiment)? {
            repeats = repeats.max(runs.series(&series)?.len());
            if !cases.contains(&series.case) {
                cases.push(series.case);
            }
        }
    }
    let mut rows = Vec::new();
    for case in cases {
        let cells: Result<Vec<Option<Quantity>>, String> =
            columns.iter().map(|column| of(runs, chapter, &case, column)).collect();
        rows.push((case, cells?));
    }
    let groups: Vec<&[Column]> =
        columns.chunk_by(|one, next| one.experiment == next.experiment).collect();
    let names: Vec<&str> = groups.iter().map(|group| group[0].experiment.as_str()).collect();
    let name = format!("{chapter}: {}", names.join(", "));
    Ok(html! {
        div.table-wrapper.measured-table tabindex="0" role="region" aria-label=(name) {
            table {
                caption {
                    (name)
                    @if repeats > 1 { ", medians of " (repeats) " runs" }
                }
                thead {
                    tr {
                        td {}
                        @for group in &groups {
                            th scope="colgroup" colspan=(group.len()) { (group[0].experiment) }
                        }
                    }
                    tr {
                        th scope="col" { "case" }
                        @for column in columns {
                            th scope="col" { (metrics::label(&column.metric)) }
                        }
                    }
                }
                tbody {
                    @for (case, cells) in &rows {
                        tr {
                            th scope="row" { (case) }
                            @for cell in cells {
                                td { @match cell { Some(quantity) => (quantity), None => "–" } }
                            }
                        }
                    }
                }
            }
        }
    })
}

/// `None` where the case is not in the experiment.
fn of(runs: &Runs, chapter: &str, case: &str, column: &Column) -> Result<Option<Quantity>, String> {
    let series = Series {
        chapter: chapter.into(),
        experiment: column.experiment.clone(),
        case: case.into(),
    };
    match runs.cases(chapter, &column.experiment)?.contains(&series) {
        true => cell(runs, &Name { series, metric: column.metric.clone() }).map(Some),
        false => Ok(None),
    }
}
