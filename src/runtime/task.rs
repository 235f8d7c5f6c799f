//! What is a task? A future that the runtime owns, and a handle by which another
//! may wait for it.

use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

// ANCHOR: join-handle
/// Waits for a task's output. Dropping it lets the task run on, unattended.
pub struct JoinHandle<T> {
    joint: Rc<Joint<T>>,
    task: Waker,
}

/// Why a task has no output.
#[derive(Debug)]
pub enum JoinError {
    /// It panicked, with this. Other tasks are not harmed: each waits in a future
    /// of its own.
    Panicked(Box<dyn Any + Send>),
    Aborted,
}

/// Between a task and its handle. Both live on the runtime's thread, so a `Cell`
/// does it.
struct Joint<T> {
    outcome: Cell<Option<Result<T, JoinError>>>,
    joiner: Cell<Option<Waker>>,
    aborted: Cell<bool>,
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.joint.outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                self.joint.joiner.set(Some(cx.waker().clone()));
                Poll::Pending
            }
        }
    }
}

impl<T> JoinHandle<T> {
    /// Asks the task to end. At its next turn its future is dropped where it waits,
    /// not polled.
    pub fn abort(&self) {
        self.joint.aborted.set(true);
        self.task.wake_by_ref();
    }
}
// ANCHOR_END: join-handle

// ANCHOR: one-turn-of-a-task
/// A future, its output sent to its handle: all tasks look alike to the executor.
struct Work<F: Future> {
    future: Pin<Box<F>>,
    joint: Rc<Joint<F::Output>>,
}

impl<F: Future> Future for Work<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let outcome = if self.joint.aborted.get() {
            Err(JoinError::Aborted)
        } else {
            // Nobody will look inside a future that panicked: it is dropped next.
            // That is what AssertUnwindSafe asserts.
            match catch_unwind(AssertUnwindSafe(|| self.future.as_mut().poll(cx))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(output)) => Ok(output),
                Err(panic) => Err(JoinError::Panicked(panic)),
            }
        };
        self.joint.outcome.set(Some(outcome));
        if let Some(joiner) = self.joint.joiner.take() {
            joiner.wake();
        }
        Poll::Ready(())
    }
}
// ANCHOR_END: one-turn-of-a-task

/// What the executor keeps of a task.
pub type BoxedTask = Pin<Box<dyn Future<Output = ()>>>;

/// Makes a task and its handle of a future. `task` is the waker that will queue it.
pub fn join<F>(future: F, task: Waker) -> (BoxedTask, JoinHandle<F::Output>)
where
    F: Future + 'static,
    F::Output: 'static,
{
    let joint = Rc::new(Joint {
        outcome: Cell::new(None),
        joiner: Cell::new(None),
        aborted: Cell::new(false),
    });
    let work = Work { future: Box::pin(future), joint: joint.clone() };
    (Box::pin(work), JoinHandle { joint, task })
}
