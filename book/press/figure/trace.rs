//! Traces: a lane for each task. What is not seen by colour is seen by height: a poll is thick, a
//! wake half as thick, waiting a thread. A flag stands where a task was spawned, a dot where it
//! was done.

use maud::{Markup, html};
use while_you_wait::views::names::series_of;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::trace::{TaskLane as Lane, TaskSpan as Span, TaskState as Doing, lanes};

use super::counts;
use super::panel::{MOST_EVENTS, MOST_LANES, Panel, time_axis, title};
use super::scale::{Scale, ms, percent, round};
use super::svg::{Accessible, Drawn, Figure, frame, key};
use crate::words::figure::{TICKS, tasks as words};

/// A poll of microseconds in a wait of seconds: below this share of the axis, it is drawn as a tick.
const VISIBLE: f64 = 0.005;
/// The width of a tick, in pixels.
const TICK: f64 = 3.0;
/// The height of a lane's bars, and of the room for its name.
const BAR: f64 = 12.0;
const NAME: f64 = 17.0;
const LANE: u32 = 34;

/// A kind of stretch: its class in the style sheet, its words, its share of a bar's height.
struct Kind {
    doing: Doing,
    class: &'static str,
    words: &'static str,
    colour: &'static str,
    height: f64,
}

/// In the order of a task's life, and of the legend. Later ones are drawn first: a tick lies over
/// the wait beside it.
const KINDS: [Kind; 3] = [
    Kind { doing: Doing::Woken, class: "woken", words: words::WOKEN, colour: "#c60", height: 0.6 },
    Kind {
        doing: Doing::Polling,
        class: "polling",
        words: words::BEING_POLLED,
        colour: "#068",
        height: 1.0,
    },
    Kind {
        doing: Doing::Waiting,
        class: "pending",
        words: words::WAITING,
        colour: "#999",
        height: 0.2,
    },
];

/// # Errors
/// The run told of no task, or of too many to draw, or of something else.
pub fn draw(panels: &[Panel]) -> Result<Figure, String> {
    let panel = &panels[0];
    let case = series_of(panel.run);
    let lanes = lanes(panel.run).map_err(|why| format!("{case}: {why}"))?;
    let events = panel.run.events.len();
    if lanes.is_empty() {
        return Err(format!("{case} recorded no event, so there is no trace to draw"));
    }
    if lanes.len() > MOST_LANES || events > MOST_EVENTS {
        return Err(format!(
            "{case} recorded {events} events on {} lanes; a trace has room for {MOST_EVENTS} on {MOST_LANES}",
            lanes.len()
        ));
    }
    let axis = time_axis(panels);
    let drawn = Drawn {
        head: panel.head.clone(),
        length: micros(panel.run.end.at).to_string(),
        height: lanes.len() as u32 * LANE,
        body: body(&lanes, &axis),
        notes: panel.trouble(),
        told: counts::of_tasks(panel, &lanes),
    };
    let accessible = Accessible {
        title: title(panels, words::WHO_WAS_POLLED),
        description: words::description(&panel.head, &drawn.length, &sentences(&lanes)),
    };
    Ok(Figure {
        legend: legend(&lanes),
        drawing: frame(&accessible, &axis, vec![drawn]),
        caption: caption(&lanes, &axis),
    })
}

fn body(lanes: &[Lane], axis: &Scale) -> Markup {
    let tops = || lanes.iter().enumerate().map(|(at, lane)| (f64::from(at as u32 * LANE), lane));
    html! {
        @for kind in KINDS.iter().rev() {
            g class=(kind.class) fill=(kind.colour) {
                @for (top, lane) in tops() {
                    @for span in of(lane, kind.doing) { (bar(kind, axis, top, lane, span)) }
                }
            }
        }
        @for (top, lane) in tops() {
            (name(axis, top, lane))
            @if let Some(at) = lane.done {
                // Beside the last poll, which is a tick most of the time.
                svg.done x=(axis.percent(at as f64)) y=(top + NAME + BAR / 2.0) fill="#555" overflow="visible" {
                    circle cx=(TICK + 5.0) r="3.5" {
                        title { (words::done_at(&lane.name, &ms(at))) }
                    }
                }
            }
        }
    }
}

