//! What a join handle promises, and what becomes of a task that panics.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;

use while_you_wait::runtime::task::JoinError;
use while_you_wait::runtime::{Runtime, held, spawn, yield_now};

use crate::runtime::within_patience;

/// Says when it is dropped.
struct Flag(Rc<Cell<bool>>);

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

#[test]
fn a_handle_waits_for_the_output() {
    let sum = within_patience(|| async {
        let tasks: Vec<_> = (1..=10)
            .map(|n| {
                spawn(async move {
                    for _ in 0..n {
                        yield_now().await;
                    }
                    n
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.expect("it ends");
        }
        sum
    });
    assert_eq!(sum, 55);
}

#[test]
fn the_output_waits_for_the_handle() {
    let output = within_patience(|| async {
        let task = spawn(async { "done long ago" });
        for _ in 0..10 {
            yield_now().await;
        }
        assert_eq!(held().tasks, 0);
        task.await.expect("it ended")
    });
    assert_eq!(output, "done long ago");
}

#[test]
fn a_dropped_handle_lets_the_task_run() {
    let ran = within_patience(|| async {
        let ran = Rc::new(Cell::new(false));
        let run = ran.clone();
        drop(spawn(async move {
            yield_now().await;
            run.set(true);
        }));
        for _ in 0..3 {
            yield_now().await;
        }
        ran.get()
    });
    assert!(ran);
}

#[test]
fn an_aborted_task_is_dropped_where_it_waits_and_its_handle_is_told() {
    within_patience(|| async {
        let dropped = Rc::new(Cell::new(false));
        let flag = Flag(dropped.clone());
        let task = spawn(async move {
            let _flag = flag;
            pending::<()>().await;
        });
        yield_now().await;
        assert!(!dropped.get());
        task.abort();
        assert!(matches!(task.await, Err(JoinError::Aborted)));
        assert!(dropped.get(), "before its handle hears of it");
    });
}

#[test]
fn an_abort_after_the_end_takes_nothing_back() {
    within_patience(|| async {
        let task = spawn(async { 1 });
        yield_now().await;
        task.abort();
        assert_eq!(task.await.expect("it had ended"), 1);
    });
}

#[test]
fn a_panic_ends_its_task_and_no_other() {
    within_patience(|| async {
        let dropped = Rc::new(Cell::new(false));
        let flag = Flag(dropped.clone());
        let bad = spawn(async move {
            let _flag = flag;
            yield_now().await;
            panic!("a bug in one handler");
        });
        let good = spawn(async {
            for _ in 0..5 {
                yield_now().await;
            }
            "served"
        });
        let Err(JoinError::Panicked(panic)) = bad.await else { panic!("it did not panic") };
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"a bug in one handler"));
        assert!(dropped.get());
        assert_eq!(good.await.expect("the other task lives"), "served");
    });
}

#[test]
#[should_panic(expected = "a bug in main")]
fn a_panic_in_main_is_the_callers() {
    within_patience(|| async {
        let _left_over = spawn(pending::<()>());
        yield_now().await;
        panic!("a bug in main");
    });
}

#[test]
fn tasks_left_over_are_dropped_with_the_runtime_still_there() {
    struct Looks(Rc<Cell<bool>>);
    impl Drop for Looks {
        fn drop(&mut self) {
            let _ = held(); // would panic without a runtime
            self.0.set(true);
        }
    }
    let dropped = Rc::new(Cell::new(false));
    let looks = Looks(dropped.clone());
    Runtime::new().expect("a selector").block_on(async {
        drop(spawn(async move {
            let _looks = looks;
            pending::<()>().await;
        }));
    });
    assert!(dropped.get());
}

#[test]
fn one_thread_may_have_one_runtime_after_another() {
    for n in 0..3 {
        let output = Runtime::new()
            .expect("a selector")
            .block_on(async move { spawn(async move { n }).await.expect("it ends") });
        assert_eq!(output, n);
    }
}

#[test]
#[should_panic(expected = "block_on inside of block_on")]
fn a_runtime_inside_a_runtime_is_refused() {
    within_patience(|| async {
        Runtime::new().expect("a selector").block_on(async {});
    });
}

#[test]
#[should_panic(expected = "no runtime here")]
fn spawning_without_a_runtime_is_refused() {
    drop(spawn(async {}));
}
