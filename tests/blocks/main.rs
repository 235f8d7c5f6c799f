//! Every Rust block of the book compiles, and every one that is not cut from a program runs.
#![allow(non_snake_case)] // skeptic names a test by its heading, whatever stands in that

mod complete;
mod refused;

include!(concat!(env!("OUT_DIR"), "/skeptic-tests.rs"));
