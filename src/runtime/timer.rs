//! Who waits for a moment to come? Wakers, sorted by the moment.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

// ANCHOR: sleepers-in-order
/// Everyone who sleeps, the first to wake first.
#[derive(Default)]
pub struct Timers {
    // A sorted map where the step before had a heap: a sleep that is dropped must
    // go out of the middle, and of a heap only the top can. The number keeps apart
    // two with one deadline.
    sleepers: RefCell<BTreeMap<(Instant, u64), Waker>>,
    next: Cell<u64>,
}

impl Timers {
    /// How long the executor may park. `None`: for ever, as far as time goes.
    pub fn earliest(&self) -> Option<Instant> {
        self.sleepers.borrow().keys().next().map(|&(deadline, _)| deadline)
    }

    pub fn wake_due(&self, now: Instant) {
        while let Some(waker) = self.pop_due(now) {
            waker.wake();
        }
    }

    fn pop_due(&self, now: Instant) -> Option<Waker> {
        let mut sleepers = self.sleepers.borrow_mut();
        let first = sleepers.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    pub fn count(&self) -> usize {
        self.sleepers.borrow().len()
    }
}
// ANCHOR_END: sleepers-in-order

// ANCHOR: sleep-is-a-deadline
/// Done when its deadline has passed. All a waiting request needs to keep while it
/// waits.
pub struct Sleep {
    timers: Rc<Timers>,
    key: (Instant, u64),
}

impl Sleep {
    pub fn until(deadline: Instant, timers: Rc<Timers>) -> Self {
        let number = timers.next.replace(timers.next.get() + 1);
        Sleep { timers, key: (deadline, number) }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.key.0 <= Instant::now() {
            return Poll::Ready(());
        }
        // Again at every poll: the task that asks now need not be the one that
        // asked before.
        let _old = self.timers.sleepers.borrow_mut().insert(self.key, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        // Dropped when the map is free again: a waker may own a future, and that
        // another sleep.
        let _old = self.timers.sleepers.borrow_mut().remove(&self.key);
    }
}
// ANCHOR_END: sleep-is-a-deadline
