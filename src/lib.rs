//! The kit of *While You Wait*: asks a server a question and measures the answer.
//!
//! Data flows one way. A chapter declares its cases (servers) and experiments; the kit starts
//! each case as a process of its own, sends it a load, and writes what happened as a
//! [`record`]. Everything a person sees, in the terminal, on the page or in a test, is computed
//! from those lines by pure functions.
//!
//! The kit hides nothing that a chapter teaches: it receives an address, never a handler's insides.

pub mod metrics;
pub mod names;
pub mod outcome;
pub mod quantity;
mod read;
pub mod record;
pub mod summary;
pub mod timeline;
pub mod write;
