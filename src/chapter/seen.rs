//! What an experiment showed, for the one sentence that is made of it.

use std::cell::RefCell;

use super::{Experiment, known};
use crate::views::metrics;
use crate::views::names::{Name, Runs, Series};
use crate::views::quantity::Quantity;

/// What an experiment showed: its runs, to be asked by case and metric.
pub struct Seen<'a> {
    chapter: &'a str,
    experiment: &'a Experiment,
    runs: &'a Runs,
    /// names that were asked for and do not exist
    mistakes: RefCell<Vec<String>>,
}

impl<'a> Seen<'a> {
    pub(crate) fn new(chapter: &'a str, experiment: &'a Experiment, runs: &'a Runs) -> Self {
        Seen { chapter, experiment, runs, mistakes: RefCell::default() }
    }

    /// The quantity, or [`Quantity::Absent`] where the case was not run or it was not measured.
    /// A case or a metric that does not exist is a mistake of the chapter's, and its program says
    /// so before it runs anything.
    pub fn of(&self, case: &str, metric: &str) -> Quantity {
        let Experiment { cases, facts, name, .. } = self.experiment;
        let exists = known("case", case, name, cases.iter().copied())
            .and_then(|()| metrics::known(metric, facts));
        if let Err(why) = exists {
            self.mistakes.borrow_mut().push(why);
            return Quantity::Absent;
        }
        let (chapter, experiment, case) = (self.chapter.into(), (*name).into(), case.into());
        let series = Series { chapter, experiment, case };
        let measured = self.runs.measured(&Name { series, metric: metric.into() });
        measured.unwrap_or(Quantity::Absent)
    }

    /// The experiment's sentence; empty where it has none.
    ///
    /// # Errors
    /// It asks for a case or a metric that does not exist.
    pub(crate) fn notice(&self) -> Result<String, String> {
        let said = (self.experiment.notice)(self);
        match self.mistakes.take().into_iter().next() {
            Some(why) => Err(format!("its notice: {why}")),
            None => Ok(said),
        }
    }
}
