//! A case as a process of its own: what it is given, how it is started and ended, what it takes.

pub(crate) mod monitor;
pub mod process;
mod program;
pub mod python;
pub mod serve;
