//! What can go wrong, and which exit status says so.

use std::io::{self, ErrorKind};

/// What went wrong, and whose business it is.
pub enum Wrong {
    /// what was typed cannot be done: exit status 2
    Input(String),
    /// it was tried and failed: exit status 1
    Experiment(String),
    /// whoever read has left, as `| head` does: exit status 1, and nobody to tell
    Unheard,
}

/// What writing to a person came to.
pub fn said(done: io::Result<()>) -> Result<(), Wrong> {
    done.map_err(|why| match why.kind() {
        ErrorKind::BrokenPipe => Wrong::Unheard,
        _ => Wrong::Experiment(format!("what is to be shown cannot be written: {why}")),
    })
}
