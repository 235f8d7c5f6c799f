//! The kit of *While You Wait*: asks a server a question and measures the answer.
//!
//! # The way of the data
//!
//! A chapter declares what it asks; from there data flows one way, and each room below uses only
//! what stands further down (a test holds that).
//!
//! 1. [`chapter`]: a [`Chapter`] is its cases (servers) and its [`Experiment`]s (who asks them, and
//!    how). `Chapter::main` is the whole of a chapter's `main`.
//! 2. `program` (private): the command line, and what a person sees in the terminal.
//! 3. [`server`]: each case becomes a process of its own, which is watched while it serves.
//! 4. [`load`]: a [`Load`] is sent to it, and each request's fate is kept.
//! 5. [`record`]: what happened, as lines of JSON, and nothing that was computed from them.
//! 6. [`views`]: pure functions from runs to numbers and pictures. [`views::metrics`] has the table
//!    of all metrics; [`views::names`] finds a number by its name.
//!
//! Apart from these stands [`runtime`], which chapter 3 builds and explains.
//!
//! The kit hides nothing that a chapter teaches: it receives an address, never a handler's insides.
//!
//! # From a record to its numbers
//!
//! Terminal, pages and tests all do this:
//!
//! ```
//! use while_you_wait::record::read;
//! use while_you_wait::views::metrics;
//! use while_you_wait::views::names::{Name, Runs};
//!
//! // Two requests on one lane, one after another, to a handler that waits for a millisecond.
//! let record = concat!(
//!     r#"{"kind":"run","version":1,"chapter":"chap1","experiment":"two","case":"axum","#,
//!     r#""repeat":1,"repeats":1,"delay-us":1000,"load":{"mode":"closed","requests":2,"#,
//!     r#""concurrency":1,"ramp-us":0,"timeout-us":60000000,"keep-alive":true},"#,
//!     r#""machine":{"os":"linux","arch":"x86_64","kernel":null,"cpu":null,"cores":2,"#,
//!     r#""memory-bytes":null,"build":"release","rustc":"rustc 1.88.0"},"#,
//!     r#""date":"2026-01-01T00:00:00Z","command":"cargo run --example chap1","columns":["#,
//!     r#""connection","due","connected","sent","first-byte","done","handler","worker","outcome"]}"#, "\n",
//!     r#"[0,0,150,200,1280,1300,1000,"1","ok"]"#, "\n",
//!     r#"[0,1300,null,1310,2390,2400,1000,"1","ok"]"#, "\n",
//!     r#"{"kind":"fact","name":"threads-peak","value":2,"unit":"threads"}"#, "\n",
//!     r#"{"kind":"end","at":2500}"#,
//! );
//! let runs = Runs::from(read(record)?);
//!
//! let mut table = String::new();
//! for metric in ["ok", "total", "waits", "p50", "max", "threads-peak"] {
//!     let name: Name = format!("chap1.two.axum.{metric}").parse()?;
//!     table += &format!("{:<16} {}\n", metrics::label(metric), runs.measured(&name)?);
//! }
//! assert_eq!(
//!     table,
//!     "\
//! answered         2
//! total time       2.40 ms
//! in waits         2.40
//! median latency   1.10 ms
//! longest latency  1.30 ms
//! threads, peak    2
//! "
//! );
//!
//! // A record that was cut short is refused, and says where.
//! let cut = read(record.trim_end_matches(r#"{"kind":"end","at":2500}"#)).unwrap_err();
//! assert_eq!(cut.line, Some(4));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Short names
//!
//! What stands in the root beside the rooms is for chapters: what a chapter is declared with. Everywhere
//! else a path says which room a thing is from.

// So that a file can name its neighbours as a reader's program does: a listing that is cut from
// here compiles on the page, too.
extern crate self as while_you_wait;

pub mod chapter;
pub mod load;
mod program;
pub mod record;
pub mod runtime;
pub mod server;
pub mod views;

pub use chapter::{Asked, Case, Chapter, Counters, Examine, Experiment, Form, Generator, Seen};
pub use load::{Answer, Arrivals, Ask, HangUp, Load, Probe};
pub use server::serve::{self, Failure, Serve, server_timing};
