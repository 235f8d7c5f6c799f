//! Names of measured things: `chapter.experiment.case.metric`, as in `chap1.ten.axum.total`.
//!
//! The prose, the tests and the tables ask for a number by its name and by nothing else. A
//! number is the median of the repeats (the lower one of two middles, so that it was really
//! measured), and a figure shows the run whose total is that median.

use std::fmt;
use std::str::FromStr;

use crate::record::{Run, is_part};
use crate::views::metrics;
use crate::views::quantity::Quantity;
use crate::views::spread::{self, Spread};

/// The name of a row of runs: one case of one experiment, all its repeats.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    /// `chap1`
    pub chapter: String,
    /// `ten`
    pub experiment: String,
    /// `axum`
    pub case: String,
}

/// The name of a number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// whose number
    pub series: Series,
    /// which: see [`metrics`]
    pub metric: String,
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.chapter, self.experiment, self.case)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.series, self.metric)
    }
}

impl FromStr for Series {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let [chapter, experiment, case] = parts(text, "chapter.experiment.case")?;
        Ok(Series { chapter, experiment, case })
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let [chapter, experiment, case, metric] = parts(text, "chapter.experiment.case.metric")?;
        Ok(Name { series: Series { chapter, experiment, case }, metric })
    }
}

/// Splits a dotted name into exactly `N` parts.
///
/// # Errors
/// Too many or too few parts, or a part that is not of `[a-z0-9-]`; `shape` says what is right.
pub fn parts<const N: usize>(text: &str, shape: &str) -> Result<[String; N], String> {
    let parts: Vec<String> = text.split('.').map(String::from).collect();
    if !parts.iter().all(|part| is_part(part)) {
        return Err(format!("{text:?} is not a name: its parts are made of a-z, 0-9 and -"));
    }
    let count = parts.len();
    parts.try_into().map_err(|_| format!("{text:?} has {count} parts, and a name here is {shape}"))
}

/// All recorded runs that names are looked up in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Runs {
    all: Vec<Run>,
    /// whether repeats may be missing
    unfinished: bool,
}

impl From<Vec<Run>> for Runs {
    fn from(all: Vec<Run>) -> Self {
        Runs { all, unfinished: false }
    }
}

impl Runs {
    /// Runs of which more may come: a series is what there is of it by now.
    pub fn so_far(all: Vec<Run>) -> Self {
        Runs { all, unfinished: true }
    }

    /// Every run, in the order of the record.
    pub fn all(&self) -> &[Run] {
        &self.all
    }

    /// The repeats of a series; at least one.
    ///
    /// # Errors
    /// There is none, or fewer than were asked for; the sentence names the nearest that exist.
    pub fn series(&self, series: &Series) -> Result<Vec<&Run>, String> {
        let found: Vec<&Run> = self.all.iter().filter(|run| is_of(run, series)).collect();
        match found.first() {
            None => Err(format!("no run is called {series}; recorded are: {}", self.known(series))),
            Some(first) if self.lacks(first, found.len()) => Err(format!(
                "{series} was to be run {} times and its record holds {}: record it again",
                first.header.repeats,
                found.len()
            )),
            Some(_) => Ok(found),
        }
    }

    fn lacks(&self, of: &Run, found: usize) -> bool {
        !self.unfinished && found != of.header.repeats as usize
    }

    /// The cases of an experiment, in the order in which they were run.
    ///
    /// # Errors
    /// There is no such experiment.
    pub fn cases(&self, chapter: &str, experiment: &str) -> Result<Vec<Series>, String> {
        let mut cases: Vec<Series> = Vec::new();
        for run in &self.all {
            let of = &run.header;
            if of.chapter == chapter
                && of.experiment == experiment
                && !cases.iter().any(|known| is_of(run, known))
            {
                cases.push(series_of(run));
            }
        }
        if cases.is_empty() {
            let wanted = Series {
                chapter: chapter.into(),
                experiment: experiment.into(),
                case: String::new(),
            };
            return Err(format!(
                "no experiment is called {chapter}.{experiment}; recorded are: {}",
                self.known(&wanted)
            ));
        }
        Ok(cases)
    }

    /// The run whose total is the median of its series: the one that figures show.
    ///
    /// # Errors
    /// As [`Runs::series`].
    pub fn median_run(&self, series: &Series) -> Result<&Run, String> {
        let runs = self.series(series)?;
        let total = |run| metrics::of(run, "total").ok().and_then(|total| total.value());
        let mut by_total: Vec<(f64, &Run)> =
            runs.into_iter().map(|run| (total(run).unwrap_or(0.0), run)).collect();
        by_total.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        Ok(by_total[(by_total.len() - 1) / 2].1)
    }

    /// A number by its name: the median of the repeats, or the median run's own text.
    ///
    /// # Errors
    /// No such run, no such metric, or nothing was measured under that name.
    pub fn measured(&self, name: &Name) -> Result<Quantity, String> {
        Ok(self.spread(name)?.median)
    }

    /// A number by its name in all repeats.
    ///
    /// # Errors
    /// As [`Runs::measured`].
    pub fn spread(&self, name: &Name) -> Result<Spread, String> {
        let repeats = self
            .series(&name.series)?
            .into_iter()
            .map(|run| metrics::of(run, &name.metric).map_err(|why| format!("{name}: {why}")));
        spread::of(&repeats.collect::<Result<Vec<_>, _>>()?)
            .ok_or_else(|| format!("{name} was not measured in any repeat"))
    }

    fn known(&self, near: &Series) -> String {
        let mut names: Vec<String> = self
            .all
            .iter()
            .map(series_of)
            .filter(|known| known.chapter == near.chapter)
            .map(|known| known.to_string())
            .collect();
        names.dedup();
        if names.is_empty() {
            return format!("none of {}", near.chapter);
        }
        names.join(", ")
    }
}

/// The series that a run belongs to.
pub fn series_of(run: &Run) -> Series {
    Series {
        chapter: run.header.chapter.clone(),
        experiment: run.header.experiment.clone(),
        case: run.header.case.clone(),
    }
}

/// As [`series_of`] would tell, without making one: of every run this is asked for every number.
fn is_of(run: &Run, series: &Series) -> bool {
    let of = &run.header;
    of.case == series.case && of.experiment == series.experiment && of.chapter == series.chapter
}
