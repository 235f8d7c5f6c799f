//! Tallies: how many requests are where at each moment, for a script that plays a figure. They stand
//! in the drawing itself.

use std::collections::BTreeMap;
use std::fmt::Write;

use while_you_wait::views::summary::steps;

use super::scale::Scale;

/// Moments are told in thousandths of the axis, which is less than a pixel.
const CELLS: f64 = 1000.0;
/// More steps than this, and they are told in hundredths.
const MOST_STEPS: usize = 150;

/// Something that is counted while time passes.
pub struct Tally {
    /// as in the style sheet
    class: &'static str,
    words: &'static str,
    /// from this moment on, so many
    pub steps: Vec<(u64, usize)>,
}

impl Tally {
    /// How many there are at a moment.
    pub fn now(
        class: &'static str,
        words: &'static str,
        all: impl Iterator<Item = (u64, u64)>,
    ) -> Self {
        Tally { class, words, steps: steps(all) }
    }

    /// How many there have been.
    pub fn so_far(
        class: &'static str,
        words: &'static str,
        all: impl Iterator<Item = u64>,
    ) -> Self {
        let mut all: Vec<u64> = all.collect();
        all.sort_unstable();
        Tally { class, words, steps: all.into_iter().zip(1..).collect() }
    }
}

/// What is told of a panel to the book's scripts.
#[derive(Default)]
pub struct Told {
    /// the series that is drawn, where it is one
    pub of: Option<String>,
    /// what is counted while time passes
    pub tallies: Vec<Tally>,
    /// of an upright axis of times: how it grows, and two of its values with their places
    pub upright: Option<(&'static str, [(f64, f64); 2])>,
}

impl Told {
    pub fn upright(&self) -> Option<String> {
        let (how, [(a, at), (b, bt)]) = self.upright?;
        Some(format!("{how} {a:.0} {at:.1} {b:.0} {bt:.1}"))
    }
}

/// `served:being served:0 5,333 4`: at each moment the number that holds from there on. What never
/// happens is not told.
pub fn written(tallies: &[Tally], axis: &Scale) -> Option<String> {
    let mut told = String::new();
    let happens = |tally: &&Tally| tally.steps.iter().any(|(_, number)| *number > 0);
    for Tally { class, words, steps } in tallies.iter().filter(happens) {
        let _ = write!(told, "{}{class}:{words}:", if told.is_empty() { "" } else { ";" });
        let mut cells = in_cells(steps, axis, 1);
        if cells.len() > MOST_STEPS {
            cells = in_cells(steps, axis, 10);
        }
        let mut before = 0;
        let mut pairs = Vec::new();
        for (cell, number) in cells {
            if number != before {
                pairs.push(format!("{cell} {number}"));
            }
            before = number;
        }
        told += &pairs.join(",");
    }
    (!told.is_empty()).then_some(told)
}

/// What holds from the first of the cells on that lie not before a step.
fn in_cells(steps: &[(u64, usize)], axis: &Scale, width: u64) -> BTreeMap<u64, usize> {
    let cell = |at: u64| (axis.at(at as f64) * CELLS / width as f64).ceil() as u64 * width;
    steps.iter().map(|(at, number)| (cell(*at), *number)).collect()
}
