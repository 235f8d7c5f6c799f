//! Formulas over recorded runs: the runs are dots, and what a formula says is a line. A script lets a
//! reader change what stands in the formula; the line that is drawn here is of the book's own numbers.

use std::fmt::Write;

use maud::{Markup, html};
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Runs, Series};
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::sweep;

use super::scale::{Log, Scale, round};
use super::svg::{Accessible, Drawn, frame, key, rules};
use super::tally::Told;
use super::{data, whole};
use crate::words::figure::{LOGARITHMIC, formula as words};

const HEIGHT: f64 = 180.0;
const GUTTER: u32 = 52;
/// The line's own coordinates, both to the right and upwards.
const FINE: f64 = 1000.0;

/// A recorded run: what stood in the formula, and what it took.
struct Dot {
    of: String,
    /// requests, or requests per second
    n: f64,
    /// how many can wait at once
    s: f64,
    /// how long each does, in microseconds
    d: f64,
    took: f64,
}

/// *d* × ⌈*n* / *s*⌉, in microseconds.
fn waits(n: f64, s: f64, d: f64) -> f64 {
    d * (n / s).ceil()
}

/// How long a request takes on average if they come at random, `rate` in a microsecond, and *s* can be
/// served at once for *d* each: Erlang's formula for those who queue, and half of his wait, since all
/// services are alike. `None` where more comes than can be done.
fn queue(rate: f64, s: f64, d: f64) -> Option<f64> {
    let busy = rate * d;
    if busy >= s {
        return None;
    }
    let mut blocked = 1.0;
    for k in 1..=(s as u32) {
        blocked = busy * blocked / (f64::from(k) + busy * blocked);
    }
    let queues = blocked / (1.0 - busy / s * (1.0 - blocked));
    Some(d + queues * d / (s - busy) / 2.0)
}

/// The total of some experiments' cases, by how many were served at once.
///
/// # Errors
/// One of them is not recorded, or cannot tell how many its server served at once.
pub fn draw_waits(runs: &Runs, experiments: &[(String, String)]) -> Result<Markup, String> {
    let mut dots = Vec::new();
    for (chapter, experiment) in experiments {
        for series in runs.cases(chapter, experiment)? {
            let run = runs.median_run(&series)?;
            let value = |metric: &str| {
                let value = metrics::of(run, metric)?.value();
                value.ok_or(format!("{series}.{metric} was not measured"))
            };
            dots.push(Dot {
                of: format!("{experiment}.{}", series.case),
                n: value("requests")?,
                s: value("peak-in-service")?,
                d: run.header.delay_us as f64,
                took: value("total")?,
            });
        }
    }
    let first = &dots[0];
    let axis = Scale::of_decades(1000.0).named(words::AT_ONCE).beside(GUTTER);
    let log = Log::over(1e6, 1e8, HEIGHT);
    let line = line(&log, 1, |share| {
        Some(waits(first.n, (10f64.powf(share * axis.end()) + 1e-9).floor(), first.d))
    });
    let at: Vec<(f64, &Dot)> = dots.iter().map(|dot| (dot.s.log10(), dot)).collect();
    let says = |dot: &Dot| Some(waits(dot.n, dot.s, dot.d));
    let title = words::total_title(&experiments[0].0);
    let drawing = drawing(title, words::TOTAL, &axis, &log, &line, &at, &says);
    let caption = words::total_caption(&experiments[0].0);
    let heads = words::TOTAL_HEADS;
    Ok(attributed("waits", first, (legend(), drawing, caption), &heads, &dots, &says))
}

/// The mean latency of a sweep, by what was offered.
///
/// # Errors
/// It is no sweep, or a step has no mean latency.
pub fn draw_queue(runs: &Runs, of: &Series, room: u32) -> Result<Markup, String> {
    let mut dots = Vec::new();
    for step in sweep::steps(runs, of)? {
        let run = step.runs[0];
        let series = while_you_wait::views::names::series_of(run);
        let median = runs.median_run(&series)?;
        let mean = metrics::of(median, "mean")?.value();
        dots.push(Dot {
            of: series.experiment.clone(),
            n: step.offered,
            s: f64::from(room),
            d: run.header.delay_us as f64,
            took: mean.ok_or(format!("{series} has no mean latency"))?,
        });
    }
    let first = &dots[0];
    let most = dots.iter().map(|dot| dot.n).fold(0.0, f64::max);
    let axis = Scale::to(Quantity::PerSecond(most), 4).named(words::OFFERED).beside(GUTTER);
    let log = Log::over(1e4, dots.iter().map(|dot| dot.took).fold(1e6, f64::max), HEIGHT);
    let line = line(&log, 5, |share| queue(share * axis.end() / 1e6, first.s, first.d));
    let at: Vec<(f64, &Dot)> = dots.iter().map(|dot| (dot.n, dot)).collect();
    let says = |dot: &Dot| queue(dot.n / 1e6, dot.s, dot.d);
    let title = words::mean_title(&of.to_string());
    let drawing = drawing(title, words::MEAN, &axis, &log, &line, &at, &says);
    let caption = words::mean_caption(&format!("{}.{}", of.chapter, of.experiment), &of.case);
    let heads = words::MEAN_HEADS;
    Ok(attributed("queue", first, (legend(), drawing, caption), &heads, &dots, &says))
}

