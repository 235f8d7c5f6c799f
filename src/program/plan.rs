//! From what was typed to what will be run: pure, so that every refusal can be tested at once.

use std::time::Duration;

use super::changed;
use super::cli::RunArgs;
use crate::chapter::{Asked, Chapter, Counters, Experiment, known};
use crate::load::{After, HangUp, Load};

/// One experiment with its settings fixed.
pub struct Step<'a> {
    pub experiment: &'a Experiment,
    /// those of the experiment, or some of them
    pub cases: Vec<&'static str>,
    pub asked: Asked,
    pub delay: Duration,
    pub counters: Option<Counters>,
    pub repeats: u32,
    /// whether the reader changed what the chapter declares
    pub changed: bool,
}

/// Chooses the experiments and scales them; `own` is the reader's, if one was made up.
///
/// # Errors
/// A name that the chapter does not know, or a change that one of the experiments cannot bear.
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
    let steps =
        chapter.experiments.iter().filter(|e| args.experiment.is_empty() || named(e)).filter_map(
            |e| match (args.full, e.quick) {
                (true, _) => Some(step(e, None, args)),
                (false, Some(by)) => Some(step(e, Some(by), args)),
                // Too large for every day; but who names it shall have it.
                (false, None) => named(e).then(|| step(e, None, args)),
            },
        );
    match args.is_custom() {
        true => steps.map(|step| changed(step, args)).collect(),
        false => Ok(steps.collect()),
    }
}

/// With what was typed in place of what the chapter declares.
fn changed<'a>(mut step: Step<'a>, args: &RunArgs) -> Result<Step<'a>, String> {
    let name = step.experiment.name;
    changed::cases(name, &mut step.cases, args)?;
    changed::asked(name, &mut step.asked, args)?;
    step.delay = args.delay.unwrap_or(step.delay);
    step.changed = true;
    Ok(step)
}

/// Scaled down by `quick`, or as the book records it.
fn step<'a>(experiment: &'a Experiment, quick: Option<u32>, args: &RunArgs) -> Step<'a> {
    let scaled = |load| match quick {
        Some(by) => faster(load, by, experiment),
        None => load,
    };
    let asked = match experiment.asked {
        Asked::ByLoad(load) => Asked::ByLoad(scaled(load)),
        Asked::ByGenerator(generator, load) => Asked::ByGenerator(generator, scaled(load)),
        Asked::ByHand(examine) => Asked::ByHand(examine),
    };
    let by = quick.unwrap_or(1);
    Step {
        experiment,
        cases: experiment.cases.clone(),
        asked,
        delay: part(experiment.delay, by),
        counters: experiment
            .counters
            .map(|asked| Counters { every: part(asked.every, by), ..asked }),
        repeats: args.repeats.unwrap_or(if args.full { experiment.repeats } else { 1 }),
        changed: false,
    }
}

/// The load in so many times less time.
fn faster(mut load: Load, by: u32, experiment: &Experiment) -> Load {
    load.ends = match load.ends {
        After::Requests(n) => After::Requests(experiment.quick_requests.unwrap_or(n)),
        After::Time(time) => After::Time(part(time, by)),
    };
    load.ramp = part(load.ramp, by);
    load.arrivals = load.arrivals.faster(by);
    load.warm_up = part(load.warm_up, by);
    if let Some(probe) = &mut load.probe {
        probe.every = part(probe.every, by);
    }
    // A client that hangs up before its answer does so as early in a shorter wait. Any other
    // timeout is patience with a server in trouble, and stays.
    if load.timeout < experiment.delay {
        load.timeout = part(load.timeout, by);
    }
    if let HangUp::After(patience) = &mut load.ask.hang_up {
        *patience = part(*patience, by);
    }
    load
}

/// A part of a duration, in whole microseconds: so much a server is told, and so much the record and
/// the terminal say.
fn part(whole: Duration, by: u32) -> Duration {
    let (ns, by) = (whole.as_nanos(), u128::from(by));
    Duration::from_micros(((ns + 500 * by) / (1_000 * by)) as u64)
}
