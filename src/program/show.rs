//! Showing a record again: what a run showed when it was run, and no server is started.

use std::path::Path;

use super::custom;
use super::terminal::Terminal;
use super::wrong::{Wrong, said};
use crate::chapter::{Chapter, Experiment, known};
use crate::record::{Run, read_file};
use crate::views::names::Runs;

/// Shows each experiment of a record, in the order in which they stand there.
///
/// # Errors
/// The record is refused, or holds runs that this chapter does not know; or it cannot be shown.
pub fn record(chapter: &Chapter, file: &Path) -> Result<(), Wrong> {
    let runs = read_file(file).map_err(|bad| Wrong::Input(bad.to_string()))?;
    let input = |why: String| Wrong::Input(format!("{}: {why}", file.display()));
    if runs.is_empty() {
        return Err(input("this record holds no run".into()));
    }
    let mut names: Vec<&str> = Vec::new();
    for run in &runs {
        is_known(chapter, run).map_err(input)?;
        if !names.contains(&run.header.experiment.as_str()) {
            names.push(&run.header.experiment);
        }
    }
    let names: Vec<String> = names.into_iter().map(String::from).collect();
    let runs = Runs::from(runs);
    let mut terminal = Terminal::new(false, false);
    for name in &names {
        let of = |run: &&Run| run.header.experiment == *name;
        let first = runs.all().iter().find(of).expect("its name was read from it");
        let made_up = custom(first);
        let experiment = chapter.experiments.iter().find(|known| known.name == name);
        let experiment = experiment.unwrap_or(&made_up);
        terminal.experiment(experiment);
        terminal.recorded(&first.header);
        terminal.show(chapter, experiment, &runs, false).map_err(input)?;
    }
    said(terminal.finish())
}

/// What a reader had made up.
fn custom(run: &Run) -> Experiment {
    Experiment { columns: custom::columns(&run.header.load), ..custom::named() }
}

/// Whether the chapter has what was run.
fn is_known(chapter: &Chapter, run: &Run) -> Result<(), String> {
    let header = &run.header;
    if header.chapter != chapter.name {
        return Err(format!("this is a record of {}, and not of {}", header.chapter, chapter.name));
    }
    known("case", &header.case, chapter.name, chapter.cases.iter().map(|case| case.name))?;
    let own = [custom::named().name];
    let names = chapter.experiments.iter().map(|experiment| experiment.name).chain(own);
    known("experiment", &header.experiment, chapter.name, names)
}
