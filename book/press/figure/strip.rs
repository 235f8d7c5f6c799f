//! Strips: a dot for every repeat, so that the eye sees whether what is compared lies apart.

use maud::{Markup, html};
use while_you_wait::record::Run;
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Name, Runs, Series};
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::spread::Spread;

use super::scale::{Scale, percent};
use super::svg::{Accessible, Drawn, frame, key};
use super::tally::Told;
use crate::rows::Called;
use crate::words::figure::numbers as words;

const HEIGHT: u32 = 24;
/// The radius of a dot.
const DOT: f64 = 4.0;

/// One series, with its number in each repeat.
pub struct Strip<'a> {
    head: String,
    pub tail: String,
    pub repeats: Vec<(&'a Run, Quantity)>,
    spread: Spread,
}

/// # Errors
/// A series is not recorded, or did not measure this in any repeat, or what it measured is a text
/// or has another unit than that of the first.
pub fn read<'a>(runs: &'a Runs, series: &[Series], metric: &str) -> Result<Vec<Strip<'a>>, String> {
    let Called { heads, tails, .. } = Called::of(series);
    let mut strips: Vec<Strip> = Vec::new();
    for ((series, head), tail) in series.iter().zip(heads).zip(tails) {
        let name = Name { series: series.clone(), metric: metric.into() };
        let spread = runs.spread(&name)?;
        if spread.median.value().is_none() {
            return Err(format!("{name} is a text, and has no place on an axis"));
        }
        let first = strips.first().map_or(&spread, |strip| &strip.spread);
        if std::mem::discriminant(&first.median) != std::mem::discriminant(&spread.median) {
            return Err(format!("{name} has another unit than those before it"));
        }
        let number = |run| Ok((run, metrics::of(run, metric)?));
        let repeats: Result<_, String> = runs.series(series)?.into_iter().map(number).collect();
        strips.push(Strip { head, tail, repeats: repeats?, spread });
    }
    Ok(strips)
}

/// The drawing and its legend.
pub fn draw(common: &str, strips: &[Strip], metric: &str) -> (Markup, Markup) {
    let label = metrics::label(metric);
    let most = strips.iter().map(|strip| strip.spread.most.clone());
    let most = most.reduce(|a, b| if a.value() < b.value() { b } else { a });
    let axis = Scale::to(most.unwrap_or(Quantity::Absent), 4).named(&label);
    let tails: Vec<&str> = strips.iter().map(|strip| strip.tail.as_str()).collect();
    let accessible = Accessible {
        title: words::strip_title(&label, common, &tails.join(", ")),
        description: strips.iter().map(sentence).collect::<Vec<_>>().join(" "),
    };
    let drawn = strips.iter().map(|strip| Drawn {
        head: strip.head.clone(),
        length: strip.spread.median.to_string(),
        height: HEIGHT,
        body: body(strip, &axis),
        notes: Vec::from_iter(silent(strip)),
        told: Told::default(),
    });
    (frame(&accessible, &axis, drawn.collect()), legend(strips))
}

fn body(strip: &Strip, axis: &Scale) -> Markup {
    let at = |quantity: &Quantity| quantity.value().unwrap_or(0.0);
    let Spread { median, least, most, .. } = &strip.spread;
    let middle = f64::from(HEIGHT) / 2.0;
    html! {
        rect.range x=(axis.percent(at(least))) width=(percent(axis.at(at(most) - at(least)))) y=(middle - DOT) height=(2.0 * DOT) fill="#9bd" {}
        g.repeats fill="#9bd" stroke="#068" stroke-width="1.5" {
            @for (run, quantity) in strip.repeats.iter().filter(|(_, number)| number.value().is_some()) {
                circle cx=(axis.percent(at(quantity))) cy=(middle) r=(DOT) {
                    title { (words::nth_run(&strip.head, run.header.repeat, &quantity.to_string())) }
                }
            }
        }
        line.median x1=(axis.percent(at(median))) x2=(axis.percent(at(median))) y1="1" y2=(HEIGHT - 1) stroke="#333" stroke-width="2" {}
    }
}

/// Repeats that have no dot.
fn silent(strip: &Strip) -> Option<String> {
    let Spread { absent, repeats, .. } = strip.spread;
    (absent > 0).then(|| words::not_measured(absent, repeats))
}

fn sentence(strip: &Strip) -> String {
    let Spread { median, repeats, .. } = &strip.spread;
    words::strip(&strip.tail, &median.to_string(), &strip.spread.to_string(), *repeats)
}

fn legend(strips: &[Strip]) -> Markup {
    let dot = html! {
        g.repeats fill="#9bd" stroke="#068" stroke-width="1.5" { circle cx="14" cy="7" r=(DOT) {} }
    };
    let range =
        html! { rect.range x="0" width="28" y=(7.0 - DOT) height=(2.0 * DOT) fill="#9bd" {} };
    let median = html! {
        line.median x1="14" x2="14" y1="0" y2="14" stroke="#333" stroke-width="2" {}
    };
    html! {
        ul.legend {
            (key(dot, words::A_RUN))
            (key(median, words::MEDIAN))
            @if strips.iter().any(|strip| strip.spread.least != strip.spread.most) {
                (key(range, words::LEAST_TO_MOST))
            }
        }
    }
}

/// What is said below it.
pub fn caption(called: &Called, strips: &[Strip], metric: &str) -> Markup {
    let repeats: Vec<usize> = strips.iter().map(|strip| strip.repeats.len()).collect();
    let each = repeats.iter().all(|n| *n == repeats[0]).then_some(repeats[0]);
    let label = metrics::label(metric);
    words::strip_caption(&called.common, called.apart(), each, strips.len(), &label)
}
