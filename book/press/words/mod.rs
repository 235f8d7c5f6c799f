//! Every word that the press writes into a page for its reader: fixed ones, and sentences with room for values.
//! No other file of the press has any, and none of the book's scripts: these find theirs in the page
//! ([`scripts`]). A test holds that it stays so.
//!
//! Another language is another module beside [`en`], with the same names, and its name in the two lines
//! below: the compiler says which of them it lacks. A sentence is whole, with its values as arguments, so that
//! each language has its own order and its own plurals.
//!
//! A page has words from other places, too, which are to be put into another language by themselves:
//! - the chapters' own markdown, with its titles, and the book's title in `book.toml`;
//! - the kit: the labels and units of metrics and the names of outcomes, in one table each
//!   (`src/views/metrics`, `src/record/outcome.rs`), and how numbers are written (`src/views`);
//! - the claims' sentences, which are the doc comments of their tests;
//! - mdBook's own frame, as far as [`frame::INSTEAD`] has nothing in its place.
//!
//! What is said to whoever writes the book, in a terminal or in the place of a page, is no word of a page: it
//! stands where it is found out.

mod en;

pub use en::*;
