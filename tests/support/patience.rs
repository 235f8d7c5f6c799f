//! The allowance for a busy machine: how long a test waits for what must happen.

use std::thread;
use std::time::{Duration, Instant};

/// Far longer than anything takes that a test waits for, however busy the machine: what has not
/// happened by then does not happen.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Looks again and again until there is something to see; `None` when patience is at its end.
pub fn within_patience<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Some(seen) = look() {
            return Some(seen);
        }
        thread::sleep(Duration::from_millis(10));
    }
    None
}

/// Whether it is so, sooner or later.
pub fn comes_true(mut is_so: impl FnMut() -> bool) -> bool {
    within_patience(|| is_so().then_some(())).is_some()
}
