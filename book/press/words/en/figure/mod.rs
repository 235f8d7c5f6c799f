//! What figures have in common: which runs they show, and what is said of a run's requests in words.

pub mod data;
pub mod formula;
pub mod numbers;
pub mod requests;
pub mod server;
pub mod tasks;

use maud::{Markup, html};
use while_you_wait::views::quantity::Quantity;

use super::counted;

/// Above the table of what is drawn.
pub const NUMBERS: &str = "The numbers of this figure";
pub const NO_ANSWER: &str = "no answer";
/// Of an axis on which ten times as much is a step.
pub const LOGARITHMIC: &str = "logarithmic";
/// Where something is drawn wider than it was.
pub const TICKS: &str = "What is too short to be seen is drawn as a tick, wider than it was.";

/// What a figure is of, and of which runs: its name for who cannot see it.
pub fn title(what: &str, common: &str, tails: &[String]) -> String {
    format!("{what}, {common}: {}", tails.join(", "))
}

/// Which of the repeats a panel shows.
pub enum Repeat {
    TheMedian,
    TheOnly,
    TheMedianOf(u32),
}

/// Below a figure: which runs it shows, and `what` they are drawn as. `tails` tell apart what is not of one
/// experiment.
pub fn caption(
    common: &str,
    tails: Option<&[String]>,
    repeat: &Repeat,
    panels: usize,
    what: &str,
) -> Markup {
    let repeat = match repeat {
        Repeat::TheMedian => "the median run".to_string(),
        Repeat::TheOnly => "the only run".to_string(),
        Repeat::TheMedianOf(n) => format!("the median of {n} runs"),
    };
    let each = match (panels, tails) {
        (..=1, _) => "",
        (_, None) => " of each case, all on one time axis",
        (_, Some(_)) => " of each, all on one time axis",
    };
    html! {
        p { b { (common) } @if let Some(tails) = tails { " (" (tails.join(", ")) ")" } ", " (repeat) (each) ". " (what) }
    }
}

/// A panel's requests, for who cannot see them: the first sentence.
pub fn in_all(
    of: &str,
    requests: usize,
    total: &str,
    outcomes: &[String],
    in_flight: &Quantity,
    in_service: &Quantity,
) -> String {
    format!(
        "{of}: {} over {total}, {}; at most {in_flight} in flight and {in_service} being served at once.",
        counted::requests(requests),
        outcomes.join(", ")
    )
}

/// How many were answered by when, a wave after the other.
pub fn in_waves(waves: &[(usize, String)]) -> String {
    let each = waves.iter().map(|(answered, last)| format!("{answered} by {last}"));
    format!("Answered: {}.", each.collect::<Vec<_>>().join(", then "))
}

pub fn first_and_last(first: &str, last: &str) -> String {
    format!("The first was answered at {first}, the last at {last}.")
}

pub const NONE_QUEUED: &str = "None queued for long.";

pub fn queued(how_many: usize, longest: &str) -> String {
    format!("{how_many} queued, the longest for {longest}.")
}

pub const NONE_SILENT: &str = "None was long without a word.";

/// Of streams: how many, of all, and for how long at most.
pub fn silent(how_many: usize, longest: &str) -> String {
    format!("{how_many} had no word for a while, the longest for {longest}.")
}

/// The requests that were sent beside the load.
pub fn probes(how_many: usize, path: &str, median: &str, longest: &str) -> String {
    let asked = counted::requests(how_many);
    format!("Beside them {asked} to {path}: median {median}, longest {longest}.")
}

pub fn one_after_the_other(took: &[String]) -> String {
    format!("One after the other they took {}.", took.join(", "))
}

/// A stretch of a lane, at which a pointer rests: moments in milliseconds.
pub fn stretch(lane: &str, what: &str, from: &str, to: &str) -> String {
    format!("{lane}: {what}, {from} to {to} ms")
}

/// What is counted while a figure is played, by `theme/replay.js`: of one, and where it differs, of more.
pub mod tally {
    pub const QUEUEING: &str = "queueing";
    pub const NO_WORD: &str = "no word yet";
    pub const WAITING: &str = "waiting";
    pub const BEING_SERVED: &str = "being served";
    pub const RECEIVING: &str = "receiving";
    pub const WORKERS: &str = "worker|workers";
    pub const OPEN: &str = "open";
    pub const POLLS: &str = "poll|polls";
    pub const DONE: &str = "done";
    pub const ANSWERED: &str = "answered";
    pub const FAILED: &str = "failed";
    pub const HUNG_UP: &str = "hung up";
}
