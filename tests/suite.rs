//! All tests but those that need Chromium or Python's clients, and the blocks on the pages: one
//! program, so that both cores have something to do until the last of them ends.
//!
//! Tests are begun in the order of their names. What is run now for the claims waits more than it
//! computes, so it is begun before all else, and the claims are asked when the others are over.

mod begin;
mod chapters;
mod contracts;
mod load;
mod press;
mod prose;
mod runtime;

#[path = "."]
mod then {
    pub mod claims;
}

use then::claims;
