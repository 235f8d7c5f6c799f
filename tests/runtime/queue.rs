//! The run queue by itself: each task once, in the order of the wakes, and an unpark for a sleeper only.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Waker;

use while_you_wait::runtime::queue::{RunQueue, TaskWaker};
use while_you_wait::runtime::trace::{TaskId, Tracer};

#[test]
fn an_unpark_is_for_who_sleeps_and_once() {
    let unparks = Arc::new(AtomicUsize::new(0));
    let counted = unparks.clone();
    let count = move || {
        counted.fetch_add(1, Ordering::SeqCst);
    };
    let queue = RunQueue::new(count, Tracer::default());
    let tasks = [1, 2].map(|n| TaskWaker::new(TaskId(n), &queue));
    let wake = |n: usize| Waker::from(tasks[n].clone()).wake_by_ref();
    let unparked = || unparks.load(Ordering::SeqCst);

    assert!(queue.may_park(), "nobody was woken");
    queue.awake();
    wake(1);
    assert_eq!(unparked(), 0, "it is awake, and will look by itself");
    assert!(!queue.may_park(), "somebody was woken");
    wake(0);
    wake(1);
    assert_eq!(unparked(), 0, "it did not go to sleep");
    let mut batch = Vec::new();
    queue.take(&mut batch);
    assert_eq!(batch, [TaskId(2), TaskId(1)], "each once, in the order of the wakes");

    batch.clear();
    assert!(queue.may_park(), "nobody was woken since");
    tasks.iter().for_each(|task| task.begin_poll());
    wake(0);
    wake(1);
    assert_eq!(unparked(), 1, "the first wake ends its sleep");
    queue.take(&mut batch);
    assert_eq!(batch, [TaskId(1), TaskId(2)]);
}
