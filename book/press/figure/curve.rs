//! Curves: how many requests were in flight, for runs of too many lanes to draw.

use std::fmt::Write;

use maud::html;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::timeline::in_flight;

use super::counts;
use super::panel::{Panel, accessible, time_axis};
use super::svg::{Drawn, Figure, frame};
use crate::words::figure::requests as words;

/// Points that a curve may have: enough for a wide page, and a table can still be read.
const MOST_POINTS: usize = 200;
const HEIGHT: u32 = 84;

/// A step curve whose points are all recorded ones.
pub struct Curve {
    pub points: Vec<(u64, usize)>,
    /// by how much the curve may be off the recorded one, in requests
    pub error: usize,
}

/// The curves of the panels, each with as few points as its error allows.
pub fn thin(panels: &[Panel]) -> Vec<Curve> {
    panels.iter().map(|panel| thinned(&in_flight(panel.run))).collect()
}

/// Leaves out steps, but never moves one: between two kept points the recorded curve stays
/// within `error` of the drawn one. The highest point and the last are always kept.
fn thinned(steps: &[(u64, usize)]) -> Curve {
    let mut error = 0;
    loop {
        let points = keep(steps, error);
        if points.len() <= MOST_POINTS {
            return Curve { points, error };
        }
        error = (error * 5 / 4).max(error + 1);
    }
}

fn keep(steps: &[(u64, usize)], error: usize) -> Vec<(u64, usize)> {
    let highest = steps.iter().map(|(_, height)| *height).max();
    let mut kept: Vec<(u64, usize)> = Vec::new();
    let mut drawn = 0;
    let mut peaked = false;
    for (at, &(when, height)) in steps.iter().enumerate() {
        let peak = !peaked && Some(height) == highest;
        peaked |= peak;
        if height.abs_diff(drawn) > error || at == 0 || at + 1 == steps.len() || peak {
            kept.push((when, height));
            drawn = height;
        }
    }
    kept
}

pub fn draw(panels: &[Panel], curves: &[Curve]) -> Figure {
    let axis = time_axis(panels);
    let most =
        panels.iter().filter_map(|panel| panel.summary.peak_in_flight).max().unwrap_or(1).max(1);
    let drawn = curves
        .iter()
        .zip(panels)
        .map(|(curve, panel)| {
            let peak = Quantity::Count(panel.summary.peak_in_flight.unwrap_or(0) as f64);
            let mut notes = vec![words::at_most_in_flight(&peak.to_string())];
            notes.extend(panel.trouble());
            let body = html! {
                // Stretched to the page's width; the outline keeps its own.
                svg.curve width="100%" height=(HEIGHT) viewBox="0 0 2000 1000" preserveAspectRatio="none" {
                    path d=(path(curve, most, |us| axis.at(us as f64))) fill="#9bd" stroke="#068"
                        stroke-width="1.5" vector-effect="non-scaling-stroke" {}
                }
                line.floor x1="0" x2="100%" y1=(HEIGHT) y2=(HEIGHT) stroke="#999" {}
            };
            Drawn {
                head: panel.head.clone(),
                length: panel.total(),
                height: HEIGHT,
                body,
                notes,
                told: counts::of_requests(panel, &axis),
            }
        })
        .collect();
    Figure {
        legend: html! {},
        drawing: frame(&accessible(panels, words::IN_FLIGHT), &axis, drawn),
        caption: words::CURVE.into(),
    }
}

/// Steps, closed along the floor.
fn path(curve: &Curve, most: usize, x: impl Fn(u64) -> f64) -> String {
    let x = |us| (x(us) * 2000.0).round();
    let y = |height: usize| (1000.0 * (1.0 - height as f64 / most as f64)).round();
    let mut path = String::new();
    if let (Some(first), Some(last)) = (curve.points.first(), curve.points.last()) {
        let _ = write!(path, "M{} 1000", x(first.0));
        for (when, height) in &curve.points {
            let _ = write!(path, "H{}V{}", x(*when), y(*height));
        }
        let _ = write!(path, "H{}V1000Z", x(last.0));
    }
    path
}
