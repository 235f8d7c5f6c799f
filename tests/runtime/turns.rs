//! Who has a turn when: first come first served, and a task that never yields starves the rest.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use while_you_wait::runtime::trace::{MAIN, TaskId, Tracer, What};
use while_you_wait::runtime::{Runtime, sleep, spawn, yield_now};

use crate::runtime::within_patience;

#[test]
fn tasks_have_their_turns_in_the_order_of_their_wakes() {
    let order = within_patience(|| async {
        let order = Rc::new(RefCell::new(Vec::new()));
        let tasks: Vec<_> = (0..3)
            .map(|n| {
                let order = order.clone();
                spawn(async move {
                    for round in 0..2 {
                        order.borrow_mut().push((round, n));
                        yield_now().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("it ends");
        }
        order.take()
    });
    assert_eq!(order, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]);
}

/// How often a neighbour had a turn while `greedy` was at work.
fn turns_beside(yields: bool) -> u32 {
    within_patience(move || async move {
        let over = Rc::new(Cell::new(false));
        let seen = over.clone();
        let neighbour = spawn(async move {
            let mut turns = 0;
            while !seen.get() {
                turns += 1;
                yield_now().await;
            }
            turns
        });
        let greedy = spawn(async move {
            for _ in 0..1000 {
                std::hint::black_box((0..1000).sum::<u64>());
                if yields {
                    yield_now().await;
                }
            }
            over.set(true);
        });
        greedy.await.expect("it ends");
        neighbour.await.expect("it ends")
    })
}

#[test]
fn a_task_that_never_yields_starves_the_rest_and_yielding_mends_it() {
    // The neighbour was spawned first, so its first turn comes before the greedy task's.
    assert_eq!(turns_beside(false), 1);
    assert!(turns_beside(true) >= 1000);
}

#[test]
fn tasks_that_are_always_ready_starve_neither_timers_nor_main() {
    within_patience(|| async {
        let over = Rc::new(Cell::new(false));
        let busy: Vec<_> = (0..10)
            .map(|_| {
                let over = over.clone();
                spawn(async move {
                    while !over.get() {
                        yield_now().await;
                    }
                })
            })
            .collect();
        spawn(sleep(Duration::from_millis(20))).await.expect("the timer is seen to");
        over.set(true);
        for task in busy {
            task.await.expect("it ends");
        }
    });
}

#[test]
fn a_trace_tells_each_tasks_story_in_order() {
    let story = Arc::new(Mutex::new(Vec::new()));
    let listening = story.clone();
    let tracer = Tracer::new(move |task, what| {
        listening.lock().unwrap().push((Instant::now(), task, what));
    });
    Runtime::traced(tracer).expect("a selector").block_on(async {
        let task = spawn(sleep(Duration::from_millis(10)));
        task.await.expect("it ends");
    });
    let story = story.lock().unwrap();
    assert!(story.is_sorted_by_key(|(at, _, _)| *at));
    let of = |wanted: TaskId| -> Vec<What> {
        story.iter().filter(|(_, task, _)| *task == wanted).map(|(_, _, what)| *what).collect()
    };
    use What::{Done, Pending, Polled, Spawned, Woken};
    assert_eq!(of(MAIN), [Polled, Pending, Woken, Polled, Done]);
    assert_eq!(of(TaskId(1)), [Spawned, Woken, Polled, Pending, Woken, Polled, Done]);
}
