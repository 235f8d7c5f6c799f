//! A run drawn in characters: a bar a lane, or one curve.

use std::io::Write;

use super::paper::Paper;
use anstyle::{AnsiColor, Style};

use crate::record::Run;
use crate::views::quantity::Quantity;
use crate::views::timeline::{self, RequestSpan, RequestState};

/// Characters on the time axis, where there is room for them.
const WIDTH: usize = 64;

/// Before it: a lane's number.
const MARGIN: usize = 5;

/// How many characters the time axis has on this paper.
fn width(paper: &Paper) -> usize {
    paper.width().map_or(WIDTH, |width| width.saturating_sub(MARGIN).min(WIDTH))
}

// The colours of the book's figures, as far as a terminal has them.
const SERVED: (char, Style) = ('█', AnsiColor::Blue.on_default());
const WAITING: (char, Style) = ('░', AnsiColor::Yellow.on_default());
const HUNG_UP: (char, Style) = ('░', AnsiColor::Magenta.on_default());
const CONNECTING: (char, Style) = ('·', AnsiColor::BrightBlack.on_default());
const FAILED: (char, Style) = ('×', AnsiColor::Red.on_default());

/// One bar a lane: served, waiting, without an answer.
pub fn lanes(out: &mut Paper, run: &Run, end: u64) {
    let axis = Axis { cells: width(out), end };
    for lane in timeline::lanes(run) {
        let _ = write!(out, "{:>4} ", lane.number + 1);
        let mut before = None;
        for span in cells(&lane.spans, axis) {
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
pub fn in_flight(out: &mut Paper, run: &Run, end: u64) {
    const COLUMNS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let steps = timeline::in_flight(run);
    let peak = steps.iter().map(|(_, height)| *height).max().unwrap_or(0).max(1);
    let style = WAITING.1;
    let _ = write!(out, "     {style}");
    let mut height = 0;
    let mut steps = steps.into_iter().peekable();
    let axis = Axis { cells: width(out), end };
    for cell in 0..axis.cells {
        // The highest of the cell, so that no short peak is lost.
        let mut highest = height;
        while let Some((_, next)) = steps.next_if(|(at, _)| *at < axis.edge(cell + 1)) {
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
pub fn axis(out: &mut Paper, end: u64) {
    let end = Quantity::Micros(end as f64).to_string();
    let _ = writeln!(out, "     0{end:>width$}", width = width(out) - 1);
}

pub fn legend(out: &mut Paper, runs: &[&&Run]) {
    let silent = runs.iter().any(|run| timeline::are_of_streams(&timeline::lanes(run)));
    let entries = [
        (SERVED, "being served"),
        (WAITING, if silent { "no word yet" } else { "queueing" }),
        (CONNECTING, "connecting"),
        (FAILED, "not answered"),
    ];
    let entry = |((glyph, style), means)| format!("{style}{glyph}{style:#} {means}");
    out.items(&entries.map(entry));
}

fn look(doing: RequestState) -> (char, Style) {
    match doing {
        RequestState::Connecting => CONNECTING,
        RequestState::Waiting | RequestState::Silent => WAITING,
        RequestState::HungUp => HUNG_UP,
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
fn cells(spans: &[RequestSpan], axis: Axis) -> Vec<Option<RequestSpan>> {
    let mut cells: Vec<Option<RequestSpan>> = (0..axis.cells)
        .map(|cell| {
            let (from, to) = (axis.edge(cell), axis.edge(cell + 1));
            let share = |span: &RequestSpan| span.to.min(to).saturating_sub(span.from.max(from));
            let most = spans.iter().max_by_key(|span| share(span))?;
            (share(most) * 2 >= to - from && to > from).then_some(*most)
        })
        .collect();
    // What was too short for any cell is still seen, by how it ended, where there is room.
    for span in spans.iter().rev() {
        let of_it = |shown: &RequestSpan| shown.sample == span.sample;
        let more = |shown: &RequestSpan| of_it(shown) && shown.doing != RequestState::Connecting;
        let at = (0..axis.cells).rfind(|&cell| axis.edge(cell) <= span.from).unwrap_or(0);
        if !cells.iter().flatten().any(more) && cells[at].as_ref().is_none_or(of_it) {
            cells[at] = Some(*span);
        }
    }
    cells
}

/// The time axis.
#[derive(Debug, Clone, Copy)]
struct Axis {
    cells: usize,
    /// in microseconds
    end: u64,
}

impl Axis {
    /// Where a cell begins, in microseconds.
    fn edge(self, cell: usize) -> u64 {
        self.end * cell as u64 / self.cells as u64
    }
}
