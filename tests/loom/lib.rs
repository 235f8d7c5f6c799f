//! The book's own run queue, compiled a second time with loom's mutex and atomic in place of std's.
//!
//! The file names its neighbours by the book's crate, so here that crate is this one.

extern crate self as while_you_wait;

#[path = "../../src/runtime"]
pub mod runtime {
    pub mod queue;
    pub mod trace;

    pub mod sync {
        pub use loom::sync::{Mutex, MutexGuard, atomic::AtomicBool};
    }
}
