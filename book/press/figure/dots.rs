//! Latencies: a dot a request, to the right by when it was due, upwards by how long it took. One
//! without an answer is a cross above all of them: it took longer than any.

use std::collections::HashSet;
use std::fmt::Write;

use maud::{Markup, html};
use while_you_wait::record::Sample;
use while_you_wait::views::quantity::Quantity;

use super::counts;
use super::panel::{Panel, accessible, time_axis};
use super::scale::{Scale, percent, round};
use super::svg::{Accessible, Drawn, Figure, frame, key, rules};
use super::tally::Told;
use crate::words::figure::{NO_ANSWER, requests as words};

/// The height of a panel, and of the band above it where crosses stand.
const HEIGHT: u32 = 150;
const CROSSES: u32 = 16;
/// Dots are placed to half a pixel of a page of this many half pixels.
const CELLS: f64 = 1400.0;
/// More marks than this, and those that lie on another are left out.
const MOST_MARKS: usize = 2000;

/// Where a panel's marks lie, in half pixels.
struct Marks {
    dots: Vec<(u32, u32)>,
    /// requests without an answer
    crosses: Vec<u32>,
    /// how many lie on another and are left out
    left_out: usize,
}

pub fn draw(panels: &[Panel]) -> Figure {
    let axis = time_axis(panels);
    let slowest =
        panels.iter().filter_map(|panel| requests(panel).filter_map(Sample::latency).max()).max();
    let scale = Scale::to(Quantity::Micros(slowest.unwrap_or(1) as f64), 5);
    let marks: Vec<Marks> = panels.iter().map(|panel| marks(panel, &axis, &scale)).collect();
    let drawn = panels.iter().zip(&marks).map(|(panel, marks)| {
        let band = if marks.crosses.is_empty() { 0 } else { CROSSES };
        Drawn {
            head: panel.head.clone(),
            length: quantiles(panel),
            height: HEIGHT + band,
            body: body(panel, marks, band, &axis, &scale),
            notes: panel.trouble(),
            told: Told {
                upright: Some((
                    "linear",
                    [(0.0, f64::from(band + HEIGHT)), (scale.end(), f64::from(band))],
                )),
                ..counts::of_answers(panel)
            },
        }
    });
    let Accessible { title, description } = accessible(panels, words::HOW_LONG);
    let each = panels.iter().map(|panel| format!(" {}: {}.", panel.tail, quantiles(panel)));
    let accessible = Accessible { title, description: description + &each.collect::<String>() };
    Figure {
        drawing: frame(&accessible, &axis, drawn.collect()),
        legend: legend(panels, &marks),
        caption: caption(panels, &marks),
    }
}

/// Probes count nowhere, so they are drawn nowhere.
fn requests<'a>(panel: &Panel<'a>) -> impl Iterator<Item = &'a Sample> + use<'a> {
    let run = panel.run;
    run.samples.iter().filter(|sample| !run.is_probe(sample))
}

fn marks(panel: &Panel, axis: &Scale, scale: &Scale) -> Marks {
    let (mut dots, mut crosses) = (Vec::new(), Vec::new());
    for sample in requests(panel) {
        let x = (axis.at(sample.due as f64) * CELLS).round() as u32;
        match sample.latency() {
            Some(us) => dots.push((x, (height(scale, us) * 2.0).round() as u32)),
            None => crosses.push(x),
        }
    }
    let all = dots.len() + crosses.len();
    if all > MOST_MARKS {
        let (mut dot, mut cross) = (HashSet::new(), HashSet::new());
        dots.retain(|at| dot.insert(*at));
        crosses.retain(|at| cross.insert(*at));
    }
    dots.sort_unstable();
    Marks { left_out: all - dots.len() - crosses.len(), dots, crosses }
}

/// How far below the panel's top a latency lies, in pixels.
fn height(scale: &Scale, us: u64) -> f64 {
    f64::from(HEIGHT) * (1.0 - scale.at(us as f64))
}

