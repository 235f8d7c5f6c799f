//! The two primitives that threads meet at: std's, or loom's stand-ins while loom tries every order.

#[cfg(loom)]
pub use loom::sync::{Mutex, MutexGuard, atomic::AtomicBool};
#[cfg(not(loom))]
pub use std::sync::{Mutex, MutexGuard, atomic::AtomicBool};
