//! Every Rust block of the book compiles, and every one that is not cut from a program runs.

mod complete;
mod refused;

include!(concat!(env!("OUT_DIR"), "/skeptic-tests.rs"));
