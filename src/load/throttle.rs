//! How a slow reader reads: a few bytes, then a rest.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// How often a slow reader reads, at most: tokio's timer counts in whole milliseconds.
const READS_PER_SECOND: u32 = 100;

/// Says how much may be read now.
pub(super) struct Throttle {
    bytes_per_second: u32,
    rest: Pin<Box<Sleep>>,
}

impl Throttle {
    pub fn new(bytes_per_second: u32) -> Self {
        let rest = Box::pin(sleep_until(Instant::now()));
        Throttle { bytes_per_second: bytes_per_second.max(1), rest }
    }

    /// Waits for the end of the rest, and says how many bytes may be read then.
    pub fn poll_rested(&mut self, cx: &mut Context<'_>) -> Poll<usize> {
        let most = self.bytes_per_second.div_ceil(READS_PER_SECOND) as usize;
        self.rest.as_mut().poll(cx).map(|()| most)
    }

    /// Rests for as long as these bytes should have taken.
    pub fn has_read(&mut self, bytes: usize) {
        let took = Duration::from_secs_f64(bytes as f64 / f64::from(self.bytes_per_second));
        self.rest.as_mut().reset(Instant::now() + took);
    }
}
