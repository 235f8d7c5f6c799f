//! The same data as a table: for who cannot see the figure, and for who wants to reckon.

use maud::{Markup, PreEscaped, html};
use while_you_wait::record::{Run, Sample};
use while_you_wait::views::metrics;
use while_you_wait::views::names::Series;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::slices::Slices;
use while_you_wait::views::sweep::OfferedRate as Step;

use super::curve::Curve;
use super::panel::Panel;
use super::saturation::shown;
use super::scale::ms;
use super::strip::Strip;
use crate::rows::Called;
use crate::words::figure::{NO_ANSWER, data as words};

/// More rows than this, and a table cannot be read.
const MOST_SLICES: u64 = 200;
/// More rows than this are read by a program, or a row at a time: as lines of text, which a sheet takes
/// by paste, and of which a page need not make a thousand cells.
const MOST_ROWS: usize = 40;

/// One row a request. Times in milliseconds, to the microsecond of the record.
pub fn requests(panels: &[Panel]) -> Markup {
    of_each(panels, |panel| {
        let rows = panel.run.samples.iter().map(|sample| {
            let Sample { connected, sent, first_byte, done, handler, .. } = *sample;
            let moments = [connected, sent, first_byte, done, handler].map(or_dash);
            let (lane, due) = (sample.lane.to_string(), ms(sample.due));
            [lane, due].into_iter().chain(moments).chain([sample.outcome.to_string()]).collect()
        });
        (words::REQUESTS.into(), &words::REQUEST_HEADS, rows.collect())
    })
}

/// One row an event, in the order of the record.
pub fn events(panels: &[Panel]) -> Markup {
    of_each(panels, |panel| {
        let rows = panel.run.events.iter();
        let rows =
            rows.map(|event| vec![event.lane.to_string(), ms(event.at), event.what.to_string()]);
        (words::EVENTS.into(), &words::EVENT_HEADS, rows.collect())
    })
}

/// One row a point of a curve.
pub fn points(panels: &[Panel], curves: &[Curve]) -> Markup {
    let mut curves = curves.iter();
    of_each(panels, |_| {
        let curve = curves.next().expect("a curve a panel");
        let rows = curve.points.iter();
        let rows = rows.map(|(when, height)| vec![ms(*when), count(*height as u64)]);
        (words::points(curve.error), &words::POINT_HEADS, rows.collect())
    })
}

/// One row a slice of the run's time, by when requests were due.
pub fn slices(panels: &[Panel]) -> Markup {
    of_each(panels, |panel| {
        let slices = Slices::of(panel.run, MOST_SLICES);
        let caption = words::slices(&Quantity::Micros(slices.length as f64).to_string());
        let rows = slices.all.iter().map(|slice| {
            let latency = |us: Option<u64>| match us {
                None if slice.requests > 0 => NO_ANSWER.to_string(),
                us => or_dash(us),
            };
            let latencies = [slice.latency.p50, slice.latency.p99, slice.latency.max].map(latency);
            [ms(slice.from), count(slice.requests as u64)].into_iter().chain(latencies).collect()
        });
        (caption, &words::SLICE_HEADS, rows.collect())
    })
}

/// One row a rate, each number with the spread of its repeats.
pub fn sweep(of: &Series, steps: &[Step]) -> Markup {
    let rows = steps.iter().map(|step| {
        let offered = Quantity::PerSecond(step.offered).to_string();
        let [p50, p99] = [&step.p50, &step.p99].map(|spread| shown(spread.as_ref()));
        vec![offered, shown(Some(&step.answered)), p50, p99]
    });
    framed(&of.case, &words::sweep(&of.case), &words::SWEEP_HEADS, rows.collect())
}

/// One row a repeat.
pub fn repeats(called: &Called, strips: &[Strip], metric: &str) -> Markup {
    let label = metrics::label(metric);
    let of = |strip: &Strip| -> Vec<Vec<String>> {
        let row = |(run, number): &(&Run, Quantity)| {
            vec![strip.tail.clone(), run.header.repeat.to_string(), number.to_string()]
        };
        strip.repeats.iter().map(row).collect()
    };
    let caption = words::repeats(&called.together(), &label);
    let rows = strips.iter().flat_map(of).collect();
    framed(&called.common, &caption, &[called.kind, words::RUN, &label], rows)
}

/// What a table is said to be of, its columns and its rows.
type Table<'a> = (String, &'a [&'a str], Vec<Vec<String>>);

/// A table a panel.
fn of_each<'a>(panels: &[Panel], mut table: impl FnMut(&Panel) -> Table<'a>) -> Markup {
    html! {
        @for panel in panels {
            @let (caption, heads, rows) = table(panel);
            (framed(&panel.tail, &words::of_one(&panel.tail, &caption), heads, rows))
        }
    }
}

pub fn framed(of: &str, caption: &str, heads: &[&str], rows: Vec<Vec<String>>) -> Markup {
    let name = words::numbers_of(of);
    if rows.len() > MOST_ROWS {
        // The figure stands on one line of Markdown, so its own lines end in references.
        let lines = |row: Vec<String>| html! { (row.join("\t")) }.into_string();
        let heads = heads.iter().map(ToString::to_string).collect();
        let all: Vec<String> = std::iter::once(heads).chain(rows).map(lines).collect();
        return html! {
            p { (words::by_tabs(caption)) }
            pre.data tabindex="0" role="group" aria-label=(name) { (PreEscaped(all.join("&#10;"))) }
        };
    }
    html! {
        div.table-wrapper tabindex="0" role="group" aria-label=(name) {
            table.data {
                caption { (caption) }
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody {
                    @for row in rows { tr { @for cell in row { td { (cell) } } } }
                }
            }
        }
    }
}

fn count(n: u64) -> String {
    Quantity::Count(n as f64).to_string()
}

/// What did not happen is a dash.
fn or_dash(us: Option<u64>) -> String {
    us.map_or("–".into(), ms)
}
