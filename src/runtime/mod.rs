//! The runtime of chapter 3: thousands of waiting tasks on one thread, with std and
//! mio alone.
//!
//! What it refuses to be: it has no second thread, steals no work, gives nobody a
//! budget, and runs no blocking code for you. The page says what tokio does about
//! each.
//!
//! File by file: a task ([`task`]) waits for a moment ([`timer`]) or for bytes
//! ([`reactor`], [`net`]) and leaves a waker there. The waker puts the task in the
//! run queue ([`queue`]). The executor ([`executor`]) takes it out of there and
//! polls it, and parks when there is nobody to poll. A tracer ([`trace`]) may
//! listen. [`hyper_io`] lets hyper ride on it.

pub mod executor;
pub mod hyper_io;
pub mod net;
pub mod queue;
pub mod reactor;
pub mod sync;
pub mod task;
pub mod timer;
pub mod trace;

pub use executor::{Held, Runtime, held, reactor_here, sleep, sleep_until, spawn, yield_now};
