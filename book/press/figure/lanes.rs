//! Timelines: a bar for each stretch of each request. What is not seen by colour is seen by
//! height: service is thick, waiting thin, failing ends in a cross.

use maud::{Markup, html};
use while_you_wait::quantity::Quantity;
use while_you_wait::timeline::{Doing, Lane, Span, lanes};

use super::panel::{Panel, told};
use super::scale::{Scale, ms, percent};
use super::svg::{Drawn, frame, key, time_axis};

/// Narrower than this share of the axis, and a stretch cannot be seen: the legend leaves it out.
const VISIBLE: f64 = 0.002;

/// A kind of stretch: its class in the style sheet, its words, its share of a lane's height.
#[derive(Clone, Copy, PartialEq)]
struct Kind {
    class: &'static str,
    words: &'static str,
    colour: &'static str,
    height: f64,
}

/// In the order of a request's life, and of the legend.
const KINDS: [Kind; 5] = [
    Kind { class: "connecting", words: "connecting", colour: "#999", height: 0.15 },
    Kind { class: "waiting", words: "queueing", colour: "#c60", height: 0.3 },
    Kind { class: "served", words: "being served", colour: "#068", height: 1.0 },
    Kind { class: "receiving", words: "receiving the answer", colour: "#3ad", height: 0.6 },
    Kind { class: "failed", words: "failed", colour: "#b00", height: 0.3 },
];

fn kind(doing: Doing) -> Kind {
    KINDS[match doing {
        Doing::Connecting => 0,
        Doing::Waiting => 1,
        Doing::Served => 2,
        Doing::Receiving => 3,
        Doing::Failed(_) => 4,
    }]
}

/// The drawing and its legend.
pub fn draw(panels: &[Panel]) -> (Markup, Markup) {
    let axis = time_axis(panels);
    let all: Vec<Vec<Lane>> = panels.iter().map(|panel| lanes(panel.run)).collect();
    let most = all.iter().map(Vec::len).max().unwrap_or(1);
    let height = match most {
        0..=12 => 16,
        13..=30 => 10,
        _ => 6,
    };
    let drawn = all
        .iter()
        .zip(panels)
        .map(|(lanes, of)| Drawn {
            head: of.head.clone(),
            length: of.total(),
            height: lanes.len() as u32 * height,
            body: panel(lanes, &axis, height),
            notes: of.trouble(),
        })
        .collect();
    (frame(&told(panels, "Who waited when"), &axis, drawn), legend(&all, &axis))
}

fn panel(lanes: &[Lane], axis: &Scale, height: u32) -> Markup {
    let of = |kind_: Kind| {
        lanes.iter().enumerate().flat_map(move |(at, lane)| {
            let of_kind = move |span: &&Span| kind(span.doing) == kind_;
            lane.spans.iter().filter(of_kind).map(move |span| (at as u32 * height, span))
        })
    };
    html! {
        @for kind in KINDS {
            @if of(kind).next().is_some() {
                g class=(kind.class) fill=(kind.colour) {
                    @for (top, span) in of(kind) { (bar(kind, axis, top, height, span)) }
                }
            }
        }
        @for (at, lane) in lanes.iter().enumerate() {
            @for request in lane.spans.chunk_by(|one, next| one.sample == next.sample) {
                (tick(axis, at as u32 * height, height, request))
            }
        }
    }
}

fn bar(kind: Kind, axis: &Scale, top: u32, height: u32, span: &Span) -> Markup {
    let room = f64::from(height - 2);
    let thick = (room * kind.height).max(1.0);
    let y = f64::from(top) + (f64::from(height) - thick) / 2.0;
    let x = axis.percent(span.from as f64);
    let width = percent(axis.at((span.to - span.from) as f64));
    let (middle, arm) = (f64::from(top) + f64::from(height) / 2.0, f64::from(height) * 0.3);
    html! {
        rect x=(x) y=(round(y)) width=(width) height=(round(thick)) {
            title { (words(span)) }
        }
        @if let Doing::Failed(_) = span.doing {
            svg.cross x=(axis.percent(span.to as f64)) y=(round(middle)) overflow="visible" {
                path d=(format!("M-{arm} -{arm}L{arm} {arm}M{arm} -{arm}L-{arm} {arm}")) stroke=(kind.colour) stroke-width="2" {}
            }
        }
    }
}

/// A request that was over too soon for its bars to be seen is seen all the same.
fn tick(axis: &Scale, top: u32, height: u32, request: &[Span]) -> Markup {
    let [first, .., last] = request else { return html! {} };
    let too_short = axis.at((last.to - first.from) as f64) < VISIBLE;
    if !too_short || matches!(last.doing, Doing::Failed(_)) {
        return html! {};
    }
    let served = kind(Doing::Served);
    html! {
        rect class=(served.class) fill=(served.colour) x=(axis.percent(first.from as f64)) y=(top + 1) width="2" height=(height - 2) {
            title { "request " (last.sample + 1) ": answered within " (Quantity::Micros((last.to - first.from) as f64)) }
        }
    }
}

/// What a pointer resting on a bar is told.
fn words(span: &Span) -> String {
    let what = match span.doing {
        Doing::Failed(outcome) => outcome.to_string(),
        doing => kind(doing).words.to_string(),
    };
    format!("request {}: {what}, {} to {} ms", span.sample + 1, ms(span.from), ms(span.to))
}

/// Only what the figure shows.
fn legend(all: &[Vec<Lane>], axis: &Scale) -> Markup {
    let spans = || all.iter().flatten().flat_map(|lane| &lane.spans);
    let seen = |wanted: &Kind| {
        spans().any(|span| {
            kind(span.doing) == *wanted && axis.at((span.to - span.from) as f64) >= VISIBLE
        })
    };
    let drawing = |kind: &Kind| {
        let thick = 12.0 * kind.height;
        html! {
            g class=(kind.class) fill=(kind.colour) {
                rect x="0" y=(round(7.0 - thick / 2.0)) width="28" height=(round(thick)) {}
                @if kind.class == "failed" {
                    path d="M16 3L24 11M24 3L16 11" stroke=(kind.colour) stroke-width="2" {}
                }
            }
        }
    };
    html! {
        ul.legend {
            @for kind in KINDS.iter().filter(|kind| seen(kind)) { (key(drawing(kind), kind.words)) }
        }
    }
}

pub fn round(px: f64) -> f64 {
    (px * 10.0).round() / 10.0
}
