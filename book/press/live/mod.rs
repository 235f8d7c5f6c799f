//! Figures that a reader can make anew on their own machine: which, by which command, and how far
//! what they show may be changed. The machinery that runs them is `serve::live`.

pub mod compare;
mod knobs;
pub mod panel;
pub mod plan;

pub use knobs::{ROWS, row_of};
