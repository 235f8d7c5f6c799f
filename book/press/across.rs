//! A table across experiments: the cases downwards, and of each experiment the numbers asked for.
//! A case that was not in an experiment has dashes there.

use maud::{Markup, html};
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Name, Runs, Series};

use crate::table::{cell, framed, plain};
use crate::words::table as words;

/// `waiting-10.waits`: a number of an experiment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Column {
    pub experiment: String,
    pub metric: String,
}

/// # Errors
/// There is no such experiment, or a case of it has no such metric.
pub fn draw(runs: &Runs, chapter: &str, columns: &[Column]) -> Result<Markup, String> {
    let asked: Vec<(&Column, Vec<Series>)> = columns
        .iter()
        .map(|column| Ok((column, runs.cases(chapter, &column.experiment)?)))
        .collect::<Result<_, String>>()?;
    let mut cases: Vec<&str> = Vec::new();
    let mut repeats = 1;
    for series in asked.iter().flat_map(|(_, all)| all) {
        repeats = repeats.max(runs.series(series)?.len());
        if !cases.contains(&series.case.as_str()) {
            cases.push(&series.case);
        }
    }
    let mut body = Vec::new();
    for case in cases {
        let cells = asked.iter().map(|(column, all)| {
            match all.iter().find(|series| series.case == case) {
                Some(series) => {
                    let metric = column.metric.clone();
                    cell(runs, &Name { series: series.clone(), metric }).map(|value| plain(&value))
                }
                // Not in that experiment, which is not the same as not measured.
                None => Ok(plain(&"–")),
            }
        });
        body.push((case.to_string(), cells.collect::<Result<Vec<Markup>, String>>()?));
    }
    let groups: Vec<&[Column]> =
        columns.chunk_by(|one, next| one.experiment == next.experiment).collect();
    let names: Vec<&str> = groups.iter().map(|group| group[0].experiment.as_str()).collect();
    let head = html! {
        tr {
            td {}
            @for group in &groups {
                th scope="colgroup" colspan=(group.len()) { (group[0].experiment) }
            }
        }
        tr {
            th scope="col" { (words::CASE) }
            @for column in columns { th scope="col" { (metrics::label(&column.metric)) } }
        }
    };
    Ok(framed(&format!("{chapter}: {}", names.join(", ")), repeats, &head, &body))
}
