//! The frame that every figure shares: panels below each other, one time axis beneath.

use maud::{Markup, html};

use super::Panel;
use super::scale::{Scale, time};

const TITLE: u32 = 24;
/// A further line above the drawing.
const NOTE: u32 = 18;
const GAP: u32 = 18;
const AXIS: u32 = 24;

/// A panel's drawing and its height in pixels.
pub struct Drawn {
    /// how long all of it took, said beside the case's name
    pub length: String,
    pub height: u32,
    pub body: Markup,
    /// what is said above it, below the case's name and total: lines short enough for a phone
    pub notes: Vec<String>,
}

impl Drawn {
    fn head(&self) -> u32 {
        TITLE + NOTE * self.notes.len() as u32
    }
}

/// The time axis that holds every panel.
pub fn time_axis(panels: &[Panel]) -> Scale {
    Scale::to(panels.iter().map(|panel| panel.run.end.at).max().unwrap_or(1), 6)
}

/// What a drawing says to who cannot see it.
pub struct Told {
    pub title: String,
    pub description: String,
}

/// Puts the panels into one SVG.
pub fn frame(panels: &[Panel], told: &Told, axis: &Scale, drawn: Vec<Drawn>) -> Markup {
    let mut y = 0;
    let placed: Vec<(u32, &Panel, Drawn)> = panels
        .iter()
        .zip(drawn)
        .map(|(panel, drawn)| {
            let top = y;
            y += drawn.head() + drawn.height + GAP;
            (top, panel, drawn)
        })
        .collect();
    let bottom = y - GAP + 6;
    let greatest = axis.ticks.last().copied().unwrap_or(0.0);
    html! {
        svg role="img" width="100%" height=(bottom + AXIS) fill="#555" font-size="13" {
            title { (told.title) }
            desc { (told.description) }
            g.grid stroke="#bbb" stroke-width="1" {
                @for tick in &axis.ticks {
                    @let x = axis.percent(*tick);
                    @for (top, _, drawn) in &placed {
                        line x1=(x) x2=(x) y1=(top + drawn.head()) y2=(top + drawn.head() + drawn.height) {}
                    }
                }
            }
            @for (top, panel, drawn) in &placed {
                text.case x="0" y=(top + 16) font-weight="600" { (panel.case()) }
                text.total x="100%" y=(top + 16) text-anchor="end" { (drawn.length) }
                @for (at, note) in drawn.notes.iter().enumerate() {
                    text.note x="0" y=(top + 16 + NOTE * (at as u32 + 1)) { (note) }
                }
                svg x="0" y=(top + drawn.head()) width="100%" height=(drawn.height) { (drawn.body) }
            }
            g.axis {
                line x1="0" x2="100%" y1=(bottom) y2=(bottom) stroke="#555" {}
                @for tick in &axis.ticks {
                    // The first and the last would stand half outside.
                    @let anchor = match axis.at(*tick) { p if p < 0.02 => "start", p if p > 0.93 => "end", _ => "middle" };
                    text x=(axis.percent(*tick)) y=(bottom + 17) text-anchor=(anchor) { (time(*tick, greatest)) }
                }
            }
        }
    }
}
