//! From what was typed to what will be run: pure, so that every refusal can be tested at once.

use std::time::Duration;

use super::cli::RunArgs;
use super::custom;
use crate::chapter::{Chapter, Counters, Experiment};
use crate::load::Load;

/// One experiment with its settings fixed.
pub struct Step<'a> {
    pub experiment: &'a Experiment,
    pub load: Load,
    pub delay: Duration,
    pub counters: Option<Counters>,
    pub repeats: u32,
}

/// Chooses the experiments and scales them; `own` is the reader's, if one was made up.
///
/// # Errors
/// A name that the chapter does not know.
pub fn steps<'a>(
    chapter: &'a Chapter,
    own: Option<&'a Experiment>,
    args: &RunArgs,
) -> Result<Vec<Step<'a>>, String> {
    if let Some(experiment) = own {
        return Ok(vec![step(experiment, None, args)]);
    }
    for name in &args.experiment {
        known("experiment", name, chapter.name, chapter.experiments.iter().map(|e| e.name))?;
    }
    let named = |e: &Experiment| args.experiment.iter().any(|name| name == e.name);
    Ok(chapter
        .experiments
        .iter()
        .filter(|e| args.experiment.is_empty() || named(e))
        .filter_map(|e| match (args.full, e.quick) {
            (true, _) => Some(step(e, None, args)),
            (false, Some(by)) => Some(step(e, Some(by), args)),
            // Too large for every day; but who names it shall have it.
            (false, None) => named(e).then(|| step(e, None, args)),
        })
        .collect())
}

/// Scaled down by `quick`, or as the book records it.
fn step<'a>(experiment: &'a Experiment, quick: Option<u32>, args: &RunArgs) -> Step<'a> {
    let mut load = experiment.load;
    if quick.is_some() {
        load.requests = experiment.quick_requests.unwrap_or(load.requests);
    }
    let by = quick.unwrap_or(1);
    load.ramp /= by;
    load.arrivals = load.arrivals.faster(by);
    load.lasts = load.lasts.map(|lasts| lasts / by);
    load.warm_up /= by;
    if let Some(probe) = &mut load.probe {
        probe.every /= by;
    }
    // A client that hangs up before its answer does so as early in a shorter wait. Any other
    // timeout is patience with a server in trouble, and stays.
    if load.timeout < experiment.delay {
        load.timeout /= by;
    }
    Step {
        experiment,
        load,
        delay: experiment.delay / by,
        counters: experiment.counters.map(|asked| Counters { every: asked.every / by, ..asked }),
        repeats: args.repeats.unwrap_or(if args.full { experiment.repeats } else { 1 }),
    }
}

/// The experiment that a reader made up.
///
/// # Errors
/// An unknown case, a load that contradicts itself, or a mixture with the chapter's own experiments.
pub fn custom(chapter: &Chapter, args: &RunArgs) -> Result<Option<Experiment>, String> {
    if !args.is_custom() {
        return Ok(None);
    }
    if args.full || !args.experiment.is_empty() {
        return Err("--full and --experiment run the chapter's own experiments; leave them out to make up one with --case, --delay, --requests and the like".into());
    }
    for case in &args.case {
        known("case", case, chapter.name, chapter.cases.iter().map(|c| c.name))?;
    }
    let load = custom::load(args)?;
    Ok(Some(Experiment {
        name: "custom",
        about: "an experiment of your own",
        cases: chapter
            .cases
            .iter()
            .map(|case| case.name)
            .filter(|name| args.case.is_empty() || args.case.iter().any(|case| case == name))
            .collect(),
        load,
        delay: args.delay.unwrap_or(Duration::from_millis(300)),
        weighs: load.samples().is_none_or(|requests| requests > 100),
        columns: custom::columns(&load),
        ..Experiment::default()
    }))
}

/// Refuses a name that is not among those that exist, and says which do.
///
/// # Errors
/// It is not among them.
pub fn known<'a>(
    what: &str,
    name: &str,
    chapter: &str,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), String> {
    let names: Vec<&str> = names.collect();
    if names.contains(&name) {
        return Ok(());
    }
    Err(format!("no {what} is called {name:?}; {chapter} has {}", names.join(", ")))
}
