//! A PostgreSQL for the chapter, and the way to it.

pub mod access;
pub mod awaiting;
pub mod blocking;
pub mod cluster;
mod errors;
pub mod leaving;
pub mod scratch;
pub mod sqlite;
