//! The book's run and a reader's, side by side.

use maud::{Markup, html};
use while_you_wait::record::Run;
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Runs, Series, series_of};
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::spread;

use crate::directive::Directive;
use crate::words::live as words;

/// What is compared, by what the figure is about.
fn compared(directive: &Directive) -> Vec<&str> {
    match directive {
        Directive::Latencies(_) => vec!["p50", "p99", "max"],
        Directive::Saturation(_) => vec!["throughput", "p50", "p99"],
        Directive::Strip(_, metric) => vec![metric],
        Directive::Trace(_) => vec!["ok", "total"],
        _ => vec!["ok", "total", "waits", "p50", "max"],
    }
}

/// A row for each number that both have. `None` where the book has no such run, or nothing was
/// measured.
pub fn draw(book: &Runs, yours: &Runs, directive: &Directive) -> Option<Markup> {
    let mut cases: Vec<Series> = yours.all().iter().map(series_of).collect();
    cases.dedup();
    let metrics = compared(directive);
    let pairs: Vec<(String, Quantity, Quantity)> = cases
        .iter()
        .filter_map(|series| Some((series, book.series(series).ok()?, yours.series(series).ok()?)))
        .flat_map(|(series, theirs, mine)| {
            let number = |metric: &&str| {
                Some((
                    words::number_of(&series.experiment, &series.case, &metrics::label(metric)),
                    of(&theirs, metric)?,
                    of(&mine, metric)?,
                ))
            };
            metrics.iter().filter_map(number).collect::<Vec<_>>()
        })
        .collect();
    let (first, last) = (yours.all().first()?, cases.first()?);
    let other = *book.series(last).ok()?.first()?;
    let build = &first.header.machine.build;
    let comparable = *build == other.header.machine.build;
    let other_build = (!comparable).then_some(build.as_str());
    if pairs.is_empty() {
        return None;
    }
    Some(html! {
        div.table-wrapper.measured-table tabindex="0" role="group" aria-label=(words::BOTH) {
            table {
                caption { (words::compared(&settings(other), &settings(first), other_build)) }
                thead {
                    tr {
                        td {}
                        th scope="col" { (words::THE_BOOKS) }
                        th scope="col" { (words::YOURS) }
                        @if comparable { th scope="col" { (words::RATIO) } }
                    }
                }
                tbody {
                    @for (name, theirs, mine) in &pairs {
                        tr {
                            th scope="row" { (name) }
                            td { (theirs) }
                            td { (mine) }
                            @if comparable { td { (ratio(mine, theirs)) } }
                        }
                    }
                }
            }
        }
    })
}

/// The median of the repeats, where there was something to measure.
fn of(runs: &[&Run], metric: &str) -> Option<Quantity> {
    let all: Vec<Quantity> =
        runs.iter().map(|run| metrics::of(run, metric)).collect::<Result<_, _>>().ok()?;
    spread::of(&all).map(|spread| spread.median)
}

fn ratio(over: &Quantity, under: &Quantity) -> String {
    match (over.value(), under.value()) {
        (Some(over), Some(under)) if under != 0.0 => Quantity::Times(over / under).to_string(),
        _ => "–".into(),
    }
}

/// What was asked, as far as numbers depend on it.
fn settings(run: &Run) -> String {
    let load = &run.header.load;
    let micros = |us: u64| Quantity::Micros(us as f64).to_string();
    let count = |n: u32| Quantity::Count(f64::from(n)).to_string();
    let mut said: Vec<String> = Vec::new();
    match (load.requests, load.duration_us) {
        (_, Some(us)) => said.push(words::requests_for(&micros(us))),
        (0, None) => {}
        (n, None) => said.push(words::requests(&count(n))),
    }
    if let Some(rate) = load.rate_per_second {
        said.push(words::a_second(&Quantity::PerSecond(rate).to_string()));
    } else if load.concurrency > 0 {
        said.push(words::at_once(&count(load.concurrency)));
    }
    if run.header.delay_us > 0 {
        said.push(words::each_waits(&micros(run.header.delay_us)));
    }
    said.push(words::build(&run.header.machine.build));
    said.join(", ")
}
