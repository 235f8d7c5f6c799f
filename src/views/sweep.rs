//! Sweeps: one case, asked at several rates, each an experiment of its own: `offered-100`,
//! `offered-200`. Pure.

use crate::record::Run;
use crate::views::metrics;
use crate::views::names::{Runs, Series, series_of};
use crate::views::spread::{self, Spread};

/// One rate of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferedRate<'a> {
    /// requests per second, as they became due
    pub offered: f64,
    /// requests per second, as they were answered
    pub answered: Spread,
    /// `None` where the median request got no answer in any repeat
    pub p50: Option<Spread>,
    /// as `p50`, of one request in a hundred
    pub p99: Option<Spread>,
    /// all repeats at this rate
    pub runs: Vec<&'a Run>,
}

/// The steps of a sweep in order of their rates: every experiment of the chapter whose name is the
/// given one's, a hyphen and a whole number.
///
/// # Errors
/// There are fewer than two, or one of them offered no rate.
pub fn steps<'a>(runs: &'a Runs, sweep: &Series) -> Result<Vec<OfferedRate<'a>>, String> {
    let mut found: Vec<(u64, Series)> = Vec::new();
    for series in runs.all().iter().map(series_of) {
        if let Some((number, of)) = numbered(&series)
            && of == *sweep
            && !found.iter().any(|(_, known)| *known == series)
        {
            found.push((number, series));
        }
    }
    found.sort();
    match found.as_slice() {
        [] => Err(none(runs, sweep)),
        [(_, one)] => Err(format!("a sweep has two rates at least, and recorded is only {one}")),
        all => all.iter().map(|(_, series)| step(runs, series)).collect(),
    }
}

fn step<'a>(runs: &'a Runs, series: &Series) -> Result<OfferedRate<'a>, String> {
    let runs = runs.series(series)?;
    let Some(offered) = runs[0].header.load.rate_per_second else {
        return Err(format!("{series} was offered no rate: its load was not an open loop"));
    };
    let of = |metric| -> Result<Option<Spread>, String> {
        let all: Result<Vec<_>, _> = runs.iter().map(|run| metrics::of(run, metric)).collect();
        Ok(spread::of(&all?))
    };
    let answered = of("throughput")?.ok_or_else(|| format!("{series} has no throughput"))?;
    let (p50, p99) = (of("p50")?, of("p99")?);
    Ok(OfferedRate { offered, answered, p50, p99, runs })
}

/// `chap5.offered-100.eight` as 100 and `chap5.offered.eight`.
fn numbered(series: &Series) -> Option<(u64, Series)> {
    let (experiment, number) = series.experiment.rsplit_once('-')?;
    Some((number.parse().ok()?, Series { experiment: experiment.into(), ..series.clone() }))
}

fn none(runs: &Runs, sweep: &Series) -> String {
    let all = runs.all().iter().filter_map(|run| numbered(&series_of(run)));
    let mut known: Vec<String> = all
        .filter(|(_, known)| known.chapter == sweep.chapter)
        .map(|(_, known)| known.to_string())
        .collect();
    known.sort();
    known.dedup();
    let Series { chapter, experiment, case } = sweep;
    let known = if known.is_empty() { format!("none of {chapter}") } else { known.join(", ") };
    format!(
        "no run is called {chapter}.{experiment}-100.{case}, or by another number; sweeps that are recorded: {known}"
    )
}
