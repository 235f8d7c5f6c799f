//! Figures, drawn as SVG from recorded runs: one panel a case, all on one time axis.
//!
//! A panel of few lanes is a timeline: who was waiting, who was being served. A panel of many is
//! the curve of how many requests were in flight. A trace has tasks for lanes. The SVG has no viewBox: what lies on the time
//! axis is placed in percent and everything else in pixels, so text has its size on a phone too.

mod curve;
mod data;
mod lanes;
mod scale;
mod svg;
mod trace;

use maud::{Markup, html};
use while_you_wait::names::{Runs, Series, series_of};
use while_you_wait::quantity::Quantity;
use while_you_wait::record::{Outcome, Run};
use while_you_wait::summary::{Summary, summarize};
use while_you_wait::timeline;

use crate::machine;
use svg::Told;

/// More lanes than this, and a lane is too thin to follow.
const MOST_LANES: usize = 60;
/// More requests than this, and neither the bars nor the table below them can be read.
const MOST_REQUESTS: usize = 400;

/// More letters than this, and a line leaves a phone's page.
const LONGEST_LINE: usize = 42;

/// One case of a figure.
struct Panel<'a> {
    run: &'a Run,
    summary: Summary,
}

impl Panel<'_> {
    fn case(&self) -> &str {
        &self.run.header.case
    }

    fn total(&self) -> String {
        Quantity::Micros(self.summary.total as f64).to_string()
    }

    /// The outcomes, where not every request was answered; in lines that a phone has room for.
    fn trouble(&self) -> Vec<String> {
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

/// The figure of some cases, each by its median run.
///
/// # Errors
/// A series is not recorded, or not wholly.
pub fn draw(runs: &Runs, cases: &[Series]) -> Result<Markup, String> {
    let panels: Vec<Panel> = cases
        .iter()
        .map(|series| runs.median_run(series))
        .map(|run| match run? {
            run if run.samples.is_empty() => Err(format!(
                "{} kept no request by itself, so there is no line to draw",
                series_of(run)
            )),
            run => Ok(Panel { run, summary: summarize(run) }),
        })
        .collect::<Result<_, _>>()?;
    let few = panels.iter().all(|panel| {
        panel.run.samples.len() <= MOST_REQUESTS && timeline::lanes(panel.run).len() <= MOST_LANES
    });
    let (drawing, legend, data) = if few {
        let (drawing, legend) = lanes::draw(&panels);
        (drawing, legend, data::requests(&panels))
    } else {
        let curves = curve::thin(&panels);
        (curve::draw(&panels, &curves), html! {}, data::points(&panels, &curves))
    };
    let what = match few {
        true => "A line is a connection. Service is drawn to end at the answer’s first byte.",
        false => "How many requests were sent and not yet answered.",
    };
    Ok(whole(legend, drawing, caption(&panels, what), data))
}

/// The polls and wakes of a case's tasks, in its median run.
///
/// # Errors
/// The case is not recorded, or told of no task, or of too many to draw.
pub fn draw_trace(runs: &Runs, case: &Series) -> Result<Markup, String> {
    let run = runs.median_run(case)?;
    let panels = [Panel { run, summary: summarize(run) }];
    let trace::Figure { legend, drawing, caption: what } = trace::draw(&panels)?;
    Ok(whole(legend, drawing, caption(&panels, &what), data::events(&panels)))
}

fn whole(legend: Markup, drawing: Markup, caption: Markup, data: Markup) -> Markup {
    html! {
        div.figure {
            figure {
                (legend)
                (drawing)
                figcaption { (caption) }
            }
            details {
                summary { "The numbers of this figure" }
                (data)
            }
        }
    }
}

/// What a figure of requests tells who cannot see it.
fn told(panels: &[Panel], what: &str) -> Told {
    Told { title: title(panels, what), description: description(panels) }
}

/// What a figure is of.
fn title(panels: &[Panel], what: &str) -> String {
    let header = &panels[0].run.header;
    let cases: Vec<&str> = panels.iter().map(Panel::case).collect();
    format!("{what}, {}.{}: {}", header.chapter, header.experiment, cases.join(", "))
}

/// The requests in sentences.
fn description(panels: &[Panel]) -> String {
    let each = panels.iter().map(|panel| {
        format!(
            "{}: {} requests over {}, {}; at most {} in flight and {} being served at once.",
            panel.case(),
            Quantity::Count(panel.summary.requests as f64),
            panel.total(),
            panel.outcomes().join(", "),
            Quantity::Count(panel.summary.peak_in_flight.unwrap_or(0) as f64),
            Quantity::Count(panel.summary.peak_in_service.unwrap_or(0) as f64),
        )
    });
    each.collect::<Vec<_>>().join(" ")
}

fn caption(panels: &[Panel], what: &str) -> Markup {
    let header = &panels[0].run.header;
    let runs: Vec<&Run> = panels.iter().map(|panel| panel.run).collect();
    let mut commands: Vec<&str> = runs.iter().map(|run| run.header.command.as_str()).collect();
    commands.dedup();
    let repeats = match header.repeats {
        1 => "the only run".to_string(),
        n => format!("the median of {n} runs"),
    };
    html! {
        p {
            b { (header.chapter) "." (header.experiment) }
            ", " (repeats)
            @if panels.len() > 1 { " of each case, all on one time axis" }
            ". " (what)
        }
        p.provenance {
            (machine::sentence(&runs)) ". "
            @for command in commands { code { (command) } " " }
        }
    }
}
