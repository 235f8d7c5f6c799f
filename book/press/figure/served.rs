//! What a server saw: a lane for each connection, a bar for each request on it.

use while_you_wait::views::names::series_of;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::served::{
    ConnectionLane as Lane, ConnectionSpan as Span, ConnectionState as Doing, lanes, peak,
};

use super::bars::{self, Bar, Kind, VISIBLE};
use super::counts;
use super::panel::{MOST_EVENTS, MOST_LANES, Panel, time_axis, title};
use super::scale::{Scale, ms};
use super::svg::{Accessible, Drawn, Figure, frame};
use crate::words::figure::{TICKS, server as words, stretch};

/// In the order of a connection's life, and of the legend.
const KINDS: [Kind; 2] = [
    Kind { class: "connecting", words: words::NOTHING_ASKED, colour: "#999", height: 0.15 },
    Kind { class: "served", words: words::BEING_SERVED, colour: "#068", height: 1.0 },
];

/// # Errors
/// A run told of no connection, or of too many to draw, or of something else.
pub fn draw(panels: &[Panel]) -> Result<Figure, String> {
    let axis = time_axis(panels);
    let all: Vec<Vec<Lane>> = panels.iter().map(seen).collect::<Result<_, _>>()?;
    let bars: Vec<Vec<Vec<Bar>>> =
        all.iter().map(|lanes| lanes.iter().map(|lane| bars_of(lane, &axis)).collect()).collect();
    let height = bars::lane_height(all.iter().map(Vec::len).max().unwrap_or(1));
    let drawn = panels.iter().zip(&all).zip(&bars).map(|((panel, lanes), bars)| Drawn {
        head: panel.head.clone(),
        length: words::in_all(lanes.len(), asked(lanes)),
        height: lanes.len() as u32 * height,
        body: bars::draw(bars, &KINDS, &axis, height),
        notes: panel.trouble(),
        told: counts::of_connections(panel, lanes),
    });
    let accessible = Accessible {
        title: title(panels, words::WHAT_IT_SAW),
        description: description(panels, &all),
    };
    let bars = bars.iter().flatten().flatten();
    let ticks = bars.clone().any(|bar| bar.tick).then_some(TICKS);
    let caption: Vec<&str> = [words::LINES].into_iter().chain(ticks).collect();
    Ok(Figure {
        legend: bars::legend(bars, &KINDS, &axis),
        drawing: frame(&accessible, &axis, drawn.collect()),
        caption: caption.join(" "),
    })
}

fn seen(panel: &Panel) -> Result<Vec<Lane>, String> {
    let case = series_of(panel.run);
    let lanes = lanes(panel.run).map_err(|why| format!("{case}: {why}"))?;
    let events = panel.run.events.len();
    if lanes.is_empty() {
        return Err(format!("{case} recorded no event, so there is no connection to draw"));
    }
    if lanes.len() > MOST_LANES || events > MOST_EVENTS {
        return Err(format!(
            "{case} recorded {events} events on {} lanes; a panel has room for {MOST_EVENTS} on {MOST_LANES}",
            lanes.len()
        ));
    }
    Ok(lanes)
}

fn bars_of(lane: &Lane, axis: &Scale) -> Vec<Bar> {
    let bar = |span: &Span| {
        let Span { from, to, doing } = *span;
        let (kind, what) = match doing {
            Doing::Open => (0, words::NOTHING_ASKED_YET),
            Doing::Idle => (0, words::OPEN_STILL),
            Doing::Served => (1, words::BEING_SERVED),
        };
        let words = stretch(&lane.name, what, &ms(from), &ms(to));
        let tick = doing == Doing::Served && axis.at((to - from) as f64) < VISIBLE;
        Bar { from, to, kind, words, tick }
    };
    lane.spans.iter().map(bar).collect()
}

/// How many requests there were.
fn asked(lanes: &[Lane]) -> usize {
    let spans = lanes.iter().flat_map(|lane| &lane.spans);
    spans.filter(|span| span.doing == Doing::Served).count()
}

/// The connections in sentences.
fn description(panels: &[Panel], all: &[Vec<Lane>]) -> String {
    let each = panels.iter().zip(all).map(|(panel, lanes)| {
        let over = Quantity::Micros(panel.run.end.at as f64).to_string();
        words::sentence(&panel.tail, lanes.len(), asked(lanes), &over, peak(lanes))
    });
    each.collect::<Vec<_>>().join(" ")
}
