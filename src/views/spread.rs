//! Repeats with their spread: the median, and how far the others lie from it. Pure.

use std::fmt;

use crate::views::quantity::Quantity;

/// One number in all repeats of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// the lower one of two middles, so that it was really measured
    pub median: Quantity,
    /// the least of all repeats
    pub least: Quantity,
    /// the most of all repeats
    pub most: Quantity,
    /// repeats in which there was nothing to measure, such as a percentile without an answer
    pub absent: usize,
    /// in all, with those
    pub repeats: usize,
}

/// The spread of a number over its repeats; `None` where none of them measured it.
pub fn of(repeats: &[Quantity]) -> Option<Spread> {
    let mut found: Vec<(f64, &Quantity)> = repeats
        .iter()
        .filter_map(|quantity| match quantity {
            Quantity::Text(_) => Some((0.0, quantity)),
            _ => Some((quantity.value()?, quantity)),
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let (last, at) = (found.len().checked_sub(1)?, |nth: usize| found[nth].1.clone());
    Some(Spread {
        median: at(last / 2),
        least: at(0),
        most: at(last),
        absent: repeats.len() - found.len(),
        repeats: repeats.len(),
    })
}

/// `9.01–9.10 s`; empty where every repeat shows the same.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = (self.least.to_string(), self.most.to_string());
        let differ = least != most && !matches!(self.median, Quantity::Text(_));
        if differ {
            // A unit that both have is said once.
            let unit = |text: &str| text.split_once(' ').map(|(_, unit)| unit.to_string());
            let shown = match unit(&least) == unit(&most) {
                true => least.split(' ').next().unwrap_or_default(),
                false => least.as_str(),
            };
            write!(f, "{shown}–{most}")?;
        }
        if self.absent > 0 {
            let comma = if differ { ", " } else { "" };
            write!(f, "{comma}{} of {} without", self.absent, self.repeats)?;
        }
        Ok(())
    }
}
