//! The tables behind the figures: their cells are the record's.

use serde_json::Value;
use while_you_wait::record::{Event, Run, Sample};
use while_you_wait::views::names::{Runs, Series};

/// The tables behind the figures: what they are of, and their cells.
pub const TABLES: &str = "[...document.querySelectorAll('.figure')].flatMap((figure) =>
    [...figure.querySelectorAll('table.data, pre.data')].map((data) => {
        const lines = data.matches('pre') && data.textContent.split('\\n').map((line) => line.split('\\t'));
        return {
            experiment: figure.querySelector('figcaption b').textContent,
            case: (data.caption ?? data.previousElementSibling).textContent.split(':')[0],
            heads: (lines ? lines[0] : [...data.tHead.rows[0].cells].map((cell) => cell.textContent)).join(' '),
            rows: lines ? lines.slice(1) : [...data.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent)),
        };
    }))";

pub fn hold_the_record(tables: &Value, runs: &Runs, at: &str) {
    for table in tables.as_array().expect("a list") {
        let text = |key: &str| table[key].as_str().expect("a text");
        let row_of: fn(&Run) -> Vec<Value> = match text("heads") {
            "lane due connected sent first byte done handler outcome" => {
                |run| run.samples.iter().map(row).collect()
            }
            "lane at what" => |run| run.events.iter().map(event_row).collect(),
            _ => continue, // Curves, slices, sweeps: held by the tests of the press.
        };
        let series: Series =
            format!("{}.{}", text("experiment"), text("case")).parse().expect("a series");
        let run = runs.median_run(&series).unwrap_or_else(|why| panic!("{at}: {why}"));
        let (rows, wanted) = (table["rows"].as_array().expect("rows"), row_of(run));
        assert!(!rows.is_empty(), "{at}: {series} has no data");
        assert_eq!(rows, &wanted, "{at}: {series}");
    }
}

/// A request as the page must show it.
fn row(sample: &Sample) -> Value {
    let ms = |us: Option<u64>| us.map_or("–".into(), |us| format!("{:.3}", us as f64 / 1e3));
    let Sample { lane, due, connected, sent, first_byte, done, handler, outcome, .. } = sample;
    serde_json::json!([
        lane.to_string(),
        ms(Some(*due)),
        ms(*connected),
        ms(*sent),
        ms(*first_byte),
        ms(*done),
        ms(*handler),
        outcome.to_string()
    ])
}

/// An event as the page must show it.
fn event_row(event: &Event) -> Value {
    serde_json::json!([event.lane, format!("{:.3}", event.at as f64 / 1e3), event.what])
}
