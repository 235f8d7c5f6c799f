//! Bars on lanes, which timelines and what a server saw have in common. What is not seen by colour
//! is seen by height: service is thick, waiting thin, failing ends in a cross.

use maud::{Markup, html};

use super::scale::{Scale, percent, round};
use super::svg::key;

/// Narrower than this share of the axis, and a stretch cannot be seen: the legend leaves it out,
/// and as no pointer can rest on it, it has no words of its own.
pub const VISIBLE: f64 = 0.002;

/// More bars than this in a panel, and none has words of its own: it is a few pixels high, and the
/// table below the figure tells of each.
const MOST_TOLD: usize = 150;

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
                    @for (top, bar) in of(nth) { (stretch(kind, axis, top, height, bar, told)) }
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

fn stretch(kind: &Kind, axis: &Scale, top: u32, height: u32, bar: &Bar, told: bool) -> Markup {
    let room = f64::from(height - 2);
    let thick = (room * kind.height).max(1.0);
    let y = f64::from(top) + (f64::from(height) - thick) / 2.0;
    let x = axis.percent(bar.from as f64);
    let share = axis.at((bar.to - bar.from) as f64);
    let (middle, arm) = (f64::from(top) + f64::from(height) / 2.0, f64::from(height) * 0.3);
    html! {
        @if share >= TRACELESS {
            rect x=(x) y=(round(y)) width=(percent(share)) height=(round(thick)) {
                @if told && share >= VISIBLE { title { (bar.words) } }
            }
        }
        @if kind.is_failing() {
            svg.cross x=(axis.percent(bar.to as f64)) y=(round(middle)) overflow="visible" {
                path d=(format!("M-{arm} -{arm}L{arm} {arm}M{arm} -{arm}L-{arm} {arm}")) stroke=(kind.colour) stroke-width="2" {}
            }
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
