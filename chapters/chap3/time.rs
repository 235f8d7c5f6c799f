//! Who wakes a task when its time has come? Not a thread for each: one heap of
//! deadlines, and the executor parks until the first of them. Tasks, wakers and the
//! queue are those of the last listing.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

type TaskId = usize;

// ANCHOR: heap-of-deadlines
/// When somebody wants to be woken, the earliest on top; and who that is, by the
/// same number.
#[derive(Default)]
struct Timers {
    heap: RefCell<BinaryHeap<Reverse<(Instant, usize)>>>,
    sleepers: RefCell<BTreeMap<usize, Waker>>,
    next: Cell<usize>,
}

impl Timers {
    fn earliest(&self) -> Option<Instant> {
        self.heap.borrow().peek().map(|Reverse((deadline, _))| *deadline)
    }

    fn wake_due(&self, now: Instant) {
        while self.earliest().is_some_and(|deadline| deadline <= now) {
            let Some(Reverse((_, number))) = self.heap.borrow_mut().pop() else {
                return;
            };
            // Nobody: that sleep was dropped. Only its number stayed, because of a
            // heap nothing but the top can be taken.
            let sleeper = self.sleepers.borrow_mut().remove(&number);
            sleeper.into_iter().for_each(Waker::wake);
        }
    }
}
// ANCHOR_END: heap-of-deadlines

// ANCHOR: sleep-is-a-future
struct Sleep {
    deadline: Instant,
    number: usize,
    timers: Rc<Timers>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.deadline <= Instant::now() {
            return Poll::Ready(());
        }
        self.timers.sleepers.borrow_mut().insert(self.number, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.timers.sleepers.borrow_mut().remove(&self.number);
    }
}

impl Executor {
    fn sleep(&self, duration: Duration) -> Sleep {
        let timers = self.timers.clone();
        let number = timers.next.replace(timers.next.get() + 1);
        let deadline = Instant::now() + duration;
        timers.heap.borrow_mut().push(Reverse((deadline, number)));
        Sleep { deadline, number, timers }
    }
}
// ANCHOR_END: sleep-is-a-future

// ANCHOR: park-until-the-first-deadline
impl Executor {
    /// Until the last task is done.
    fn run(&self) {
        self.run_woken();
        while !self.tasks.borrow().is_empty() {
            match self.timers.earliest() {
                Some(at) => thread::park_timeout(
                    at.saturating_duration_since(Instant::now()),
                ),
                None => thread::park(),
            }
            self.timers.wake_due(Instant::now());
            self.run_woken();
        }
    }
}
// ANCHOR_END: park-until-the-first-deadline

// Tasks, wakers and the queue of the listing before, without join handles.

struct RunQueue {
    woken: Mutex<VecDeque<TaskId>>,
    executor: Thread,
}

impl RunQueue {
    fn next(&self) -> Option<TaskId> {
        self.woken.lock().expect("no panic holds this lock").pop_front()
    }
}

struct TaskWaker {
    task: TaskId,
    queue: Arc<RunQueue>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.queue
            .woken
            .lock()
            .expect("no panic holds this lock")
            .push_back(self.task);
        self.queue.executor.unpark();
    }
}

type Task = Pin<Box<dyn Future<Output = ()>>>;

struct Executor {
    queue: Arc<RunQueue>,
    timers: Rc<Timers>,
    tasks: RefCell<BTreeMap<TaskId, Task>>,
    next: Cell<TaskId>,
}

impl Executor {
    fn new() -> Self {
        let queue = Arc::new(RunQueue {
            woken: Mutex::default(),
            executor: thread::current(),
        });
        Executor {
            queue,
            timers: Rc::default(),
            tasks: RefCell::default(),
            next: Cell::new(1),
        }
    }

    fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        let id = self.next.replace(self.next.get() + 1);
        self.tasks.borrow_mut().insert(id, Box::pin(future));
        self.waker(id).wake();
    }

    fn run_woken(&self) {
        while let Some(id) = self.queue.next() {
            let Some(mut task) = self.tasks.borrow_mut().remove(&id) else {
                continue;
            };
            let waker = self.waker(id);
            if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                self.tasks.borrow_mut().insert(id, task);
            }
        }
    }

    fn waker(&self, task: TaskId) -> Waker {
        Waker::from(Arc::new(TaskWaker { task, queue: self.queue.clone() }))
    }
}

/// How long this thread has been on a core. Linux says so in a file; elsewhere we
/// do not know.
fn cpu_time() -> Option<Duration> {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(statistics.split(' ').next()?.parse().ok()?))
}

fn measure(what: &str, wait: impl FnOnce()) {
    let (wall, before) = (Instant::now(), cpu_time());
    wait();
    let wall = wall.elapsed();
    match (before, cpu_time()) {
        (Some(before), Some(after)) => {
            let share = 100.0 * (after - before).as_secs_f64() / wall.as_secs_f64();
            println!("{what}: {wall:.1?}, of which on a core {share:.1} %");
        }
        _ => {
            println!("{what}: {wall:.1?}; CPU time is not measured on this system")
        }
    }
}

fn main() {
    let wait = Duration::from_millis(500);
    measure("a thousand sleeping tasks", || {
        let executor = Executor::new();
        for _ in 0..1000 {
            executor.spawn(executor.sleep(wait));
        }
        executor.run();
    });
    measure("one loop that asks all the time", || {
        let start = Instant::now();
        while start.elapsed() < wait {
            std::hint::spin_loop();
        }
    });
}
