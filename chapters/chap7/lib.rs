//! Chapter 7: web servers that wait for a database.
//!
//! `database` has a PostgreSQL of the chapter's own, the ways to it, and SQLite; `servers` do the same
//! work and wait for it in different ways; `hands` ask what no load can ask.

// So that a file can name its neighbours as a reader's program does: a listing that is cut from
// here compiles on the page, too.
extern crate self as chap7;

pub mod database;
pub mod hands;
pub mod servers;
pub mod work;
