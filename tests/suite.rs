//! All tests but those that need Chromium or Python's clients, and the blocks on the pages: one
//! program, so that both cores have something to do until the last of them ends.

mod chapters;
mod claims;
mod contracts;
mod load;
mod press;
mod prose;
mod runtime;
