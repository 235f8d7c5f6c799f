//! The experiment that a reader made up: from switches, of which some contradict each other.

use std::time::Duration;

use super::cli::{LONGEST_DELAY, MOST_REQUESTS, RunArgs};
use crate::chapter::{Asked, Chapter, Experiment, known};
use crate::load::{After, Arrivals, Load};
use crate::record::{LoadSettings, Mode};
use crate::views::quantity::plain;

/// With a rate, and no other end.
const OPEN_LASTS: Duration = Duration::from_secs(10);

/// With a rate: enough for a server that answers 1,000 a second within a second.
const OPEN_LANES: u32 = 1_000;

/// The experiment, where one was made up.
///
/// # Errors
/// An unknown case, a load that contradicts itself, or one that is to be the book's as well.
pub fn experiment(chapter: &Chapter, args: &RunArgs) -> Result<Option<Experiment>, String> {
    if !args.is_custom() {
        return Ok(None);
    }
    if args.full {
        return Err("--full runs the chapter's own experiments as the book records them; leave it out to change one with --case, --delay, --requests and the like, or to make up one".into());
    }
    if !args.experiment.is_empty() {
        return Ok(None); // the chapter's own, changed: see `changed`
    }
    for case in &args.case {
        known("case", case, chapter.name, chapter.cases.iter().map(|c| c.name))?;
    }
    let load = load(args)?;
    Ok(Some(Experiment {
        cases: chapter
            .cases
            .iter()
            .map(|case| case.name)
            .filter(|name| args.case.is_empty() || args.case.iter().any(|case| case == name))
            .collect(),
        asked: Asked::ByLoad(load),
        delay: args.delay.unwrap_or(Duration::from_millis(300)),
        weighs: load.samples().is_none_or(|requests| requests > 100),
        // What comes of it is what the reader wanted to know.
        may_fail: true,
        columns: columns(&load.settings()),
        ..named()
    }))
}

/// As it is called in a record.
pub fn named() -> Experiment {
    Experiment { name: "custom", about: "an experiment of your own", ..Experiment::default() }
}

/// # Errors
/// Switches that contradict each other, or ask for more than a load may be.
fn load(args: &RunArgs) -> Result<Load, String> {
    if args.requests.is_some() && args.duration.is_some() {
        return Err(
            "--requests and --duration both say when the load ends: leave one of them out".into()
        );
    }
    let arrivals = arrivals(args)?;
    let is_open = arrivals != Arrivals::Closed;
    let lasts = match args.requests {
        None if is_open => args.duration.or(Some(OPEN_LASTS)),
        _ => args.duration,
    };
    let (ends, lanes) = match lasts {
        Some(time) => (After::Time(time), args.concurrency),
        None => {
            let requests = args.requests.unwrap_or(args.concurrency.unwrap_or(0).max(10));
            let lanes = lanes_of(requests, is_open, args.concurrency)?;
            (After::Requests(requests), Some(lanes))
        }
    };
    let defaults = Load::default();
    let mut load = Load {
        ends,
        warm_up: args.warm_up.unwrap_or(defaults.warm_up),
        lanes: lanes.unwrap_or(if is_open { OPEN_LANES } else { defaults.lanes }),
        arrivals,
        ramp: args.ramp.unwrap_or(defaults.ramp),
        timeout: args.timeout.unwrap_or(defaults.timeout),
        keep_alive: args.keep_alive,
        ..defaults
    };
    let asked = asked_for(&load)?;
    something_is_due(&load)?;
    // The last request, too, may take as long as it is given.
    load.limit = load.limit.max(asked + load.timeout);
    Ok(load)
}

fn arrivals(args: &RunArgs) -> Result<Arrivals, String> {
    match args.rate {
        None if args.poisson => {
            Err("--poisson says how the requests of a --rate are spread: give one, as in --rate 500 --poisson".into())
        }
        None => Ok(Arrivals::Closed),
        Some(_) if args.ramp.is_some() => {
            Err("--ramp opens the connections of a closed loop, and at a --rate each opens when a request is due: leave one of them out".into())
        }
        Some(per_second) if args.poisson => Ok(Arrivals::Poisson { per_second, seed: 1 }),
        Some(per_second) => Ok(Arrivals::Constant { per_second }),
    }
}

fn lanes_of(requests: u32, is_open: bool, asked: Option<u32>) -> Result<u32, String> {
    let lanes = asked.unwrap_or(requests.min(if is_open { OPEN_LANES } else { 5 }));
    if lanes > requests {
        return Err(format!(
            "{lanes} at a time is more than the {requests} requests there are: ask for a --concurrency of at most {requests}, or for more --requests"
        ));
    }
    Ok(lanes)
}

/// For how long requests become due, as far as that is known; refuses what is too long or too much.
pub(super) fn asked_for(load: &Load) -> Result<Duration, String> {
    let Some(rate) = load.arrivals.per_second() else {
        return Ok(load.warm_up + load.ends.time().unwrap_or_default());
    };
    let lasts = match load.ends {
        After::Time(lasts) => lasts.as_secs_f64(),
        After::Requests(requests) => {
            let lasts = f64::from(requests) / rate;
            if lasts > LONGEST_DELAY.as_secs_f64() {
                return Err(format!(
                    "{requests} requests at {rate} a second take {lasts:.0} seconds: at most {} would be right",
                    LONGEST_DELAY.as_secs()
                ));
            }
            lasts
        }
    };
    let whole = load.warm_up.as_secs_f64() + lasts;
    let requests = rate * whole;
    if requests > f64::from(MOST_REQUESTS) {
        return Err(format!(
            "{rate} a second for {whole:.0} seconds are {requests:.0} requests: at most {MOST_REQUESTS} would be right"
        ));
    }
    Ok(Duration::from_secs_f64(whole))
}

/// Where time decides, an open loop may be over before its first request.
pub(super) fn something_is_due(load: &Load) -> Result<(), String> {
    let (Some(rate), Some(lasts)) = (load.arrivals.per_second(), load.ends.time()) else {
        return Ok(());
    };
    let (from, to) = (load.warm_up.as_secs_f64(), (load.warm_up + lasts).as_secs_f64());
    let first = load.arrivals.moments().find(|&at| at >= from);
    match first.is_some_and(|at| at < to) {
        true => Ok(()),
        false => Err(format!(
            "at {rate} a second no request is due within {}: a longer --duration or a higher --rate would be right",
            plain(lasts)
        )),
    }
}

/// What is worth knowing of such a load.
pub fn columns(load: &LoadSettings) -> &'static [&'static str] {
    match (load.mode, load.duration_us) {
        (Mode::Closed, None) => {
            &["ok", "failed", "total", "waits", "p50", "max", "threads-peak", "rss-peak"]
        }
        (Mode::Closed, Some(_)) => {
            &["ok", "failed", "throughput", "p50", "p99", "max", "threads-peak", "rss-peak"]
        }
        _ => &[
            "ok",
            "failed",
            "throughput",
            "p50",
            "p99",
            "max",
            "late-p99",
            "lanes-exhausted",
            "threads-peak",
            "rss-peak",
        ],
    }
}
