//! Whether what a chapter declares exists: asked before anything runs, so that a mistyped name in
//! an experiment that takes an hour is found at once.

use super::{Chapter, Experiment, Seen};
use crate::record::is_part;
use crate::views::metrics::{self, Metric};
use crate::views::names::Runs;

impl Chapter {
    /// Checks every name that the chapter declares or asks for: cases, experiments, facts, columns,
    /// and what its notices ask for.
    ///
    /// # Errors
    /// One sentence on the first that is wrong, and on what would be right.
    pub fn check(&self) -> Result<(), String> {
        let cases = || self.cases.iter().map(|case| case.name);
        let experiments = || self.experiments.iter().map(|experiment| experiment.name);
        let mistaken = |why: String| format!("{} is mistaken: {why}", self.name);
        named("case", cases()).map_err(mistaken)?;
        named("experiment", experiments()).map_err(mistaken)?;
        for (case, beside) in self.beside {
            for name in beside.iter().chain([case]) {
                known("case", name, self.name, cases()).map_err(mistaken)?;
            }
            if beside.contains(case) {
                return Err(mistaken(format!("{case} needs itself beside it")));
            }
        }
        for experiment in &self.experiments {
            self.check_one(experiment)
                .map_err(|why| mistaken(format!("in {}, {why}", experiment.name)))?;
        }
        Ok(())
    }

    fn check_one(&self, experiment: &Experiment) -> Result<(), String> {
        for case in &experiment.cases {
            known("case", case, self.name, self.cases.iter().map(|case| case.name))?;
        }
        named("case", experiment.cases.iter().copied())?;
        for name in experiment.counters.iter().flat_map(|counters| counters.of) {
            known("case", name, self.name, self.cases.iter().map(|case| case.name))?;
        }
        named("fact", experiment.facts.iter().copied())?;
        if let Some(fact) = experiment.facts.iter().find(|fact| Metric::named(fact).is_some()) {
            return Err(format!(
                "{fact:?} is a metric that everybody knows, and no fact of its own"
            ));
        }
        for column in experiment.columns {
            metrics::known(column, experiment.facts)?;
        }
        Seen::new(self.name, experiment, &Runs::default()).notice().map(drop)
    }
}

/// Whether all of them are names, and each another.
fn named<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut before: Vec<&str> = Vec::new();
    for name in names {
        if !is_part(name) {
            return Err(format!(
                "{name:?} is no name of a {what}: those are made of a-z, 0-9 and -"
            ));
        }
        if before.contains(&name) {
            return Err(format!("the {what} {name} is named twice"));
        }
        before.push(name);
    }
    Ok(())
}

/// Refuses a name that is not among those that exist, and says which do.
///
/// # Errors
/// It is not among them.
pub(crate) fn known<'a>(
    what: &str,
    name: &str,
    owner: &str,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), String> {
    let names: Vec<&str> = names.collect();
    if names.contains(&name) {
        return Ok(());
    }
    Err(format!("no {what} is called {name:?}; {owner} has {}", names.join(", ")))
}
