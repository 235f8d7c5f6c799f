//! One of the chapter's own experiments, with settings of the reader's.

use super::cli::RunArgs;
use super::custom::{asked_for, something_is_due};
use crate::chapter::{Asked, known};
use crate::load::{After, Arrivals, Load};

/// Keeps those of the experiment's cases that were named.
///
/// # Errors
/// It has no such case.
pub fn cases(name: &str, cases: &mut Vec<&'static str>, args: &RunArgs) -> Result<(), String> {
    for case in &args.case {
        known("case", case, name, cases.iter().copied())?;
    }
    cases.retain(|case| args.case.is_empty() || args.case.iter().any(|wanted| wanted == case));
    Ok(())
}

/// Puts what was typed in place of what the experiment has.
///
/// # Errors
/// It has no such setting.
pub fn asked(name: &str, asked: &mut Asked, args: &RunArgs) -> Result<(), String> {
    match asked {
        Asked::ByLoad(load) | Asked::ByGenerator(_, load) => change(load, name, args),
        Asked::ByHand(_) if asks_for_a_load(args) => {
            Err(format!("{name} sends no load: of its settings --case and --delay can be changed"))
        }
        Asked::ByHand(_) => Ok(()),
    }
}

fn asks_for_a_load(args: &RunArgs) -> bool {
    args.requests.or(args.concurrency).is_some() || args.duration.is_some() || args.rate.is_some()
}

fn change(load: &mut Load, name: &str, args: &RunArgs) -> Result<(), String> {
    if args.keep_alive || args.poisson || args.warm_up.or(args.ramp).or(args.timeout).is_some() {
        return Err(format!(
            "of {name} --case, --delay, --requests, --duration, --concurrency and --rate can be changed; for the rest leave --experiment out and make up one of your own"
        ));
    }
    let given = (args.requests, args.duration);
    load.ends = match (load.ends, given) {
        (ends, (None, None)) => ends,
        (After::Requests(_), (Some(requests), None)) => After::Requests(requests),
        (After::Time(_), (None, Some(time))) => After::Time(time),
        (After::Requests(_), _) => {
            return Err(format!("{name} is of so many requests: --requests changes how many"));
        }
        (After::Time(_), _) => {
            return Err(format!("{name} lasts for a time: --duration changes it"));
        }
    };
    if let Some(rate) = args.rate {
        match &mut load.arrivals {
            Arrivals::Closed => {
                return Err(format!("{name} is a closed loop, which has no --rate"));
            }
            Arrivals::Constant { per_second } | Arrivals::Poisson { per_second, .. } => {
                *per_second = rate;
            }
        }
    }
    load.lanes = match (args.concurrency, load.ends) {
        (Some(lanes), After::Requests(requests)) if lanes > requests => {
            return Err(format!(
                "{lanes} at a time is more than the {requests} requests of {name}: ask for a --concurrency of at most {requests}, or for more --requests"
            ));
        }
        (Some(lanes), _) => lanes,
        (None, After::Requests(requests)) => load.lanes.min(requests),
        (None, After::Time(_)) => load.lanes,
    };
    something_is_due(load)?;
    load.limit = load.limit.max(asked_for(load)? + load.timeout);
    Ok(())
}
