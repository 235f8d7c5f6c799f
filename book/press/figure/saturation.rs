//! A sweep: to the right, what was offered; upwards, what was answered, and below that, how long it
//! took. What is not seen by colour is seen by shape: p50 is filled and drawn through, p99 hollow
//! and dashed.

use maud::{Markup, html};
use while_you_wait::views::names::Series;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::spread::Spread;
use while_you_wait::views::sweep::OfferedRate as Step;

use super::scale::{Log, Scale, round};
use super::svg::{Accessible, Drawn, frame, key, rules};
use super::tally::Told;
use crate::words::figure::{LOGARITHMIC, NO_ANSWER, numbers as words};

const ANSWERED: f64 = 120.0;
const LATENCY: f64 = 150.0;
/// Room for the longest label of an upright axis: a dot may lie right beside it.
const GUTTER: u32 = 52;
/// The radius of a dot.
const DOT: f64 = 4.0;

/// What is drawn as a line: its class in the style sheet, its colours where there is none.
struct Kind {
    class: &'static str,
    fill: &'static str,
    stroke: &'static str,
    dashes: Option<&'static str>,
    words: &'static str,
}

const SOLID: Kind =
    Kind { class: "p50", fill: "#068", stroke: "#068", dashes: None, words: words::P50 };
const HOLLOW: Kind =
    Kind { class: "p99", fill: "#fff", stroke: "#c60", dashes: Some("5 4"), words: words::P99 };

/// The drawing and its legend.
pub fn draw(sweep: &Series, steps: &[Step]) -> (Markup, Markup) {
    let greatest = |values: &dyn Fn(&Step) -> f64| steps.iter().map(values).fold(0.0, f64::max);
    let offered = greatest(&|step| step.offered);
    let axis = Scale::to(Quantity::PerSecond(offered), 4).named(words::OFFERED).beside(GUTTER);
    let most = offered.max(greatest(&|step| value(&step.answered.most)));
    let accessible = Accessible {
        title: words::sweep_title(&sweep.chapter, &sweep.experiment, &sweep.case),
        description: steps.iter().map(sentence).collect::<Vec<_>>().join(" "),
    };
    let drawn = vec![answered(steps, &axis, most), latency(steps, &axis)];
    (frame(&accessible, &axis, drawn), legend(steps))
}

fn answered(steps: &[Step], axis: &Scale, most: f64) -> Drawn {
    let scale = Scale::to(Quantity::PerSecond(most), 5);
    let y = |value: f64| round(ANSWERED * (1.0 - scale.at(value)));
    let marks = scale.ticks[1..].iter().map(|tick| (y(*tick), scale.label(*tick)));
    let (lines, labels) = rules(&marks.collect::<Vec<_>>(), axis);
    let last = steps.last().map_or(0.0, |step| step.offered);
    let best = steps.iter().map(|step| value(&step.answered.median)).fold(0.0, f64::max);
    let points = steps.iter().map(|step| (step.offered, Some(&step.answered)));
    Drawn {
        head: words::ANSWERED.into(),
        length: words::at_most(&Quantity::PerSecond(best).to_string()),
        height: ANSWERED as u32,
        body: html! {
            (lines)
            line.offered x1="0" y1=(y(0.0)) x2=(axis.percent(last)) y2=(y(last)) stroke="#555" stroke-dasharray="2 3" {}
            (line(&SOLID, &points.collect::<Vec<_>>(), axis, y))
            (labels)
            line.floor x1="0" x2="100%" y1=(ANSWERED) y2=(ANSWERED) stroke="#999" {}
        },
        notes: Vec::new(),
        told: Told::default(),
    }
}

