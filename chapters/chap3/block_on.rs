//! How does the one who waits learn that the answer is there? It leaves a waker and
//! parks. Still one future only; and to have something to wait for, a thread plays
//! the slow database.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

// ANCHOR: leave-a-waker
/// An answer from a slow database, or nothing yet and a waker of the one who waits
/// for it.
#[derive(Default)]
struct Slot {
    answer: Option<&'static str>,
    waiter: Option<Waker>,
}

struct Query(Arc<Mutex<Slot>>);

impl Future for Query {
    type Output = &'static str;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<&'static str> {
        // Looking and leaving the waker under one lock: between the two, no answer
        // can slip in that finds nobody to wake.
        let mut slot = self.0.lock().expect("neither side panics with the lock");
        match slot.answer {
            Some(answer) => Poll::Ready(answer),
            None => {
                slot.waiter = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
// ANCHOR_END: leave-a-waker

// ANCHOR: answer-then-wake
/// The database: a thread that takes its time, and calls back when it is done. Or
/// forgets to.
fn ask(answer: &'static str, takes: Duration, forgets: bool) -> Query {
    let slot = Arc::new(Mutex::new(Slot::default()));
    let database = slot.clone();
    thread::spawn(move || {
        thread::sleep(takes);
        let mut slot = database.lock().expect("neither side panics with the lock");
        slot.answer = Some(answer);
        let waiter = slot.waiter.take().filter(|_| !forgets);
        drop(slot); // whoever is woken will want the lock
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    });
    Query(slot)
}
// ANCHOR_END: answer-then-wake

// ANCHOR: wake-is-unpark
struct ThreadWaker(Thread);

impl Wake for ThreadWaker {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
// ANCHOR_END: wake-is-unpark

// ANCHOR: park-until-woken
/// Polls, and between two polls sleeps until it is woken. How often it polled comes with the output.
///
/// A real one parks for as long as it takes. This one gives up when nobody has woken it for
/// `patience`, because one of the futures below would hang this program for ever.
fn block_on<F: Future>(
    future: F,
    patience: Duration,
) -> Result<(F::Output, u32), u32> {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(ThreadWaker(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut polls = 0;
    loop {
        polls += 1;
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return Ok((output, polls));
        }
        // A wake that came between the poll and this line is not lost: unpark
        // leaves a token, and park takes it and returns at once.
        let parked = Instant::now();
        thread::park_timeout(patience);
        if parked.elapsed() >= patience {
            return Err(polls);
        }
    }
}
// ANCHOR_END: park-until-woken

// ANCHOR: one-wakes-one-forgets
fn main() {
    let takes = Duration::from_millis(50);
    let patience = Duration::from_secs(1);

    match block_on(ask("tea", takes, false), patience) {
        Ok((answer, polls)) => {
            println!("a query that wakes: {answer}, after {polls} polls")
        }
        Err(_) => println!(
            "a query that wakes: the database is slower than our patience today"
        ),
    }

    let forgetful = ask("tea", takes, true);
    let slot = forgetful.0.clone();
    match block_on(forgetful, patience) {
        Ok((answer, polls)) => {
            println!("a query that forgets: {answer}, after {polls} polls")
        }
        Err(polls) => {
            println!("a query that forgets: hangs, after {polls} poll");
            let there =
                slot.lock().expect("neither side panics with the lock").answer;
            println!(
                "   the answer {there:?} lies in its slot, and nobody asks a second time"
            );
        }
    }

    // Two awaits in a row: each stop costs one poll, and so does the end.
    let both = async {
        let user = ask("Ada", takes, false).await;
        let order = ask("tea", takes, false).await;
        format!("{user}: {order}")
    };
    if let Ok((text, polls)) = block_on(both, patience) {
        println!("two queries, one after the other: {text}, after {polls} polls");
    }
}
// ANCHOR_END: one-wakes-one-forgets
