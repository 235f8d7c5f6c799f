//! Chapter 6: a chat server before a language model.
//!
//! `model` behaves as a language model's server does; `gateway` stands before it, and is what the
//! chapter is about; `retrieval` finds the passages of the book that the two talk about. `rude` asks
//! any gateway what real ones were seen to get wrong; `python` and `nginx` start other people's
//! servers.

// So that a file can name its neighbours as a reader's program does: a listing that is cut from
// here compiles on the page, too.
extern crate self as chap6;

pub mod gateway;
pub mod model;
pub mod nginx;
pub mod protocol;
pub mod python;
pub mod retrieval;
pub mod rude;
