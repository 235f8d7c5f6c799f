//! The press: turns prose and recorded runs into a book that cannot lie.
//!
//! A page asks for a number, a table or a figure by name ([`directive`]); [`weave`] puts in what
//! the record holds. Whatever an author can get wrong is a [`mistake`] with a file and a line,
//! and all of them are reported at once. The same [`book::Press`] runs inside this program and,
//! as mdBook's preprocessor, under the ordinary `mdbook build`.

mod across;
pub mod answer;
pub mod block;
pub mod book;
pub mod check;
pub mod claims;
pub mod directive;
mod evidence;
mod figure;
pub mod finish;
mod fold;
mod found;
pub mod hold;
mod html;
pub mod include;
mod island;
mod links;
mod listing;
pub mod live;
mod loose;
mod machine;
pub mod mistake;
mod near;
pub mod page;
mod predict;
pub mod preprocess;
pub mod project;
mod question;
pub mod record;
pub mod rows;
pub mod runs;
pub mod say;
mod search;
pub mod serve;
pub mod source;
mod strays;
mod table;
mod texts;
pub mod uses;
pub mod weave;
pub mod words;
