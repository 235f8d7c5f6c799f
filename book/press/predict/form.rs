//! The forms of predictions: fields, and beside each what a script must know of it.

use maud::{Markup, html};
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Name, Runs, Series};
use while_you_wait::views::quantity::Quantity;

use crate::answer;
use crate::rows::Called;
use crate::words::predict as words;

/// The bare number.
///
/// # Errors
/// It is a text, or was not measured.
pub fn number(quantity: &Quantity) -> Result<f64, String> {
    quantity.value().ok_or_else(|| format!("{quantity} is no number"))
}

/// A number that is asked for.
struct Field {
    name: String,
    label: String,
    answer: f64,
    shown: String,
    unit: &'static str,
    /// where it lies on a figure's axes
    on: On,
}

/// Where one of a field's unit lies.
#[derive(Default)]
struct On {
    /// so many microseconds of the time axis
    time: Option<f64>,
    /// so many microseconds of an upright axis
    upright: Option<f64>,
    /// requests per second on the lower axis, where it is one of those
    offered: Option<f64>,
}

impl Field {
    fn new(
        name: &str,
        label: String,
        quantity: &Quantity,
        (size, unit): (f64, &'static str),
    ) -> Result<Self, String> {
        // Nobody's guess is judged by more digits than these.
        let answer = (number(quantity)? / size * 1e4).round() / 1e4;
        Ok(Field {
            name: name.into(),
            label,
            answer,
            shown: quantity.to_string(),
            unit,
            on: On::default(),
        })
    }

    fn markup(&self) -> Markup {
        html! {
            label {
                (self.label) " "
                input type="number" min="0" step="any" data-name=(self.name) data-answer=(self.answer)
                    data-shown=(self.shown) data-time=[self.on.time]
                    data-upright=[self.on.upright] data-offered=[self.on.offered];
                @if !self.unit.is_empty() { " " (self.unit) }
            }
        }
    }
}

/// A number for each series and metric.
///
/// # Errors
/// One of them is not in the record, or is no number.
pub fn numbers(runs: &Runs, series: &[Series], metrics: &[String]) -> Result<Markup, String> {
    let heads = Called::of(series).heads;
    let mut groups = Vec::new();
    for metric in metrics {
        let of = |series: &Series| Name { series: series.clone(), metric: metric.clone() };
        let measured: Vec<Quantity> = series
            .iter()
            .map(|series| answer::measured(runs, &of(series)))
            .collect::<Result<_, _>>()?;
        let unit = unit(&measured);
        let label = metrics::label(metric);
        let alone = series.len() == 1;
        let legend = (!alone).then_some(label.as_str());
        let mut fields = Vec::new();
        for ((series, head), quantity) in series.iter().zip(&heads).zip(&measured) {
            // Of one series alone, what it is called tells nobody anything.
            let head = if alone { label.clone() } else { head.clone() };
            let mut field = Field::new(&of(series).to_string(), head, quantity, unit)?;
            field.on = on(runs, series, metric, unit.0)?;
            fields.push(field.markup());
        }
        groups.push(group(legend, &html! { @for field in &fields { (field) } }));
    }
    Ok(html! { @for group in &groups { (group) } })
}

/// How many times one number fits into another.
///
/// # Errors
/// As [`numbers`].
pub fn ratio(runs: &Runs, over: &Name, under: &Name) -> Result<Markup, String> {
    let ratio = answer::ratio_of(runs, over, under)?;
    let label = format!("{} / {}", over.series.case, under.series.case);
    let field = Field::new(&format!("{over} / {under}"), label, &ratio, (1.0, words::TIMES))?;
    // Two experiments may be asked for the same of the same two.
    let legend = words::in_experiment(&over.series.experiment, &metrics::label(&over.metric));
    Ok(group(Some(&legend), &field.markup()))
}

/// The unit that fits the greatest: the same for all, or a reader would be told who is the greater.
fn unit(all: &[Quantity]) -> (f64, &'static str) {
    let greatest = all.iter().filter_map(Quantity::value).fold(0.0, f64::max);
    match (&all[0], greatest) {
        (Quantity::Micros(_), g) if g < 1e3 => (1.0, "µs"),
        (Quantity::Micros(_), g) if g < 1e6 => (1e3, "ms"),
        (Quantity::Micros(_), _) => (1e6, "s"),
        (Quantity::Bytes(_), g) if g < 1e6 => (1e3, "kB"),
        (Quantity::Bytes(_), _) => (1e6, "MB"),
        _ => (1.0, ""),
    }
}

fn on(runs: &Runs, series: &Series, metric: &str, size: f64) -> Result<On, String> {
    let header = &runs.median_run(series)?.header;
    let time = match metric {
        "waits" => Some(header.delay_us as f64),
        "total" => Some(size),
        _ => None,
    };
    let is_latency = ["min", "mean", "p50", "p90", "p99", "max"].contains(&metric);
    let offered = header.load.rate_per_second.filter(|_| is_latency);
    Ok(On { time, upright: is_latency.then_some(size), offered })
}

fn group(legend: Option<&str>, fields: &Markup) -> Markup {
    html! { fieldset { @if let Some(legend) = legend { legend { (legend) } } (fields) } }
}

/// One of these words, of which this one is right.
pub fn one_of(of: &str, legend: &str, words: &[String], right: usize, shown: &str) -> Markup {
    // A number may be asked for, too, under its own name.
    let name = format!("choice {of}");
    html! {
        fieldset data-kind="choice" data-name=(name) data-answer=(right) data-shown=(shown) {
            legend { (legend) }
            @for (at, words) in words.iter().enumerate() {
                label { input type="radio" name=(name) value=(at); " " (words) }
            }
        }
    }
}

/// A place for each line; what can be chosen is in the order of the alphabet.
pub fn order(right: &[String]) -> Markup {
    let mut lines = right.to_vec();
    lines.sort();
    html! {
        fieldset data-kind="order" data-name=(lines.join(" | ")) data-answer=(right.join(" | ")) data-shown=(right.join(", ")) {
            legend { (words::ORDER) }
            @for place in 1..=lines.len() {
                label {
                    (place) ". "
                    select {
                        option value="" { "…" }
                        @for line in &lines { option { (line) } }
                    }
                }
            }
        }
    }
}
