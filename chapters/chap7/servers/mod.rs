//! Web servers that do the same work, and wait for their database in different ways.

pub mod counts;
pub mod held;
pub mod looks;
pub mod one_writer;
pub mod payments;
pub mod python;
pub mod threads;
pub mod twice;
pub mod web;
