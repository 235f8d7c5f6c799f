//! What stands in the rows of a table and the panels of a figure, and what each is called there.

use std::fmt;

use while_you_wait::record::is_part;
use while_you_wait::views::names::{self, Runs, Series};

use crate::words::table as words;

/// The series that a directive names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rows {
    /// `chap1.ten`: all cases of an experiment, in the order in which they were run
    Experiment { chapter: String, experiment: String },
    /// `chap5.closed.stalling chap5.open.stalling`: these, in this order
    Series(Vec<Series>),
}

/// As a directive names them.
impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rows::Experiment { chapter, experiment } => write!(f, "{chapter}.{experiment}"),
            Rows::Series(series) => {
                let names: Vec<String> = series.iter().map(Series::to_string).collect();
                f.write_str(&names.join(" "))
            }
        }
    }
}

impl Rows {
    /// Reads the names of a directive.
    ///
    /// # Errors
    /// They are neither one experiment nor series, or not of one chapter, or one is named twice.
    pub fn read(words: &[&str]) -> Result<Self, String> {
        if let [] | [_] = words
            && words.concat().matches('.').count() < 2
        {
            let [chapter, experiment] = names::parts(&words.concat(), "chapter.experiment")?;
            return Ok(Rows::Experiment { chapter, experiment });
        }
        let series: Vec<Series> =
            words.iter().map(|word| word.parse()).collect::<Result<_, _>>()?;
        for (at, one) in series.iter().enumerate() {
            if series[..at].contains(one) {
                return Err(format!("{one} is named twice"));
            }
            // Each chapter is recorded by itself, perhaps on another machine: side by side, its
            // numbers would only look as if they could be compared.
            if one.chapter != series[0].chapter {
                return Err(format!("{} and {one} are not of one chapter", series[0]));
            }
        }
        Ok(Rows::Series(series))
    }

    /// # Errors
    /// There is no such experiment. Whether series exist is found out by who asks for their runs.
    pub fn series(&self, runs: &Runs) -> Result<Vec<Series>, String> {
        match self {
            Rows::Experiment { chapter, experiment } => runs.cases(chapter, experiment),
            Rows::Series(series) => Ok(series.clone()),
        }
    }
}

/// Names, and then words without a dot.
pub fn rows_and_metrics(rest: &str) -> Result<(Rows, Vec<String>), String> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let first = words.iter().skip(1).position(|word| !word.contains('.'));
    let (names, metrics) = words.split_at(first.map_or(words.len(), |at| at + 1));
    match metrics.iter().find(|metric| !is_part(metric)) {
        Some(metric) => Err(format!("{metric:?} is not a metric's name")),
        None => Ok((Rows::read(names)?, metrics.iter().map(ToString::to_string).collect())),
    }
}

/// A name as somebody would say it: `chapter 1, ten` for `chap1.ten`.
pub fn spoken(name: &str) -> String {
    match name.strip_prefix("chap") {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => words::chapter(rest),
        _ => name.to_string(),
    }
}

/// Some series of one chapter: what they have in common, and what tells them apart.
pub struct Called {
    /// `chap1.ten` where all are of one experiment, and `chap5` where they are not
    pub common: String,
    /// what makes each name whole behind the common part: `axum`, or `closed.stalling`
    pub tails: Vec<String>,
    /// what differs: the case, the experiment, or both
    pub heads: Vec<String>,
    /// what a head is, in words
    pub kind: &'static str,
    one_experiment: bool,
}

impl Called {
    pub fn of(series: &[Series]) -> Self {
        let first = &series[0];
        let one_experiment = series.iter().all(|one| one.experiment == first.experiment);
        let one_case = series.iter().all(|one| one.case == first.case);
        let each = |what: fn(&Series) -> String| series.iter().map(what).collect();
        let case = |one: &Series| one.case.clone();
        let both = |one: &Series| format!("{}.{}", one.experiment, one.case);
        let (heads, kind) = match (one_experiment, one_case) {
            (true, _) => (each(case), words::CASE),
            (false, true) => (each(|one| one.experiment.clone()), words::EXPERIMENT),
            (false, false) => (each(both), words::EXPERIMENT_AND_CASE),
        };
        let (common, tails) = match one_experiment {
            true => (format!("{}.{}", first.chapter, first.experiment), each(case)),
            false => (first.chapter.clone(), each(both)),
        };
        Called { common, tails, heads, kind, one_experiment }
    }

    /// All of them, shortly: `chap1.ten`, or `chap5 (closed.stalling, open.stalling)`.
    pub fn together(&self) -> String {
        match self.apart() {
            None => self.common.clone(),
            Some(tails) => format!("{} ({})", self.common, tails.join(", ")),
        }
    }

    /// What has to be said besides the common part, where they are not all the cases of an experiment.
    pub fn apart(&self) -> Option<&[String]> {
        (!self.one_experiment).then_some(&self.tails)
    }
}
