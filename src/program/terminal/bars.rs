//! A run drawn in characters: a bar a lane, or one curve.

use std::io::Write;

use anstyle::{AnsiColor, Style};

use crate::record::Run;
use crate::views::quantity::Quantity;
use crate::views::timeline::{self, RequestSpan, RequestState};

/// Characters on the time axis.
const WIDTH: usize = 64;

const SERVED: (char, Style) = ('█', AnsiColor::Green.on_default());
const WAITING: (char, Style) = ('░', AnsiColor::Yellow.on_default());
const CONNECTING: (char, Style) = ('·', AnsiColor::BrightBlack.on_default());
const FAILED: (char, Style) = ('×', AnsiColor::Red.on_default());

/// One bar a lane: served, waiting, without an answer.
pub fn lanes(out: &mut dyn Write, run: &Run, end: u64) {
    for lane in timeline::lanes(run) {
        let _ = write!(out, "{:>4} ", lane.number + 1);
        let mut before = None;
        for span in cells(&lane.spans, end) {
            let _ = match span.map(|span| look(span.doing)) {
                // Half a cell between two requests that follow each other without a pause.
                Some((_, style)) if follows(before, span) => write!(out, "{style}▐{style:#}"),
                Some((glyph, style)) => write!(out, "{style}{glyph}{style:#}"),
                None => write!(out, " "),
            };
            before = span;
        }
        let _ = writeln!(out);
    }
}

/// How many requests were under way, as one row of columns; a full column is the run's peak.
pub fn in_flight(out: &mut dyn Write, run: &Run, end: u64) {
    const COLUMNS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let steps = timeline::in_flight(run);
    let peak = steps.iter().map(|(_, height)| *height).max().unwrap_or(0).max(1);
    let style = WAITING.1;
    let _ = write!(out, "     {style}");
    let mut height = 0;
    let mut steps = steps.into_iter().peekable();
    for cell in 0..WIDTH {
        // The highest of the cell, so that no short peak is lost.
        let mut highest = height;
        while let Some((_, next)) = steps.next_if(|(at, _)| *at < edge(cell + 1, end)) {
            highest = highest.max(next);
            height = next;
        }
        // Rounded up: one request among thousands still shows.
        let _ = write!(out, "{}", COLUMNS[(highest * 8).div_ceil(peak)]);
    }
    let _ =
        writeln!(out, "{style:#}\n     at most {} under way at once", Quantity::Count(peak as f64));
}

/// The time axis under all cases of an experiment.
pub fn axis(out: &mut dyn Write, end: u64) {
    let end = Quantity::Micros(end as f64).to_string();
    let _ = writeln!(out, "     0{end:>width$}", width = WIDTH - 1);
}

pub fn legend(out: &mut dyn Write) {
    let mut entry = |(glyph, style): (char, Style), means: &str| {
        let _ = write!(out, "{style}{glyph}{style:#} {means}   ");
    };
    entry(SERVED, "being served");
    entry(WAITING, "queueing");
    entry(CONNECTING, "connecting");
    entry(FAILED, "not answered");
    let _ = writeln!(out);
}

fn look(doing: RequestState) -> (char, Style) {
    match doing {
        RequestState::Connecting => CONNECTING,
        RequestState::Waiting | RequestState::HungUp => WAITING,
        RequestState::Served | RequestState::Receiving => SERVED,
        RequestState::Failed(_) => FAILED,
    }
}

/// Whether one request is being served right after another on the same lane.
fn follows(before: Option<RequestSpan>, now: Option<RequestSpan>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => {
            before.sample != now.sample
                && (before.doing, now.doing) == (RequestState::Served, RequestState::Served)
        }
        _ => false,
    }
}

/// For each cell of the axis what the lane did for the longest part of it.
fn cells(spans: &[RequestSpan], end: u64) -> Vec<Option<RequestSpan>> {
    let mut cells: Vec<Option<RequestSpan>> = (0..WIDTH)
        .map(|cell| {
            let (from, to) = (edge(cell, end), edge(cell + 1, end));
            let share = |span: &RequestSpan| span.to.min(to).saturating_sub(span.from.max(from));
            let most = spans.iter().max_by_key(|span| share(span))?;
            (share(most) * 2 >= to - from && to > from).then_some(*most)
        })
        .collect();
    // What was too short for any cell is still seen, by how it ended, where there is room.
    for span in spans.iter().rev() {
        let of_it = |shown: &RequestSpan| shown.sample == span.sample;
        let more = |shown: &RequestSpan| of_it(shown) && shown.doing != RequestState::Connecting;
        let at = (0..WIDTH).rfind(|&cell| edge(cell, end) <= span.from).unwrap_or(0);
        if !cells.iter().flatten().any(more) && cells[at].as_ref().is_none_or(of_it) {
            cells[at] = Some(*span);
        }
    }
    cells
}

/// Where a cell begins, in microseconds.
fn edge(cell: usize, end: u64) -> u64 {
    end * cell as u64 / WIDTH as u64
}
