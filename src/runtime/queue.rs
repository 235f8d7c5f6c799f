//! Which task wants to be polled? The run queue knows, and a waker is how a task
//! gets there.
//!
//! The only file of the runtime that two threads can be in at once, so the only one
//! with a lock and an atomic. loom runs it through nearly every order that the
//! memory model allows (tests/loom).

use std::sync::Arc; // loom's would not do: `Wake` exists for this one alone
use std::sync::atomic::Ordering;
use std::task::Wake;

use while_you_wait::runtime::sync::{AtomicBool, Mutex, MutexGuard};
use while_you_wait::runtime::trace::{TaskId, Tracer, What};

// ANCHOR: run-queue
/// The tasks that were woken and not yet polled, in the order of their wakes.
pub struct RunQueue {
    // A plain mutex: it is held for one push or one swap, and never while a task
    // runs.
    state: Mutex<State>,
    unpark: Box<dyn Fn() + Send + Sync>,
    tracer: Tracer,
}

struct State {
    // Numbers, not tasks: a task need not be Send, and a wake from another thread
    // comes here.
    woken: Vec<TaskId>,
    /// true: the executor sleeps, or is about to, and the next push must unpark it
    parked: bool,
}
// ANCHOR_END: run-queue

// ANCHOR: waker-queues-the-task
/// What a task hands out when it has to wait. Whoever holds a clone can have it
/// polled again.
pub struct TaskWaker {
    task: TaskId,
    /// true: already in the queue, and one poll will serve all wakes until then
    queued: AtomicBool,
    queue: Arc<RunQueue>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.queue.push(self.task);
        }
    }
}

impl TaskWaker {
    pub fn new(task: TaskId, queue: &Arc<RunQueue>) -> Arc<Self> {
        Arc::new(TaskWaker { task, queued: AtomicBool::new(false), queue: queue.clone() })
    }

    /// To be called just before the poll: a wake that comes during it must queue
    /// the task again.
    pub fn begin_poll(&self) {
        // A swap and not a store. What a second waker wrote before it found `true`
        // here and left must be seen by the poll that follows; only reading that
        // `true` makes sure of it.
        self.queued.swap(false, Ordering::AcqRel);
    }
}
// ANCHOR_END: waker-queues-the-task

// ANCHOR: park-or-push
impl RunQueue {
    pub fn new(unpark: impl Fn() + Send + Sync + 'static, tracer: Tracer) -> Arc<Self> {
        let state = Mutex::new(State { woken: Vec::new(), parked: false });
        Arc::new(RunQueue { state, unpark: Box::new(unpark), tracer })
    }

    fn push(&self, task: TaskId) {
        self.tracer.tell(task, What::Woken);
        let mut state = self.lock();
        state.woken.push(task);
        // Only a sleeping executor costs a system call. The lock is let go before
        // it.
        let unpark = std::mem::take(&mut state.parked);
        drop(state);
        if unpark {
            (self.unpark)();
        }
    }

    /// The executor may park if this says so: from here on, until `awake`, a push
    /// unparks it. Looking and saying "I sleep" under one lock leaves no gap for a
    /// wake to be lost in…
    pub fn may_park(&self) -> bool {
        let mut state = self.lock();
        state.parked = state.woken.is_empty();
        state.parked
    }

    /// …and from here on the executor will look at the queue by itself.
    pub fn awake(&self) {
        self.lock().parked = false;
    }

    /// Moves everything that is queued into `batch`, which must be empty.
    pub fn take(&self, batch: &mut Vec<TaskId>) {
        std::mem::swap(&mut self.lock().woken, batch);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds this lock")
    }
}
// ANCHOR_END: park-or-push
