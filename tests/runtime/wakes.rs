//! A wake queues a task once, whenever it comes: before the poll, during it, after the end.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use while_you_wait::runtime::net::TcpListener;
use while_you_wait::runtime::{held, sleep, spawn, yield_now};

use crate::runtime::within_patience;

#[test]
fn a_wake_before_the_first_poll_changes_nothing() {
    let polls = within_patience(|| async {
        let polls = Rc::new(Cell::new(0));
        let counting = polls.clone();
        let task = spawn(poll_fn(move |_| {
            counting.set(counting.get() + 1);
            Poll::<()>::Pending
        }));
        // Spawning has queued it. To ask for its end is a wake more, in the same place.
        task.abort();
        task.abort();
        assert!(task.await.is_err());
        polls.get()
    });
    assert_eq!(polls, 0, "aborted before its first turn, so never polled");
}

#[test]
fn many_wakes_during_a_poll_are_one_poll_more() {
    let polls = within_patience(|| async {
        let mut polls = 0;
        let task = spawn(poll_fn(move |cx| {
            polls += 1;
            for _ in 0..100 {
                cx.waker().wake_by_ref();
            }
            if polls == 3 { Poll::Ready(polls) } else { Poll::Pending }
        }));
        let outcome = task.await.expect("it ends");
        // Another hundred wakes of a task that is no more.
        for _ in 0..10 {
            yield_now().await;
        }
        outcome
    });
    assert_eq!(polls, 3);
}

#[test]
fn a_wake_after_the_end_wakes_nobody() {
    let polls_of_others = within_patience(|| async {
        let kept = Rc::new(RefCell::new(None::<Waker>));
        let keep = kept.clone();
        spawn(poll_fn(move |cx| {
            *keep.borrow_mut() = Some(cx.waker().clone());
            Poll::Ready(())
        }))
        .await
        .expect("it ends");

        let polls = Rc::new(Cell::new(0));
        let counting = polls.clone();
        let _bystander = spawn(poll_fn(move |_| {
            counting.set(counting.get() + 1);
            Poll::<()>::Pending
        }));
        yield_now().await;
        let late = kept.borrow_mut().take().expect("the task left its waker");
        late.wake_by_ref();
        late.wake();
        yield_now().await;
        yield_now().await;
        polls.get()
    });
    assert_eq!(polls_of_others, 1, "the numbers of tasks are not used twice");
}

#[test]
fn a_waker_outlives_its_runtime() {
    let waker = within_patience(|| poll_fn(|cx| Poll::Ready(cx.waker().clone())));
    waker.wake_by_ref();
    waker.wake();
}

#[test]
fn a_task_that_is_never_woken_is_polled_once() {
    let polls = within_patience(|| async {
        let polls = Rc::new(Cell::new(0));
        let counting = polls.clone();
        let _forgetful = spawn(poll_fn(move |_| {
            counting.set(counting.get() + 1);
            Poll::<()>::Pending
        }));
        for _ in 0..100 {
            yield_now().await;
        }
        polls.get()
    });
    assert_eq!(polls, 1);
}

#[test]
fn dropped_tasks_leave_nothing_behind() {
    let (full, empty) = within_patience(|| async {
        let tasks: Vec<_> = (0..100)
            .map(|n| {
                spawn(async move {
                    let _never_polled_again = sleep(Duration::from_secs(3600 + n));
                    sleep(Duration::from_secs(3600)).await;
                })
            })
            .collect();
        let forever = spawn(pending::<()>());
        yield_now().await;
        let full = held();
        for task in &tasks {
            task.abort();
        }
        forever.abort();
        for task in tasks {
            assert!(task.await.is_err());
        }
        assert!(forever.await.is_err());
        (full, held())
    });
    assert_eq!((full.tasks, full.sleepers), (101, 100));
    assert_eq!((empty.tasks, empty.sleepers), (0, 0));
}

/// A waker that is not the runtime's, as `join_all` and its like have. The last clone may own a
/// future, and a sleep in it goes back to the runtime as it is dropped; this one does the same.
struct Foreign(Arc<AtomicUsize>);

impl Wake for Foreign {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = held(); // panics where the runtime has its own books open
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_waker_that_is_not_ours_may_end_while_it_waits_with_us() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let counting = dropped.clone();
    within_patience(move || async move {
        let foreign = || Waker::from(Arc::new(Foreign(counting.clone())));
        let mut sleeping = Box::pin(sleep(Duration::from_secs(3600)));
        for _ in 0..2 {
            // The second takes the first one's place.
            let waker = foreign();
            assert!(sleeping.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        drop(sleeping);

        let mut listener = TcpListener::bind("127.0.0.1:0".parse().unwrap()).expect("a port");
        for _ in 0..2 {
            let waker = foreign();
            let accepting = pin!(listener.accept());
            assert!(accepting.poll(&mut Context::from_waker(&waker)).is_pending());
        }
        drop(listener);
        assert_eq!((held().sleepers, held().waits), (0, 0));
    });
    assert_eq!(dropped.load(Ordering::SeqCst), 4);
}