/// What a formula says along the axis, as a path, at `every` so many of its points; upwards where it
/// says nothing.
fn line(log: &Log, every: usize, says: impl Fn(f64) -> Option<f64>) -> String {
    let mut path = String::new();
    for x in (1..=FINE as u32).step_by(every).map(f64::from) {
        let y = says(x / FINE).map_or(-FINE, |us| (log.y(us) / HEIGHT * FINE).round());
        let _ = write!(path, "{}{x} {y}", if path.is_empty() { "M" } else { "L" });
    }
    shorter(&path)
}

/// Without the points in the middle of level stretches.
fn shorter(path: &str) -> String {
    let points: Vec<&str> = path[1..].split('L').collect();
    let height = |at: usize| points.get(at).and_then(|point| point.split(' ').nth(1));
    let kept = (0..points.len())
        .filter(|&at| at == 0 || height(at) != height(at - 1) || height(at) != height(at + 1));
    format!("M{}", kept.map(|at| points[at]).collect::<Vec<_>>().join("L"))
}

fn drawing(
    title: String,
    head: &str,
    axis: &Scale,
    log: &Log,
    line: &str,
    dots: &[(f64, &Dot)],
    says: &dyn Fn(&Dot) -> Option<f64>,
) -> Markup {
    let y = |us: f64| round(log.y(us).max(0.0));
    let marks = log.ticks.iter().map(|tick| (y(*tick), Log::label(*tick)));
    let (lines, labels) = rules(&marks.collect::<Vec<_>>(), axis);
    let sentence =
        |dot: &Dot| words::sentence(&dot.of, &micros(dot.took).to_string(), &or_no_end(says(dot)));
    let description = dots.iter().map(|(_, dot)| sentence(dot)).collect::<Vec<_>>().join(" ");
    let body = html! {
        (lines)
        svg.formula width="100%" height=(HEIGHT) viewBox=(format!("0 0 {FINE} {FINE}")) preserveAspectRatio="none" overflow="hidden" {
            path d=(line) fill="none" stroke="#c60" stroke-width="2" vector-effect="non-scaling-stroke" {}
        }
        g.recorded fill="#068" stroke="#068" {
            @for (x, dot) in dots {
                circle cx=(axis.percent(*x)) cy=(y(dot.took)) r="4.5" data-n=(dot.n) data-s=(dot.s) data-d=(dot.d) data-took=(dot.took) data-run=(dot.of) {}
            }
        }
        (labels)
        line.floor x1="0" x2="100%" y1=(HEIGHT) y2=(HEIGHT) stroke="#999" {}
    };
    let drawn = Drawn {
        head: head.into(),
        length: LOGARITHMIC.into(),
        height: HEIGHT as u32,
        body,
        notes: Vec::new(),
        told: Told { upright: Some(("logarithmic", log.ends())), ..Told::default() },
    };
    frame(&Accessible { title, description }, axis, vec![drawn])
}

fn legend() -> Markup {
    let line =
        html! { g.formula { path d="M0 7H28" fill="none" stroke="#c60" stroke-width="2" {} } };
    let dot = html! { g.recorded fill="#068" { circle cx="14" cy="7" r="4.5" {} } };
    html! { ul.legend { (key(dot, words::A_RUN)) (key(line, words::WHAT_IT_SAYS)) } }
}

fn attributed(
    kind: &str,
    first: &Dot,
    (legend, drawing, caption): (Markup, Markup, Markup),
    heads: &[&str],
    dots: &[Dot],
    says: &dyn Fn(&Dot) -> Option<f64>,
) -> Markup {
    let row = |dot: &Dot| {
        let says = or_no_end(says(dot));
        let [n, s] = [dot.n, dot.s].map(|number| Quantity::Count(number).to_string());
        vec![dot.of.clone(), n, s, micros(dot.d).to_string(), micros(dot.took).to_string(), says]
    };
    let data = data::framed(kind, words::DATA, heads, dots.iter().map(row).collect());
    html! {
        div data-formula=(kind) data-n=(first.n) data-s=(first.s) data-d=(first.d) {
            (whole(legend, drawing, caption, data))
        }
    }
}

fn or_no_end(us: Option<f64>) -> String {
    us.map_or(words::NO_END.to_string(), |us| micros(us).to_string())
}

fn micros(us: f64) -> Quantity {
    Quantity::Micros(us)
}
