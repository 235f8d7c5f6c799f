//! Timelines: a bar for each stretch of each request.

use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::timeline::{
    RequestLane as Lane, RequestSpan as Span, RequestState as Doing, lanes,
};

use super::bars::{self, Bar, Kind, VISIBLE};
use super::counts;
use super::panel::{Panel, accessible, time_axis};
use super::scale::{Scale, ms};
use super::svg::{Drawn, Figure, frame};
use crate::words::figure::{requests as words, stretch};

/// In the order of a request's life, and of the legend.
const KINDS: [Kind; 7] = [
    Kind { class: "connecting", words: words::CONNECTING, colour: "#999", height: 0.15 },
    Kind { class: "waiting", words: words::QUEUEING, colour: "#c60", height: 0.3 },
    Kind { class: "waiting", words: words::NO_WORD, colour: "#c60", height: 0.3 },
    Kind { class: "served", words: words::BEING_SERVED, colour: "#068", height: 1.0 },
    Kind { class: "receiving", words: words::RECEIVING, colour: "#3ad", height: 0.6 },
    Kind { class: "failed", words: words::FAILED, colour: "#b00", height: 0.3 },
    Kind { class: "hung-up", words: words::HUNG_UP, colour: "#757", height: 0.3 },
];

fn kind(doing: Doing) -> usize {
    match doing {
        Doing::Connecting => 0,
        Doing::Waiting => 1,
        Doing::Silent => 2,
        Doing::Served => 3,
        Doing::Receiving => 4,
        Doing::Failed(_) => 5,
        Doing::HungUp => 6,
    }
}

pub fn draw(panels: &[Panel]) -> Figure {
    let axis = time_axis(panels);
    let of_lane = |lane: &Lane| -> Vec<Bar> {
        let requests = || lane.spans.chunk_by(|one, next| one.sample == next.sample);
        let ticks = requests().filter_map(|request| tick(&axis, request));
        lane.spans.iter().map(bar).chain(ticks).collect()
    };
    let all: Vec<Vec<Vec<Bar>>> =
        panels.iter().map(|panel| lanes(panel.run).iter().map(of_lane).collect()).collect();
    let height = bars::lane_height(all.iter().map(Vec::len).max().unwrap_or(1));
    let drawn = all
        .iter()
        .zip(panels)
        .map(|(lanes, of)| Drawn {
            told: counts::of_requests(of, &axis),
            head: of.head.clone(),
            length: of.total(),
            height: lanes.len() as u32 * height,
            body: bars::draw(lanes, &KINDS, &axis, height),
            notes: of.trouble(),
        })
        .collect();
    let drawing = frame(&accessible(panels, words::WHO_WAITED), &axis, drawn);
    Figure {
        legend: bars::legend(all.iter().flatten().flatten(), &KINDS, &axis),
        drawing,
        caption: words::LINES.into(),
    }
}

fn bar(span: &Span) -> Bar {
    let what = match span.doing {
        Doing::Failed(outcome) => outcome.to_string(),
        doing => KINDS[kind(doing)].words.to_string(),
    };
    let nth = words::nth(span.sample + 1);
    let words = stretch(&nth, &what, &ms(span.from), &ms(span.to));
    Bar { from: span.from, to: span.to, kind: kind(span.doing), words, tick: false }
}

/// A request that was over too soon for its bars to be seen is seen all the same.
fn tick(axis: &Scale, request: &[Span]) -> Option<Bar> {
    let [first, .., last] = request else { return None };
    let long = last.to - first.from;
    if axis.at(long as f64) >= VISIBLE || matches!(last.doing, Doing::Failed(_)) {
        return None;
    }
    let within = Quantity::Micros(long as f64).to_string();
    let words = words::answered_within(last.sample + 1, &within);
    Some(Bar { from: first.from, to: last.to, kind: kind(Doing::Served), words, tick: true })
}
