//! The protocol by which the ordinary `mdbook` calls the press: a book in, a book out.

use std::io::{Read, Write};
use std::sync::Arc;

use mdbook_preprocessor::{Preprocessor, parse_input};

use crate::book::Press;
use crate::mistake::Failure;
use crate::project::Project;
use crate::runs::Recorded;
use crate::say;

/// Reads a book, weaves it, writes it.
///
/// # Errors
/// The book is wrong, or what came in is no book.
pub fn run(input: impl Read, mut output: impl Write) -> Result<(), Failure> {
    let (context, book) = parse_input(input)
        .map_err(|error| Failure::Input(format!("mdBook starts this, not you: {error:#}")))?;
    let record = Recorded::of(&Project::at(&context.root));
    let woven = Press::strict(Arc::new(record)).run(&context, book)?;
    let text = serde_json::to_string(&woven)
        .map_err(|why| Failure::Other(format!("cannot write the book: {why}")))?;
    // Without the flush, what does not fit on a full disk would be lost in silence.
    say::written(output.write_all(text.as_bytes()).and_then(|()| output.flush()))
}
