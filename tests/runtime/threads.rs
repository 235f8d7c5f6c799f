//! A wake from another thread ends the executor's park.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use while_you_wait::runtime::spawn;

use crate::runtime::within_patience;

/// A number that a thread counts up, and whoever wants to hear of it.
#[derive(Default)]
struct Counter {
    value: AtomicUsize,
    waiter: Mutex<Option<Waker>>,
}

impl Counter {
    fn bump(&self) {
        self.value.fetch_add(1, Ordering::SeqCst);
        let waiter = self.waiter.lock().unwrap().take();
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }

    async fn at_least(&self, wanted: usize) {
        poll_fn(|cx| {
            // Leave the waker first, then look: a bump in between finds it.
            *self.waiter.lock().unwrap() = Some(cx.waker().clone());
            match self.value.load(Ordering::SeqCst) >= wanted {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }
}

#[test]
fn a_thread_wakes_a_parked_runtime() {
    within_patience(|| async {
        let counter = Arc::new(Counter::default());
        let bumping = counter.clone();
        let thread = thread::spawn(move || {
            thread::sleep(std::time::Duration::from_millis(20)); // most likely parked by now
            bumping.bump();
        });
        counter.at_least(1).await;
        thread.join().unwrap();
    });
}

#[test]
fn no_wake_is_lost_in_ten_thousand() {
    // Two threads hand a turn to and fro, so that the runtime parks and is unparked all the time.
    const TURNS: usize = 10_000;
    within_patience(|| async {
        let (ours, theirs) = (Arc::new(Counter::default()), Arc::new(Counter::default()));
        let (see, answer) = (ours.clone(), theirs.clone());
        let thread = thread::spawn(move || {
            for turn in 1..=TURNS {
                while see.value.load(Ordering::SeqCst) < turn {
                    thread::yield_now();
                }
                answer.bump();
            }
        });
        for turn in 1..=TURNS {
            ours.bump();
            theirs.at_least(turn).await;
        }
        thread.join().unwrap();
    });
}

#[test]
fn threads_wake_many_tasks_at_once() {
    const TASKS: usize = 200;
    let counters: Arc<Vec<Counter>> = Arc::new((0..TASKS).map(|_| Counter::default()).collect());
    within_patience(move || async move {
        let tasks: Vec<_> = (0..TASKS)
            .map(|n| {
                let counters = counters.clone();
                spawn(async move { counters[n].at_least(20).await })
            })
            .collect();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let counters = counters.clone();
                thread::spawn(move || {
                    for _ in 0..5 {
                        counters.iter().for_each(Counter::bump);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("it counts and ends");
        }
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_waker_may_cross_threads_and_a_task_need_not() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Waker>();
    let output = within_patience(|| async {
        let here_only = std::rc::Rc::new(7);
        *spawn(async move { here_only }).await.expect("it ends")
    });
    assert_eq!(output, 7);
}
