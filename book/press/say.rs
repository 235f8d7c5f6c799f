//! Saying things on stdout and stderr, whoever listens: `println!` panics where nobody does.

use std::io::{self, ErrorKind, Write};

use crate::mistake::Failure;

/// A line on stdout that is what a command was asked for. Where it cannot be written, the command
/// did not succeed.
///
/// # Errors
/// It could not be written, to its last byte.
pub fn result(line: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    written(writeln!(stdout, "{line}").and_then(|()| stdout.flush()))
}

/// What a write to stdout means for the command that wrote.
///
/// # Errors
/// It failed.
pub fn written(done: io::Result<()>) -> Result<(), Failure> {
    done.map_err(|why| match why.kind() {
        ErrorKind::BrokenPipe => Failure::Unheard,
        _ => Failure::Other(format!("cannot write to stdout: {why}")),
    })
}

/// A line on stdout about what is going on. Nothing ends because nobody reads it.
pub fn news(line: &str) {
    let _ = result(line);
}

/// A line on stderr about what is going on or wrong.
pub fn wrong(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