fn quantiles(panel: &Panel) -> String {
    let shown = |us: Option<u64>| match us {
        Some(us) => Quantity::Micros(us as f64).to_string(),
        None => NO_ANSWER.into(),
    };
    let latency = &panel.summary.latency;
    words::quantiles(&shown(latency.p50), &shown(latency.p99))
}

fn body(panel: &Panel, marks: &Marks, band: u32, axis: &Scale, scale: &Scale) -> Markup {
    let y = |us: f64| round(f64::from(band) + f64::from(HEIGHT) * (1.0 - scale.at(us)));
    let ticks = scale.ticks[1..].iter().map(|tick| (y(*tick), scale.label(*tick)));
    let (lines, labels) = rules(&ticks.collect::<Vec<_>>(), axis);
    html! {
        (lines)
        // Stretched to the page's width; the dots are not.
        svg.dots y=(band) width="100%" height=(HEIGHT) viewBox=(format!("0 0 {CELLS} {}", HEIGHT * 2)) preserveAspectRatio="none" {
            path d=(path(&marks.dots)) fill="none" stroke="#068" stroke-width="5" stroke-linecap="round" vector-effect="non-scaling-stroke" {}
        }
        g.failed fill="none" {
            @for x in &marks.crosses {
                svg.cross x=(percent(f64::from(*x) / CELLS)) y="7" overflow="visible" {
                    path d="M-3 -3L3 3M3 -3L-3 3" stroke="#b00" stroke-width="1.5" {}
                }
            }
        }
        @if let Some(us) = panel.summary.latency.p99 {
            line.p99 x1="0" x2="100%" y1=(y(us as f64)) y2=(y(us as f64)) stroke="#c60" stroke-width="1.5" stroke-dasharray="6 4" {}
        }
        (labels)
        line.floor x1="0" x2="100%" y1=(band + HEIGHT) y2=(band + HEIGHT) stroke="#999" {}
    }
}

/// Strokes of no length, whose round ends are the dots: one element for all of them. Each is told by how far
/// it lies from the one before, which is less to write.
fn path(dots: &[(u32, u32)]) -> String {
    let mut path = String::new();
    let (mut at_x, mut at_y) = (0, 0);
    for (x, y) in dots.iter().map(|(x, y)| (i64::from(*x), i64::from(*y))) {
        let (right, down) = (x - at_x, y - at_y);
        let between = if down < 0 { "" } else { " " };
        let _ = write!(path, "m{right}{between}{down}h0");
        (at_x, at_y) = (x, y);
    }
    path
}

/// Only what the figure shows.
fn legend(panels: &[Panel], marks: &[Marks]) -> Markup {
    let dot = html! { circle.dot cx="14" cy="7" r="2" fill="#068" {} };
    let dashes = html! {
        line.p99 x1="0" x2="28" y1="7" y2="7" stroke="#c60" stroke-width="1.5" stroke-dasharray="6 4" {}
    };
    let cross = html! {
        g.failed { path d="M11 4L17 10M17 4L11 10" stroke="#b00" stroke-width="1.5" {} }
    };
    html! {
        ul.legend {
            @if marks.iter().any(|marks| !marks.dots.is_empty()) { (key(dot, words::A_REQUEST)) }
            @if marks.iter().any(|marks| !marks.crosses.is_empty()) {
                (key(cross, words::UNANSWERED))
            }
            @if panels.iter().any(|panel| panel.summary.latency.p99.is_some()) {
                (key(dashes, words::P99))
            }
        }
    }
}

fn caption(panels: &[Panel], marks: &[Marks]) -> String {
    let mut sentences = vec![words::DOTS];
    if panels.iter().any(|panel| panel.run.header.load.warm_up_us.is_some()) {
        sentences.push(words::WARMED_UP);
    }
    if marks.iter().any(|marks| marks.left_out > 0) {
        sentences.push(words::LEFT_OUT);
    }
    sentences.join(" ")
}
