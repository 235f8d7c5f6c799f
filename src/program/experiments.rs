//! Running experiments, one after another: the chapter's, or the reader's own.

use std::io::ErrorKind;
use std::path::Path;

use super::cli::RunArgs;
use super::destination::Destination;
use super::plan::{self, Step};
use super::run;
use super::terminal::Terminal;
use super::wrong::{Wrong, said};
use crate::chapter::{Chapter, Experiment};
use crate::record::Run;
use crate::record::write::Writer;
use crate::server::process;
use crate::views::metrics;
use crate::views::names::Runs;
use crate::views::quantity::Quantity;

impl Chapter {
    /// Runs what was asked for; `own` is the reader's experiment, if one was made up.
    pub(super) fn run(&self, args: &RunArgs, own: Option<&Experiment>) -> Result<(), Wrong> {
        process::end_with_parent();
        let steps = plan::steps(self, own, args).map_err(Wrong::Input)?;
        let mut record = Destination::of(args.json.as_deref()).map_err(Wrong::Input)?;
        let to_stdout = args.json.as_deref() == Some(Path::new("-"));
        let mut terminal = Terminal::new(to_stdout, args.ab);
        let _ = rlimit::increase_nofile_limit(u64::MAX);
        terminal.opening(self, args.full);
        let mut absent = Vec::new();
        for step in &steps {
            match self.step(step, &mut record.writer, &mut terminal) {
                Ok(missing) => absent.extend(missing),
                Err(why) => {
                    let _ = terminal.finish();
                    return Err(Wrong::Experiment(match record.give_up() {
                        Some(part) => format!("{why}; what was recorded is in {}", part.display()),
                        None => why,
                    }));
                }
            }
        }
        if own.is_none() && args.experiment.is_empty() {
            terminal.closing(self, args.full);
        }
        record.keep().map_err(Wrong::Experiment)?;
        match terminal.finish() {
            // Who asked for a record has it, whether or not somebody read along.
            Err(why) if why.kind() == ErrorKind::BrokenPipe && args.json.is_some() => {}
            done => said(done)?,
        }
        // Who named a case wanted that one.
        match absent.first().filter(|_| !args.case.is_empty()) {
            Some(missing) => Err(Wrong::Experiment(missing.clone())),
            None => Ok(()),
        }
    }

    /// Runs an experiment, and says which of its cases could not be, and why.
    fn step(
        &self,
        step: &Step,
        record: &mut Writer,
        terminal: &mut Terminal,
    ) -> Result<Vec<String>, String> {
        let experiment = step.experiment;
        terminal.step(step);
        if experiment.address_space.is_some() && !cfg!(target_os = "linux") {
            terminal.note("not run: only Linux lets this program limit a server's memory");
            return Ok(Vec::new());
        }
        let mut runs = Vec::new();
        for name in &step.cases {
            let case = self.cases.iter().find(|case| case.name == *name);
            let case = case.ok_or_else(|| format!("{} has no case {name:?}", self.name))?;
            for repeat in 1..=step.repeats {
                runs.push(run::once(self, step, case, repeat, record, terminal)?);
            }
        }
        let all_answered = runs.iter().all(is_answered);
        let nobody_asked = runs.iter().find(|run| is_empty(run)).map(|run| run.header.case.clone());
        let absent = runs.iter().filter_map(|run| Some((&run.header.case, run.absent()?)));
        let absent = absent.map(|(case, why)| format!("{case} was not run: {why}")).collect();
        terminal.show(self, experiment, &Runs::from(runs), step.changed)?;
        terminal.unoptimised(experiment);
        if let Some(case) = nobody_asked {
            return Err(format!(
                "{case}: the time was over before a request was due; a longer --duration would be right"
            ));
        }
        // What comes of a change is what the reader wanted to know.
        if all_answered || experiment.may_fail || step.changed {
            return Ok(absent);
        }
        Err(format!("{}: not every request was answered", experiment.name))
    }
}

/// Whether no request was left without an answer. Of a run that was none there is nothing to say.
fn is_answered(run: &Run) -> bool {
    match metrics::of(run, "failed") {
        Ok(Quantity::Count(failed)) => failed == 0.0,
        _ => run.absent().is_some(),
    }
}

/// Whether a load of a time was over before its first request.
fn is_empty(run: &Run) -> bool {
    let of_time = run.header.load.duration_us.is_some() && run.header.load.by.is_none();
    of_time && metrics::of(run, "requests") == Ok(Quantity::Count(0.0))
}