fn latency(steps: &[Step], axis: &Scale) -> Drawn {
    let spreads = || steps.iter().flat_map(|step| [&step.p50, &step.p99]).flatten();
    let least = spreads().map(|spread| value(&spread.least)).fold(f64::INFINITY, f64::min);
    let most = spreads().map(|spread| value(&spread.most)).fold(0.0, f64::max);
    let log = Log::over(least, most, LATENCY);
    let y = |value: f64| round(log.y(value));
    let marks = log.ticks.iter().map(|tick| (y(*tick), Log::label(*tick)));
    let (lines, labels) = rules(&marks.collect::<Vec<_>>(), axis);
    // A step without an answer is a gap in the line.
    let p50: Vec<_> = steps.iter().map(|step| (step.offered, step.p50.as_ref())).collect();
    let p99: Vec<_> = steps.iter().map(|step| (step.offered, step.p99.as_ref())).collect();
    let silent = steps.iter().any(|step| step.p99.is_none());
    Drawn {
        head: words::LATENCY.into(),
        length: LOGARITHMIC.into(),
        height: LATENCY as u32,
        body: html! {
            (lines)
            (line(&HOLLOW, &p99, axis, y))
            (line(&SOLID, &p50, axis, y))
            (labels)
            line.floor x1="0" x2="100%" y1=(LATENCY) y2=(LATENCY) stroke="#999" {}
        },
        told: Told { upright: Some(("logarithmic", log.ends())), ..Told::default() },
        notes: Vec::from_iter(silent.then(|| words::NO_P99.to_string())),
    }
}

/// Medians joined by lines, each with a whisker from the least to the most of its repeats.
fn line(
    kind: &Kind,
    points: &[(f64, Option<&Spread>)],
    axis: &Scale,
    y: impl Fn(f64) -> f64,
) -> Markup {
    let x = |offered: f64| axis.percent(offered);
    let known: Vec<(f64, &Spread)> =
        points.iter().filter_map(|(offered, spread)| Some((*offered, (*spread)?))).collect();
    html! {
        g class=(kind.class) fill=(kind.fill) stroke=(kind.stroke) stroke-width="1.5" {
            @for pair in points.windows(2) {
                @if let [(from, Some(one)), (to, Some(next))] = pair {
                    line.joined x1=(x(*from)) y1=(y(value(&one.median))) x2=(x(*to)) y2=(y(value(&next.median))) stroke-dasharray=[kind.dashes] {}
                }
            }
            @for (offered, spread) in &known {
                @if value(&spread.least) < value(&spread.most) {
                    line.whisker x1=(x(*offered)) x2=(x(*offered)) y1=(y(value(&spread.most))) y2=(y(value(&spread.least))) {}
                }
            }
            @for (offered, spread) in &known {
                circle cx=(x(*offered)) cy=(y(value(&spread.median))) r=(DOT) {
                    title { (words::offered(&Quantity::PerSecond(*offered).to_string(), &shown(Some(spread)))) }
                }
            }
        }
    }
}

/// A number with its spread: `9.03 s (9.01–9.10 s)`.
pub fn shown(spread: Option<&Spread>) -> String {
    let Some(spread) = spread else { return NO_ANSWER.into() };
    match spread.to_string() {
        same if same.is_empty() => spread.median.to_string(),
        range => format!("{} ({range})", spread.median),
    }
}

fn sentence(step: &Step) -> String {
    words::step(
        &Quantity::PerSecond(step.offered).to_string(),
        &shown(Some(&step.answered)),
        &shown(step.p50.as_ref()),
        &shown(step.p99.as_ref()),
    )
}

fn value(quantity: &Quantity) -> f64 {
    quantity.value().unwrap_or(0.0)
}

fn legend(steps: &[Step]) -> Markup {
    let line = |kind: &Kind| {
        html! {
            g class=(kind.class) fill=(kind.fill) stroke=(kind.stroke) stroke-width="1.5" {
                line x1="0" x2="28" y1="7" y2="7" stroke-dasharray=[kind.dashes] {}
                circle cx="14" cy="7" r=(DOT) {}
            }
        }
    };
    let dashes = html! {
        line.offered x1="0" x2="28" y1="7" y2="7" stroke="#555" stroke-dasharray="2 3" {}
    };
    let whisker = html! {
        g.p50 stroke="#068" stroke-width="1.5" { line x1="14" x2="14" y1="0" y2="14" {} }
    };
    html! {
        ul.legend {
            (key(dashes, words::AS_MANY))
            (key(line(&SOLID), SOLID.words))
            @if steps.iter().any(|step| step.p99.is_some()) { (key(line(&HOLLOW), HOLLOW.words)) }
            @if steps.iter().any(|step| step.runs.len() > 1) {
                (key(whisker, words::LEAST_TO_MOST_OF_RUNS))
            }
        }
    }
}
