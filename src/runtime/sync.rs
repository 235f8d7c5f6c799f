//! The two primitives that threads meet at. Named here and not where they are used,
//! so that a test can put loom's in their place (tests/loom).

pub use std::sync::{Mutex, MutexGuard, atomic::AtomicBool};
