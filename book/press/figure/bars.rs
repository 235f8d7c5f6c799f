//! Bars on lanes, which timelines and what a server saw have in common. What is not seen by colour
//! is seen by height: service is thick, waiting thin, failing ends in a cross.

use std::fmt::Write;

use maud::{Markup, html};

use super::scale::{Scale, percent, round};
use super::svg::key;

/// Narrower than this share of the axis, and a stretch cannot be seen: the legend leaves it out,
/// and as no pointer can rest on it, it has no words of its own.
pub const VISIBLE: f64 = 0.002;

/// More bars than this in a panel, and none has words of its own: it is a few pixels high, and the
/// table below the figure tells of each.
const MOST_TOLD: usize = 150;

/// Bars without words of their own are one path, placed to a ten-thousandth of the axis, which is less than
/// a tenth of a pixel.
const CELLS: f64 = 10_000.0;

/// Narrower than this, a seventh of a pixel on the widest page, and a bar leaves no trace.
const TRACELESS: f64 = 0.0002;

/// A kind of stretch: its class in the style sheet, its words, its share of a lane's height.
pub struct Kind {
    pub class: &'static str,
    pub words: &'static str,
    pub colour: &'static str,
    pub height: f64,
}

impl Kind {
    fn is_failing(&self) -> bool {
        self.class == "failed"
    }
}

/// A stretch as it is drawn.
pub struct Bar {
    pub from: u64,
    pub to: u64,
    /// which of the figure's kinds
    pub kind: usize,
    /// what a pointer resting on it is told
    pub words: String,
    /// over too soon to be seen, and drawn all the same, wider than it was
    pub tick: bool,
}

/// How high a lane is, by how many the fullest panel has.
pub fn lane_height(most: usize) -> u32 {
    match most {
        0..=12 => 16,
        13..=30 => 10,
        _ => 6,
    }
}

/// Lanes below each other.
pub fn draw(lanes: &[Vec<Bar>], kinds: &[Kind], axis: &Scale, height: u32) -> Markup {
    let bars = || {
        let placed = |(at, lane)| std::iter::repeat(at as u32 * height).zip::<&Vec<Bar>>(lane);
        lanes.iter().enumerate().flat_map(placed)
    };
    let of = |nth: usize| bars().filter(move |(_, bar)| bar.kind == nth && !bar.tick);
    let told = bars().count() <= MOST_TOLD;
    html! {
        @for (nth, kind) in kinds.iter().enumerate() {
            @if of(nth).next().is_some() {
                g class=(kind.class) fill=(kind.colour) {
                    @if told {
                        @for (top, bar) in of(nth) { (stretch(kind, axis, top, height, bar)) }
                    } @else {
                        (stretches(kind, axis, lanes.len() as u32 * height, height, of(nth)))
                    }
                    @if kind.is_failing() {
                        @for (top, bar) in of(nth) { (cross(kind, axis, top, height, bar)) }
                    }
                }
            }
        }
        @for (top, bar) in bars().filter(|(_, bar)| bar.tick) {
            @let kind = &kinds[bar.kind];
            rect class=(kind.class) fill=(kind.colour) x=(axis.percent(bar.from as f64)) y=(top + 1) width="2" height=(height - 2) {
                title { (bar.words) }
            }
        }
    }
}

/// How far below a lane's top a kind's bars begin, and how thick they are.
fn thickness(kind: &Kind, height: u32) -> (f64, f64) {
    let thick = (f64::from(height - 2) * kind.height).max(1.0);
    ((f64::from(height) - thick) / 2.0, thick)
}

fn is_drawn(axis: &Scale, bar: &Bar) -> bool {
    axis.at((bar.to - bar.from) as f64) >= TRACELESS
}

fn stretch(kind: &Kind, axis: &Scale, top: u32, height: u32, bar: &Bar) -> Markup {
    let (below, thick) = thickness(kind, height);
    let share = axis.at((bar.to - bar.from) as f64);
    html! {
        @if is_drawn(axis, bar) {
            rect x=(axis.percent(bar.from as f64)) y=(round(f64::from(top) + below)) width=(percent(share)) height=(round(thick)) {
                @if share >= VISIBLE { title { (bar.words) } }
            }
        }
    }
}

/// All bars of a kind, in tenths of a pixel downwards.
fn stretches<'a>(
    kind: &Kind,
    axis: &Scale,
    whole: u32,
    height: u32,
    bars: impl Iterator<Item = (u32, &'a Bar)>,
) -> Markup {
    let (below, thick) = thickness(kind, height);
    let tall = (thick * 10.0).round();
    let cell = |us: u64| (axis.at(us as f64) * CELLS).round();
    let mut path = String::new();
    for (top, bar) in bars.filter(|(_, bar)| is_drawn(axis, bar)) {
        let (from, y) = (cell(bar.from), ((f64::from(top) + below) * 10.0).round());
        let _ = write!(path, "M{from} {y}H{}v{tall}H{from}z", cell(bar.to));
    }
    html! {
        svg width="100%" height=(whole) viewBox=(format!("0 0 {CELLS} {}", whole * 10)) preserveAspectRatio="none" {
            path.bars d=(path) vector-effect="non-scaling-stroke" {}
        }
    }
}

fn cross(kind: &Kind, axis: &Scale, top: u32, height: u32, bar: &Bar) -> Markup {
    let (middle, arm) = (f64::from(top) + f64::from(height) / 2.0, f64::from(height) * 0.3);
    html! {
        svg.cross x=(axis.percent(bar.to as f64)) y=(round(middle)) overflow="visible" {
            path d=(format!("M-{arm} -{arm}L{arm} {arm}M{arm} -{arm}L-{arm} {arm}")) stroke=(kind.colour) stroke-width="2" {}
        }
    }
}

/// Only what the figure shows.
pub fn legend<'a>(
    bars: impl Iterator<Item = &'a Bar> + Clone,
    kinds: &[Kind],
    axis: &Scale,
) -> Markup {
    let seen = |nth: usize| {
        let visible = |bar: &Bar| bar.tick || axis.at((bar.to - bar.from) as f64) >= VISIBLE;
        bars.clone().any(|bar| bar.kind == nth && visible(bar))
    };
    let drawing = |kind: &Kind| {
        let thick = 12.0 * kind.height;
        html! {
            g class=(kind.class) fill=(kind.colour) {
                rect x="0" y=(round(7.0 - thick / 2.0)) width="28" height=(round(thick)) {}
                @if kind.is_failing() {
                    path d="M16 3L24 11M24 3L16 11" stroke=(kind.colour) stroke-width="2" {}
                }
            }
        }
    };
    html! {
        ul.legend {
            @for (nth, kind) in kinds.iter().enumerate() {
                @if seen(nth) { (key(drawing(kind), kind.words)) }
            }
        }
    }
}
