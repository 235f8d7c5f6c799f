//! The run queue and its waker in nearly every order that the memory model allows.
//!
//! ```text
//! cargo test --release --package tests-loom
//! ```

use std::sync::Arc;
use std::task::Waker;

use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::sync::{Condvar, Mutex};
use loom::thread;

use tests_loom::runtime::queue::{RunQueue, TaskWaker};
use tests_loom::runtime::trace::{TaskId, Tracer};

/// Where the executor parks in these models, as it does in the operating system: an unpark that
/// comes first is kept.
struct Bed {
    unparked: Mutex<bool>,
    news: Condvar,
}

impl Bed {
    fn new() -> Arc<Self> {
        Arc::new(Bed { unparked: Mutex::new(false), news: Condvar::new() })
    }

    fn unpark(&self) {
        *self.unparked.lock().unwrap() = true;
        self.news.notify_one();
    }

    fn park(&self) {
        let mut unparked = self.unparked.lock().unwrap();
        while !*unparked {
            unparked = self.news.wait(unparked).unwrap();
        }
        *unparked = false;
    }
}

fn queue_and_bed() -> (Arc<RunQueue>, Arc<Bed>) {
    let bed = Bed::new();
    let unpark = bed.clone();
    (RunQueue::new(move || unpark.unpark(), Tracer::default()), bed)
}

/// The executor's loop, as in `block_on`, with a task whose poll is `done`: how often it was polled.
fn run(queue: &RunQueue, bed: &Bed, waker: &TaskWaker, mut done: impl FnMut() -> bool) -> usize {
    let mut batch = Vec::new();
    let mut polls = 0;
    loop {
        for _ in batch.drain(..) {
            waker.begin_poll();
            polls += 1;
            if done() {
                return polls;
            }
        }
        if queue.may_park() {
            bed.park();
        }
        queue.awake();
        queue.take(&mut batch);
    }
}

#[test]
fn no_wake_is_lost_wherever_the_executor_is() {
    loom::model(|| {
        let (queue, bed) = queue_and_bed();
        let task = TaskWaker::new(TaskId(1), &queue);
        let ready = Arc::new(AtomicBool::new(false));
        let (waker, is_ready) = (Waker::from(task.clone()), ready.clone());
        let thread = thread::spawn(move || {
            // Relaxed on purpose: what carries it over to the poll is the wake and nothing else.
            is_ready.store(true, Ordering::Relaxed);
            waker.wake();
        });
        // Were the wake lost, this would park for ever, and loom reports a deadlock.
        let polls = run(&queue, &bed, &task, || ready.load(Ordering::Relaxed));
        assert_eq!(polls, 1, "nobody polls before the wake, and the wake makes it ready");
        thread.join().unwrap();
    });
}

#[test]
fn what_was_written_before_any_wake_is_seen_by_a_poll_after_it() {
    loom::model(|| {
        let (queue, bed) = queue_and_bed();
        let task = TaskWaker::new(TaskId(1), &queue);
        let written = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let threads: Vec<_> = (0..2)
            .map(|n| {
                let (waker, written) = (Waker::from(task.clone()), written.clone());
                thread::spawn(move || {
                    written[n].store(1, Ordering::Relaxed);
                    waker.wake();
                })
            })
            .collect();
        // One of the two may find the task queued already and leave. Its write must be seen all
        // the same, or this waits for a wake that nobody owes it.
        let polls = run(&queue, &bed, &task, || {
            written.iter().map(|w| w.load(Ordering::Relaxed)).sum::<usize>() == 2
        });
        assert!((1..=2).contains(&polls), "one poll for each wake at most, was {polls}");
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn wakes_of_two_tasks_queue_both() {
    loom::model(|| {
        let (queue, bed) = queue_and_bed();
        let tasks = [TaskWaker::new(TaskId(1), &queue), TaskWaker::new(TaskId(2), &queue)];
        let threads = tasks.clone().map(|task| {
            thread::spawn(move || {
                let waker = Waker::from(task);
                waker.wake_by_ref();
                waker.wake();
            })
        });
        let mut seen = Vec::new();
        let mut batch = Vec::new();
        while seen.len() < 2 {
            if queue.may_park() {
                bed.park();
            }
            queue.awake();
            queue.take(&mut batch);
            // Not polled, so not queued again: each is here once, however often it was woken.
            seen.append(&mut batch);
        }
        seen.sort();
        assert_eq!(seen, [TaskId(1), TaskId(2)]);
        for thread in threads {
            thread.join().unwrap();
        }
    });
}
