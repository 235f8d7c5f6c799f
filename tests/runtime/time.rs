//! Sleeps end in the order of their deadlines, never early, and cost nothing meanwhile.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use while_you_wait::runtime::{Runtime, held, sleep, sleep_until, spawn};

use crate::runtime::within_patience;

#[test]
fn ten_thousand_sleeps_in_random_order_end_in_order() {
    const SLEEPS: u64 = 10_000;
    let (asked, ended) = within_patience(|| async {
        let start = Instant::now();
        let ended = Rc::new(RefCell::new(Vec::new()));
        // A full-period generator: each number below 2^14 once, in no order that a heap could like.
        let mut random = 1u64;
        let mut asked = Vec::new();
        let tasks: Vec<_> = (0..SLEEPS)
            .map(|_| {
                random = (random * 4097 + 12345) % (1 << 14);
                // All deadlines lie after the last spawn, or that task would be late by itself.
                let deadline = Duration::from_secs(1) + Duration::from_micros(random * 20);
                asked.push(deadline);
                let ended = ended.clone();
                let sleeping = sleep_until(start + deadline);
                spawn(async move {
                    sleeping.await;
                    assert!(start.elapsed() >= deadline, "a sleep ended early");
                    ended.borrow_mut().push(deadline);
                })
            })
            .collect();
        assert_eq!(held().tasks, SLEEPS as usize);
        for task in tasks {
            task.await.expect("it ends");
        }
        assert_eq!(held().sleepers, 0);
        (asked, ended.take())
    });
    let mut sorted = asked.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), SLEEPS as usize, "the test's own numbers are all different");
    assert_ne!(asked, sorted, "and were asked for in another order");
    assert_eq!(ended, sorted);
}

#[test]
fn a_hundred_sleeps_take_as_long_as_one() {
    let (one, hundred) = within_patience(|| async {
        let nap = Duration::from_millis(200);
        let start = Instant::now();
        sleep(nap).await;
        let one = start.elapsed();
        let start = Instant::now();
        let tasks: Vec<_> = (0..100).map(|_| spawn(sleep(nap))).collect();
        for task in tasks {
            task.await.expect("it ends");
        }
        (one, start.elapsed())
    });
    // One after another they would take a hundred times as long. Ten leaves room for a busy machine.
    assert!(hundred < one * 10, "one took {one:?}, a hundred took {hundred:?}");
}

#[test]
fn a_sleep_of_nothing_ends_and_a_dropped_sleep_is_forgotten() {
    within_patience(|| async {
        sleep(Duration::ZERO).await;
        drop(sleep(Duration::from_secs(3600)));
        assert_eq!(held().sleepers, 0);
    });
}

/// How long this thread has been on a core. `None` where the system does not say.
fn cpu_time() -> Option<Duration> {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(statistics.split(' ').next()?.parse().ok()?))
}

#[test]
fn waiting_costs_next_to_no_cpu() {
    if cpu_time().is_none() {
        eprintln!("not measured: this system has no /proc/thread-self/schedstat");
        return;
    }
    let (cpu, wall) = Runtime::new().expect("a selector").block_on(async {
        let tasks: Vec<_> = (0..100).map(|_| spawn(sleep(Duration::from_millis(500)))).collect();
        let (cpu, wall) = (cpu_time(), Instant::now());
        for task in tasks {
            task.await.expect("it ends");
        }
        (cpu_time().unwrap() - cpu.unwrap(), wall.elapsed())
    });
    // A loop that looks again and again would be on a core all the time it can get: on a machine
    // with two others at work that is still a third. A tenth is a lot for a hundred wakes, and room.
    assert!(cpu * 10 < wall, "{cpu:?} on a core in {wall:?}");
}
