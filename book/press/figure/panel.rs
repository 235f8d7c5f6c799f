//! Panels: one series of a figure each, shown by its median run, and what is said of them all.

use maud::Markup;
use while_you_wait::record::{Outcome, Run};
use while_you_wait::views::names::{Runs, Series, series_of};
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::summary::{Summary, summarize};

use super::scale::Scale;
use super::svg::{Accessible, LONGEST_LINE};
use super::told;
use crate::rows::Called;
use crate::words::figure::{self as words, NO_ANSWER, Repeat};

/// More lanes than this, and a lane is too thin to follow.
pub const MOST_LANES: usize = 60;
/// More events than this, and the table below them cannot be read.
pub const MOST_EVENTS: usize = 2000;

/// One series of a figure.
pub struct Panel<'a> {
    pub run: &'a Run,
    pub summary: Summary,
    /// what tells it from the others: its case, or its experiment
    pub head: String,
    /// what makes its name whole behind the part that all have in common
    pub tail: String,
}

impl<'a> Panel<'a> {
    /// # Errors
    /// A series is not recorded, or not wholly.
    pub fn all(runs: &'a Runs, series: &[Series]) -> Result<Vec<Self>, String> {
        let Called { heads, tails, .. } = Called::of(series);
        let names = heads.into_iter().zip(tails);
        let panel = |(series, (head, tail)): (&Series, (String, String))| {
            let run = runs.median_run(series)?;
            Ok(Panel { run, summary: summarize(run), head, tail })
        };
        series.iter().zip(names).map(panel).collect()
    }

    /// Of requests: `what` is to be drawn of each.
    ///
    /// # Errors
    /// As [`Panel::all`]; and a run that kept a histogram in place of its requests has none to draw.
    pub fn of_requests(runs: &'a Runs, series: &[Series], what: &str) -> Result<Vec<Self>, String> {
        let panels = Panel::all(runs, series)?;
        match panels
            .iter()
            .find(|panel| panel.run.samples.is_empty() || panel.run.histogram.is_some())
        {
            None => Ok(panels),
            Some(panel) => Err(format!(
                "{} kept no request by itself, so there is no {what} to draw",
                series_of(panel.run)
            )),
        }
    }

    /// Its whole name.
    pub fn of(&self) -> String {
        series_of(self.run).to_string()
    }

    pub fn total(&self) -> String {
        Quantity::Micros(self.summary.total as f64).to_string()
    }

    /// The outcomes, where not every request was answered; in lines that a phone has room for.
    pub fn trouble(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        if self.summary.outcomes.keys().any(|outcome| *outcome != Outcome::Ok) {
            for outcome in self.outcomes() {
                match lines.last_mut() {
                    Some(line) if line.len() + outcome.len() < LONGEST_LINE => {
                        line.push_str(", ");
                        line.push_str(&outcome);
                    }
                    _ => lines.push(outcome),
                }
            }
        }
        lines
    }

    /// The requests that were sent beside the load, where there were any: how long they took.
    fn probes(&self) -> Option<String> {
        let probe = self.run.header.load.probe.as_ref()?;
        let took = |us: Option<u64>| match us {
            Some(us) => Quantity::Micros(us as f64).to_string(),
            None => NO_ANSWER.into(),
        };
        let of = self.summary.probe;
        Some(words::probes(probe.requests as usize, &probe.path, &took(of.p50), &took(of.max)))
    }

    /// What became of the requests: `7 ok`, `3 refused`.
    fn outcomes(&self) -> Vec<String> {
        let count = |count: u64| Quantity::Count(count as f64);
        self.summary
            .outcomes
            .iter()
            .map(|(outcome, n)| format!("{} {outcome}", count(*n)))
            .collect()
    }
}

/// The time axis that holds every panel.
pub fn time_axis(panels: &[Panel]) -> Scale {
    let last = panels.iter().map(|panel| panel.run.end.at).max().unwrap_or(1);
    Scale::of_time(last)
}

/// What a figure of requests says to who cannot see it.
pub fn accessible(panels: &[Panel], what: &str) -> Accessible {
    Accessible { title: title(panels, what), description: description(panels) }
}

/// What a figure is of.
pub fn title(panels: &[Panel], what: &str) -> String {
    let Called { common, tails, .. } = called(panels);
    words::title(what, &common, &tails)
}

/// The requests in sentences.
fn description(panels: &[Panel]) -> String {
    let peak = |peak: Option<usize>| Quantity::Count(peak.unwrap_or(0) as f64);
    let each = panels.iter().flat_map(|panel| {
        let all = words::in_all(
            &panel.tail,
            panel.summary.requests as usize,
            &panel.total(),
            &panel.outcomes(),
            &peak(panel.summary.peak_in_flight),
            &peak(panel.summary.peak_in_service),
        );
        let probes = panel.probes().into_iter().chain(told::probes(panel.run));
        std::iter::once(all).chain(told::answers(panel.run)).chain(probes)
    });
    each.collect::<Vec<_>>().join(" ")
}

fn called(panels: &[Panel]) -> Called {
    Called::of(&panels.iter().map(|panel| series_of(panel.run)).collect::<Vec<_>>())
}

/// What is said below a figure: which runs it shows, and `what` they are drawn as. Where they come
/// from is the same for all figures of a page, and said once.
pub fn caption(panels: &[Panel], what: &str) -> Markup {
    let runs: Vec<&Run> = panels.iter().map(|panel| panel.run).collect();
    let called = called(panels);
    let repeat = match runs[0].header.repeats {
        n if runs.iter().any(|run| run.header.repeats != n) => Repeat::TheMedian,
        1 => Repeat::TheOnly,
        n => Repeat::TheMedianOf(n),
    };
    words::caption(&called.common, called.apart(), &repeat, panels.len(), what)
}