fn bar(kind: &Kind, axis: &Scale, top: f64, lane: &Lane, span: &Span) -> Markup {
    let thick = BAR * kind.height;
    let y = round(top + NAME + (BAR - thick) / 2.0);
    let words = || {
        let Span { from, to, .. } = *span;
        html! { title { (words::stretch(&lane.name, kind.words, &ms(from), &ms(to))) } }
    };
    let x = axis.percent(span.from as f64);
    if !is_tick(axis, span) {
        let width = percent(axis.at((span.to - span.from) as f64));
        return html! { rect x=(x) y=(y) width=(width) height=(round(thick)) { (words()) } };
    }
    // A task is woken first and polled then: the one tick ends where the other begins.
    let left = if kind.doing == Doing::Woken { -TICK } else { 0.0 };
    html! {
        svg x=(x) y=(y) overflow="visible" {
            rect x=(left) width=(TICK) height=(round(thick)) { (words()) }
        }
    }
}

/// Whether a stretch is drawn wider than it was. Waiting is not: nothing happened in it.
fn is_tick(axis: &Scale, span: &Span) -> bool {
    span.doing != Doing::Waiting && axis.at((span.to - span.from) as f64) < VISIBLE
}

/// A lane's name stands where it begins; on a pole, where the task was spawned.
fn name(axis: &Scale, top: f64, lane: &Lane) -> Markup {
    let first = lane.first as f64;
    let x = axis.percent(first);
    let pole = lane.spawned.is_some();
    let gap = if pole { 5 } else { 0 };
    let (anchor, gap) = if axis.at(first) > 0.8 { ("end", -gap) } else { ("start", gap) };
    html! {
        @if pole {
            line.spawned x1=(x) x2=(x) y1=(top + 2.0) y2=(top + NAME) stroke="#555" {}
        }
        text x=(x) dx=(gap) y=(top + 13.0) text-anchor=(anchor) { (lane.name) }
    }
}

/// Only what the figure shows.
fn legend(lanes: &[Lane]) -> Markup {
    let key = |class: &str, colour: &str, drawing: Markup, words: &str| {
        let stroke = (class == "spawned").then_some(colour);
        key(html! { g class=(class) fill=(colour) stroke=[stroke] { (drawing) } }, words)
    };
    html! {
        ul.legend {
            @if lanes.iter().any(|lane| lane.spawned.is_some()) {
                (key("spawned", "#555", html! { line x1="14" x2="14" y1="0" y2="14" {} }, words::SPAWNED))
            }
            @for kind in &KINDS {
                @if lanes.iter().any(|lane| of(lane, kind.doing).next().is_some()) {
                    @let thick = BAR * kind.height;
                    @let bar = html! { rect x="0" y=(round(7.0 - thick / 2.0)) width="28" height=(round(thick)) {} };
                    (key(kind.class, kind.colour, bar, kind.words))
                }
            }
            @if lanes.iter().any(|lane| lane.done.is_some()) {
                (key("done", "#555", html! { circle cx="14" cy="7" r="3.5" {} }, words::DONE))
            }
        }
    }
}

fn caption(lanes: &[Lane], axis: &Scale) -> String {
    let polls: Vec<u64> =
        lanes.iter().flat_map(|lane| of(lane, Doing::Polling)).map(long).collect();
    let mut sentences = vec![words::LINES.to_string()];
    if let Some(longest) = polls.iter().max() {
        let (all, longest) = (micros(polls.iter().sum()), micros(*longest));
        sentences.push(words::polls(polls.len(), &all.to_string(), &longest.to_string()));
    }
    if lanes.iter().flat_map(|lane| &lane.spans).any(|span| is_tick(axis, span)) {
        sentences.push(TICKS.into());
    }
    sentences.join(" ")
}

/// The trace in sentences.
fn sentences(lanes: &[Lane]) -> Vec<String> {
    let each = lanes.iter().map(|lane| {
        let sum = |doing| micros(of(lane, doing).map(long).sum()).to_string();
        words::sentence(
            &lane.name,
            of(lane, Doing::Polling).count(),
            &sum(Doing::Polling),
            &sum(Doing::Waiting),
            &sum(Doing::Woken),
            lane.done.is_some(),
        )
    });
    each.collect()
}

fn of(lane: &Lane, doing: Doing) -> impl Iterator<Item = &Span> {
    lane.spans.iter().filter(move |span| span.doing == doing)
}

fn long(span: &Span) -> u64 {
    span.to - span.from
}

fn micros(us: u64) -> Quantity {
    Quantity::Micros(us as f64)
}
