//! How can one thread wait for many? Each task has a waker of its own, and a wake
//! says which task to poll next: it puts the task's number into a queue. The
//! database is still a thread.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

type TaskId = usize;

// ANCHOR: run-queue
/// Which tasks were woken, in the order of their wakes. Wakers on any thread push,
/// one thread pops.
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
// ANCHOR_END: run-queue

// ANCHOR: one-thread-many-tasks
type Task = Pin<Box<dyn Future<Output = ()>>>;

struct Executor {
    queue: Arc<RunQueue>,
    tasks: RefCell<BTreeMap<TaskId, Task>>,
    next: Cell<TaskId>,
}

impl Executor {
    fn new() -> Self {
        let queue =
            RunQueue { woken: Mutex::default(), executor: thread::current() };
        Executor {
            queue: Arc::new(queue),
            tasks: RefCell::default(),
            next: Cell::new(1),
        }
    }

    /// Until the last task is done.
    fn run(&self) {
        self.run_woken();
        while !self.tasks.borrow().is_empty() {
            thread::park(); // until a waker's unpark
            self.run_woken();
        }
    }

    fn run_woken(&self) {
        while let Some(task) = self.queue.next() {
            self.turn(task);
        }
    }

    /// One task's turn: taken out, polled, and put back if it has to wait.
    fn turn(&self, id: TaskId) {
        // A wake that came too late, for a task that is done or was dropped, finds
        // nobody.
        let Some(mut task) = self.tasks.borrow_mut().remove(&id) else { return };
        let waker = self.waker(id);
        if task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            self.tasks.borrow_mut().insert(id, task);
        }
    }

    fn waker(&self, task: TaskId) -> Waker {
        Waker::from(Arc::new(TaskWaker { task, queue: self.queue.clone() }))
    }
}
// ANCHOR_END: one-thread-many-tasks

// ANCHOR: spawn-and-join
/// Where a task leaves its output, and who waits for that. Never leaves this
/// thread: no lock.
struct JoinHandle<T> {
    task: TaskId,
    joint: Rc<RefCell<(Option<T>, Option<Waker>)>>,
}

impl Executor {
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let id = self.next.replace(self.next.get() + 1);
        let joint = Rc::new(RefCell::new((None, None)));
        let theirs = joint.clone();
        let task = Box::pin(async move {
            let output = future.await;
            let joiner: Option<Waker> = {
                let mut joint = theirs.borrow_mut();
                joint.0 = Some(output);
                joint.1.take()
            };
            joiner.into_iter().for_each(Waker::wake);
        });
        self.tasks.borrow_mut().insert(id, task);
        self.waker(id).wake(); // the first wake is the spawn's
        JoinHandle { task: id, joint }
    }

    /// To drop a future is to cancel it: its locals go, and it is never polled
    /// again.
    fn drop_task<T>(&self, handle: JoinHandle<T>) {
        let task = self.tasks.borrow_mut().remove(&handle.task);
        drop(task);
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut joint = self.joint.borrow_mut();
        match joint.0.take() {
            Some(output) => Poll::Ready(output),
            None => {
                joint.1 = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
// ANCHOR_END: spawn-and-join

/// The database of the listing before: a thread that takes its time, then answers,
/// then wakes.
#[derive(Default)]
struct Slot {
    answer: Option<u32>,
    waiter: Option<Waker>,
}

struct Query(Arc<Mutex<Slot>>);

impl Future for Query {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        let mut slot = self.0.lock().expect("neither side panics with the lock");
        slot.waiter = Some(cx.waker().clone());
        slot.answer.map_or(Poll::Pending, Poll::Ready)
    }
}

fn ask(answer: u32, takes: Duration) -> Query {
    let slot = Arc::new(Mutex::new(Slot::default()));
    let database = slot.clone();
    thread::spawn(move || {
        thread::sleep(takes);
        let mut slot = database.lock().expect("neither side panics with the lock");
        slot.answer = Some(answer);
        let waiter = slot.waiter.take();
        drop(slot);
        waiter.into_iter().for_each(Waker::wake);
    });
    Query(slot)
}

// ANCHOR: three-wait-at-once
/// Says when it goes: that is how we see a task being dropped.
struct Guest(u32);

impl Drop for Guest {
    fn drop(&mut self) {
        println!("   guest {} leaves", self.0);
    }
}

fn main() {
    let executor = Executor::new();
    let served: Vec<JoinHandle<u32>> = (1..=3)
        .map(|n| {
            executor.spawn(async move {
                let guest = Guest(n);
                // The later guest is served sooner: the order of the answers is the
                // order of the wakes.
                let answer =
                    ask(n * 10, Duration::from_millis(400 - 100 * u64::from(n)))
                        .await;
                println!("   guest {} has {answer}", guest.0);
                answer
            })
        })
        .collect();
    let impatient = executor.spawn(async {
        let _guest = Guest(4);
        ask(40, Duration::from_millis(50)).await
    });
    executor.run_woken(); // each has a first turn: it asks, and waits
    println!("four wait; the fourth is dropped:");
    executor.drop_task(impatient);

    println!("the other three, on one thread:");
    executor.spawn(async move {
        let mut sum = 0;
        for handle in served {
            sum += handle.await;
        }
        println!("a fifth task joined them: {sum}");
    });
    executor.run();
}
// ANCHOR_END: three-wait-at-once
