//! Whose turn is it, and what to do when it is nobody's? Polls who was woken; parks
//! when none was.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use while_you_wait::runtime::queue::{RunQueue, TaskWaker};
use while_you_wait::runtime::reactor::Reactor;
use while_you_wait::runtime::task::{BoxedTask, JoinHandle, join};
use while_you_wait::runtime::timer::{Sleep, Timers};
use while_you_wait::runtime::trace::{MAIN, TaskId, Tracer, What};

// ANCHOR: all-there-is
/// Everything a runtime is: tasks, and the three places where a waker of theirs can
/// lie.
pub struct Runtime {
    tasks: RefCell<HashMap<TaskId, Task>>,
    queue: Arc<RunQueue>,
    timers: Rc<Timers>,
    reactor: Rc<Reactor>,
    next: Cell<u64>,
    tracer: Tracer,
}

struct Task {
    future: BoxedTask,
    waker: Arc<TaskWaker>,
}
// ANCHOR_END: all-there-is

// ANCHOR: park-wake-poll
impl Runtime {
    /// Runs `main` to its end, and meanwhile every task that it spawns. Tasks that are left over
    /// when `main` is done are dropped where they wait.
    ///
    /// # Panics
    /// When `main` does, or when this thread is inside a runtime already.
    pub fn block_on<T>(self, main: impl Future<Output = T>) -> T {
        let here = Here::enter(self);
        let runtime = here.0.clone();
        let mut main = pin!(main);
        let main_waker = TaskWaker::new(MAIN, &runtime.queue);
        let mut batch = vec![MAIN];
        loop {
            // Everyone who was woken has one turn. Who is woken meanwhile is in the
            // next batch, after the timers and the operating system have been asked
            // again.
            for task in batch.drain(..) {
                if task != MAIN {
                    runtime.take_turn(task);
                } else if let Poll::Ready(output) =
                    runtime.poll(MAIN, main.as_mut(), main_waker.clone())
                {
                    return output;
                }
            }
            let until = match runtime.queue.may_park() {
                true => runtime.timers.earliest(),
                false => Some(Instant::now()),
            };
            runtime.reactor.park(until.map(|t| t.saturating_duration_since(Instant::now())));
            runtime.queue.awake();
            runtime.reactor.wake_ready();
            runtime.timers.wake_due(Instant::now());
            runtime.queue.take(&mut batch);
        }
    }

    /// A task's turn. The task is out of the map while it runs, so that it may
    /// spawn others.
    fn take_turn(&self, id: TaskId) {
        // Nobody there: a wake that came after the task was done.
        let Some(mut task) = self.tasks.borrow_mut().remove(&id) else { return };
        match self.poll(id, task.future.as_mut(), task.waker.clone()) {
            Poll::Pending => drop(self.tasks.borrow_mut().insert(id, task)),
            Poll::Ready(()) => {}
        }
    }

    fn poll<T>(
        &self,
        id: TaskId,
        future: Pin<&mut (impl Future<Output = T> + ?Sized)>,
        waker: Arc<TaskWaker>,
    ) -> Poll<T> {
        waker.begin_poll();
        self.tracer.tell(id, What::Polled);
        let poll = future.poll(&mut Context::from_waker(&Waker::from(waker)));
        self.tracer.tell(id, if poll.is_ready() { What::Done } else { What::Pending });
        poll
    }
}
// ANCHOR_END: park-wake-poll

// ANCHOR: spawn-sleep-yield
/// Starts a task. It is first polled when the one that spawns it has had its turn.
///
/// # Panics
/// Outside of a runtime; so do all functions here.
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let runtime = Here::get();
    let id = TaskId(runtime.next.replace(runtime.next.get() + 1));
    let waker = TaskWaker::new(id, &runtime.queue);
    let (future, handle) = join(future, Waker::from(waker.clone()));
    runtime.tracer.tell(id, What::Spawned);
    std::task::Wake::wake_by_ref(&waker);
    runtime.tasks.borrow_mut().insert(id, Task { future, waker });
    handle
}

/// Waits without a thread. Never shorter than `duration`.
pub fn sleep(duration: Duration) -> Sleep {
    sleep_until(Instant::now() + duration)
}

/// Waits until `deadline`, or not at all where that has passed.
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::until(deadline, Here::get().timers.clone())
}

/// Lets everyone else who is ready have a turn first.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
// ANCHOR_END: spawn-sleep-yield

/// The runtime that this thread is inside of, so that `sleep` need not be told.
struct Here(Rc<Runtime>);

thread_local! {
    static HERE: RefCell<Option<Rc<Runtime>>> = const { RefCell::new(None) };
}

impl Here {
    fn enter(runtime: Runtime) -> Here {
        let runtime = Rc::new(runtime);
        HERE.with_borrow_mut(|here| {
            assert!(here.is_none(), "block_on inside of block_on: nobody would poll the outer one");
            *here = Some(runtime.clone());
        });
        Here(runtime)
    }

    fn get() -> Rc<Runtime> {
        HERE.with_borrow(Clone::clone).expect("no runtime here: call this inside of block_on")
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        // While the runtime is still here: what a task's locals do as they are
        // dropped may need it.
        let left_over = self.0.tasks.take();
        drop(left_over);
        HERE.take();
    }
}

impl Runtime {
    /// # Errors
    /// The operating system has no file descriptors left for us.
    pub fn new() -> io::Result<Self> {
        Runtime::traced(Tracer::default())
    }

    /// A runtime that tells `tracer` of every spawn, poll and wake.
    ///
    /// # Errors
    /// As [`Runtime::new`].
    pub fn traced(tracer: Tracer) -> io::Result<Self> {
        let (reactor, unpark) = Reactor::new()?;
        // Should unparking fail, there is no selector any more, and nobody parked
        // in it.
        let queue = RunQueue::new(move || drop(unpark.wake()), tracer.clone());
        Ok(Runtime {
            tasks: RefCell::default(),
            queue,
            timers: Rc::default(),
            reactor: Rc::new(reactor),
            next: Cell::new(MAIN.0 + 1),
            tracer,
        })
    }
}

/// The reactor that a new socket is to be registered with.
pub fn reactor_here() -> Rc<Reactor> {
    Here::get().reactor.clone()
}

/// How much the runtime holds at this moment: what a dropped task leaves behind
/// would show here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// besides the one that asks
    pub tasks: usize,
    pub sleepers: usize,
    /// waits for a socket to become readable or writable
    pub waits: usize,
}

/// Counts what the runtime holds.
pub fn held() -> Held {
    let runtime = Here::get();
    let tasks = runtime.tasks.borrow().len();
    Held { tasks, sleepers: runtime.timers.count(), waits: runtime.reactor.count() }
}
