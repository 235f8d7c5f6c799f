//! The kit of *While You Wait*: asks a server a question and measures the answer.
//!
//! Data flows one way. A chapter declares its cases (servers) and experiments; the kit starts
//! each case as a process of its own, sends it a load, and writes what happened as a
//! [`record`]. Everything a person sees, in the terminal, on the page or in a test, is computed
//! from those lines by pure functions.
//!
//! The kit hides nothing that a chapter teaches: it receives an address, never a handler's insides.

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

pub use chapter::{Asked, Case, Chapter, Counters, Examine, Experiment, Generator, Seen};
pub use load::{Arrivals, Load, Probe};
pub use record::{histogram, outcome, write};
pub use server::serve::{self, Failure, Serve, server_timing};
pub use views::{
    ab, metrics, names, pace, quantity, served, slices, spread, summary, sweep, timeline, trace,
};
