//! The frame that every figure shares: panels below each other, one axis beneath.

use maud::{Markup, html};

use super::scale::Scale;
use super::tally::{self, Told};

/// More letters than this, and a line leaves a phone's page.
pub const LONGEST_LINE: usize = 42;
const TITLE: u32 = 24;
/// A further line above the drawing.
const NOTE: u32 = 18;
const GAP: u32 = 18;
const AXIS: u32 = 24;

/// A panel's drawing and its height in pixels.
pub struct Drawn {
    /// whose drawing it is
    pub head: String,
    /// what it comes to, said beside the head: how long all of it took
    pub length: String,
    pub height: u32,
    pub body: Markup,
    /// what is said above it, below the head: lines short enough for a phone
    pub notes: Vec<String>,
    /// what a script must know of it, to play it and to draw a guess into it
    pub told: Told,
}

impl Drawn {
    /// Whether a phone has room for the length beside the head.
    fn fits(&self) -> bool {
        self.head.chars().count() + self.length.chars().count() + 4 <= LONGEST_LINE
    }

    fn broken(mut self) -> Self {
        self.notes.insert(0, std::mem::take(&mut self.length));
        self
    }

    fn top(&self) -> u32 {
        TITLE + NOTE * self.notes.len() as u32
    }
}

/// What a drawing says to who cannot see it.
pub struct Accessible {
    pub title: String,
    pub description: String,
}

/// A figure, but for what its caption says of its runs and for the table below it.
pub struct Figure {
    pub legend: Markup,
    pub drawing: Markup,
    pub caption: String,
}

/// Puts the panels into one SVG.
pub fn frame(accessible: &Accessible, axis: &Scale, drawn: Vec<Drawn>) -> Markup {
    // One that does not fit, and all of them stand below their heads: the eye looks in one place.
    let fit = drawn.iter().all(Drawn::fits);
    let mut y = 0;
    let placed: Vec<(u32, Drawn)> = drawn
        .into_iter()
        .map(|drawn| {
            let (top, drawn) = (y, if fit { drawn } else { drawn.broken() });
            y += drawn.top() + drawn.height + GAP;
            (top, drawn)
        })
        .collect();
    let bottom = y - GAP + 6;
    let left = -(axis.gutter as i32);
    // A padding of the SVG is the one way to leave pixels beside percents.
    let gutter = (left < 0)
        .then(|| format!("box-sizing:border-box;padding-left:{}px;overflow:visible", axis.gutter));
    let name = if axis.name.is_some() { NOTE } else { 0 };
    html! {
        svg role="img" width="100%" height=(bottom + AXIS + name) style=[gutter] fill="#555" font-size="13"
            data-over=[axis.over] data-end=[axis.over.map(|_| axis.end().round())] data-bottom=[axis.over.map(|_| bottom)] data-offered=[axis.rate.then(|| axis.end().round())] data-decades=[axis.decades.then_some(axis.end())] {
            title { (accessible.title) }
            desc { (accessible.description) }
            // One image: its parts say nothing by themselves, each hidden from who hears it.
            g.grid aria-hidden="true" stroke="#bbb" stroke-width="1" {
                @for tick in &axis.ticks {
                    @let x = axis.percent(*tick);
                    @for (top, drawn) in &placed {
                        line x1=(x) x2=(x) y1=(top + drawn.top()) y2=(top + drawn.top() + drawn.height) {}
                    }
                }
            }
            // All drawings, and then all words: what covers the ones does not lie on the others.
            @for (top, drawn) in &placed {
                svg aria-hidden="true" x="0" y=(top + drawn.top()) width="100%" height=(drawn.height) overflow="visible"
                    data-of=[&drawn.told.of] data-tally=[tally::written(&drawn.told.tallies, axis)] data-upright=[drawn.told.upright()] { (drawn.body) }
            }
            @for (top, drawn) in &placed {
                text.case aria-hidden="true" x=(left) y=(top + 16) font-weight="600" { (drawn.head) }
                @if fit {
                    text.total aria-hidden="true" x="100%" y=(top + 16) text-anchor="end" data-length { (drawn.length) }
                }
                @for (at, note) in drawn.notes.iter().enumerate() {
                    text.note aria-hidden="true" x=(left) y=(top + 16 + NOTE * (at as u32 + 1)) data-length[!fit && at == 0] { (note) }
                }
            }
            g.axis aria-hidden="true" {
                line x1="0" x2="100%" y1=(bottom) y2=(bottom) stroke="#555" {}
                @for tick in &axis.ticks {
                    // The first and the last would stand half outside.
                    @let anchor = match axis.at(*tick) { p if p < 0.02 => "start", p if p > 0.93 => "end", _ => "middle" };
                    text x=(axis.percent(*tick)) y=(bottom + 17) text-anchor=(anchor) { (axis.label(*tick)) }
                }
                @if let Some(name) = &axis.name {
                    text x="100%" y=(bottom + 17 + NOTE) text-anchor="end" { (name) }
                }
            }
        }
    }
}

/// Lines across a panel at round values, and their labels, which go over all else. A label stands
/// on its line, or right below one that is at the panel's top; where there is a gutter, in it.
pub fn rules(marks: &[(f64, String)], axis: &Scale) -> (Markup, Markup) {
    let (x, anchor) = if axis.gutter > 0 { ("-6", "end") } else { ("0", "start") };
    let lines = html! {
        g.grid stroke="#bbb" {
            @for (y, _) in marks { line x1="0" x2="100%" y1=(y) y2=(y) {} }
        }
    };
    let labels = html! {
        g.scale { @for (y, label) in marks { text x=(x) text-anchor=(anchor) y=((y + 4.5).max(12.0)) { (label) } } }
    };
    (lines, labels)
}

/// A line of the legend; its drawing is 28 wide and 14 high.
pub fn key(drawing: Markup, words: &str) -> Markup {
    html! {
        li { svg width="28" height="14" aria-hidden="true" { (drawing) } " " (words) }
    }
}
