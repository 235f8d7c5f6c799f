//! Figures, drawn as SVG from recorded runs: one panel a series, all on one axis.
//!
//! A timeline of few lanes shows who was waiting, who was being served; one of many is the curve of
//! how many requests were in flight. A trace has tasks for lanes, and what a server saw has
//! connections. Latencies are a dot a request. A sweep has what was offered for its axis, and a
//! strip a number in each repeat.
//!
//! The SVG has no viewBox: what lies on the axis is placed in percent and everything else in pixels,
//! so text has its size on a phone too.

mod bars;
mod counts;
mod curve;
mod data;
mod dots;
mod formula;
mod lanes;
mod moving;
mod panel;
mod saturation;
mod scale;
mod served;
mod strip;
mod svg;
mod tally;
mod told;
mod trace;

use maud::{Markup, html};
use while_you_wait::views::names::{Runs, Series};
use while_you_wait::views::{sweep, timeline};

use crate::rows::Called;
use crate::words::figure as words;
pub use formula::{draw_queue, draw_waits};
use panel::{MOST_LANES, Panel, caption};
use svg::Figure;

/// More requests than this, and neither the bars nor the table below them can be read.
const MOST_REQUESTS: usize = 400;

/// Who waited when, of some series, each by its median run.
///
/// # Errors
/// A series is not recorded, or not wholly, or kept no request by itself.
pub fn draw(runs: &Runs, series: &[Series]) -> Result<Markup, String> {
    let panels = Panel::of_requests(runs, series, "line")?;
    let few = panels.iter().all(|panel| {
        panel.run.samples.len() <= MOST_REQUESTS && timeline::lanes(panel.run).len() <= MOST_LANES
    });
    let (figure, data) = if few {
        (lanes::draw(&panels), data::requests(&panels))
    } else {
        let curves = curve::thin(&panels);
        (curve::draw(&panels, &curves), data::points(&panels, &curves))
    };
    Ok(of_panels(&panels, figure, data))
}

/// The polls and wakes of a case's tasks, in its median run.
///
/// # Errors
/// The case is not recorded, or told of no task, or of too many to draw.
pub fn draw_trace(runs: &Runs, case: &Series) -> Result<Markup, String> {
    let panels = Panel::all(runs, std::slice::from_ref(case))?;
    Ok(of_panels(&panels, trace::draw(&panels)?, data::events(&panels)))
}

/// What the servers of some series saw of their connections.
///
/// # Errors
/// A series is not recorded, or told of no connection, or of too many to draw.
pub fn draw_served(runs: &Runs, series: &[Series]) -> Result<Markup, String> {
    let panels = Panel::all(runs, series)?;
    Ok(of_panels(&panels, served::draw(&panels)?, data::events(&panels)))
}

/// A case's requests as its server saw them, moving.
///
/// # Errors
/// As [`draw_served`].
pub fn draw_moving(runs: &Runs, case: &Series) -> Result<Markup, String> {
    let panels = Panel::all(runs, std::slice::from_ref(case))?;
    moving::draw(&panels[0])
}

/// How long each request took, by when it was due.
///
/// # Errors
/// As [`draw`].
pub fn draw_latencies(runs: &Runs, series: &[Series]) -> Result<Markup, String> {
    let panels = Panel::of_requests(runs, series, "dot")?;
    Ok(of_panels(&panels, dots::draw(&panels), data::slices(&panels)))
}

/// What was answered, and how fast, by what was offered.
///
/// # Errors
/// There are fewer than two such experiments, or one of them offered no rate.
pub fn draw_saturation(runs: &Runs, sweep: &Series) -> Result<Markup, String> {
    let steps = sweep::steps(runs, sweep)?;
    let (drawing, legend) = saturation::draw(sweep, &steps);
    let repeats = steps.iter().map(|step| step.runs.len()).max().unwrap_or(1);
    let of = format!("{}.{}", sweep.chapter, sweep.experiment);
    let caption = words::numbers::sweep_caption(&of, &sweep.case, repeats, steps.len());
    Ok(whole(legend, drawing, caption, data::sweep(sweep, &steps)))
}

/// A number in every repeat of some series, each repeat a dot.
///
/// # Errors
/// A series is not recorded, or has no such number.
pub fn draw_strip(runs: &Runs, series: &[Series], metric: &str) -> Result<Markup, String> {
    let strips = strip::read(runs, series, metric)?;
    let called = Called::of(series);
    let (drawing, legend) = strip::draw(&called.common, &strips, metric);
    let caption = strip::caption(&called, &strips, metric);
    Ok(whole(legend, drawing, caption, data::repeats(&called, &strips, metric)))
}

fn of_panels(panels: &[Panel], figure: Figure, data: Markup) -> Markup {
    whole(figure.legend, figure.drawing, caption(panels, &figure.caption), data)
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
                summary { (words::NUMBERS) }
                (data)
            }
        }
    }
}
