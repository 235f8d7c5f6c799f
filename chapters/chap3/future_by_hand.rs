//! What is a future, while nobody waits for it? No executor, no thread, no socket
//! here: `main` asks by hand, and the database is a number that counts down.

use std::future::Future;
use std::mem::size_of_val;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

// ANCHOR: ask-until-ready
/// An answer from a slow database: not there at the first questions, then there.
struct Query {
    answer: &'static str,
    /// how often it will still say "not yet"
    not_yet: u32,
}

impl Future for Query {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<&'static str> {
        println!("      {} is asked", self.answer);
        if self.not_yet == 0 {
            return Poll::Ready(self.answer);
        }
        self.not_yet -= 1;
        Poll::Pending
    }
}
// ANCHOR_END: ask-until-ready

fn user() -> Query {
    Query { answer: "Ada", not_yet: 1 }
}

fn order() -> Query {
    Query { answer: "tea", not_yet: 2 }
}

// ANCHOR: as-you-write-it
async fn page(greeting: &'static str) -> String {
    let user = user().await;
    let order = order().await;
    format!("{greeting}, {user}: your {order}")
}
// ANCHOR_END: as-you-write-it

// ANCHOR: as-it-becomes
/// The same function, as the compiler sees it: one state for each place where it
/// can stop, and in each state what is needed from there on.
enum Page {
    Start { greeting: &'static str },
    WaitsForUser { greeting: &'static str, query: Query },
    WaitsForOrder { greeting: &'static str, user: &'static str, query: Query },
    Done,
}

impl Future for Page {
    type Output = String;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<String> {
        loop {
            match &mut *self {
                Page::Start { greeting } => {
                    *self = Page::WaitsForUser { greeting, query: user() };
                }
                Page::WaitsForUser { greeting, query } => match Pin::new(query)
                    .poll(cx)
                {
                    Poll::Pending => return Poll::Pending, // here it stops, and is asked again here
                    Poll::Ready(user) => {
                        *self =
                            Page::WaitsForOrder { greeting, user, query: order() };
                    }
                },
                Page::WaitsForOrder { greeting, user, query } => {
                    match Pin::new(query).poll(cx) {
                        Poll::Pending => return Poll::Pending,
                        Poll::Ready(order) => {
                            let text = format!("{greeting}, {user}: your {order}");
                            *self = Page::Done;
                            return Poll::Ready(text);
                        }
                    }
                }
                Page::Done => panic!("polled after it was ready"),
            }
        }
    }
}
// ANCHOR_END: as-it-becomes

// ANCHOR: poll-by-hand
/// Asks again and again. This is the busy loop that the next listing gets rid of.
fn poll_by_hand<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    // A waker that does nothing: nobody needs to call us, we ask all the time.
    let mut cx = Context::from_waker(Waker::noop());
    for nth in 1.. {
        println!("   poll {nth}");
        match future.as_mut().poll(&mut cx) {
            Poll::Pending => println!("      Pending"),
            Poll::Ready(output) => {
                println!("      Ready");
                return output;
            }
        }
    }
    unreachable!("the loop has no end but the one inside")
}
// ANCHOR_END: poll-by-hand

// ANCHOR: what-lives-across-an-await
async fn keeps_a_buffer() {
    let buffer = [0u8; 1024];
    user().await;
    println!("{}", buffer.len() + usize::from(buffer[0])); // needed after the await: it must be kept
}

async fn borrowed_before() {
    let buffer = [0u8; 1024];
    let sum: u8 = buffer.iter().sum(); // borrowed here, and never needed again
    user().await;
    println!("{sum}");
}

async fn lets_go_of_it() {
    let sum: u8 = {
        let buffer = [0u8; 1024];
        buffer.iter().sum()
    }; // the buffer is gone with its block
    user().await;
    println!("{sum}");
}
// ANCHOR_END: what-lives-across-an-await

// ANCHOR: nothing-happens
fn main() {
    println!("an async function that is called and not awaited:");
    let never = page("nobody reads this");
    println!(
        "   no database was asked; it is a value of {} bytes",
        size_of_val(&never)
    );
    drop(never);

    println!("as you write it:");
    let written = poll_by_hand(page("Hello"));
    println!("as it becomes:");
    let by_hand = poll_by_hand(Page::Start { greeting: "Hello" });
    assert_eq!(written, by_hand);
    println!("both say: {written}");

    println!("bytes while it waits:");
    println!("   one query                        {:5}", size_of_val(&user()));
    println!(
        "   the page, as you write it        {:5}",
        size_of_val(&page("Hello"))
    );
    let start = Page::Start { greeting: "Hello" };
    println!("   the page, as it becomes          {:5}", size_of_val(&start));
    println!(
        "   with a buffer kept over an await {:5}",
        size_of_val(&keeps_a_buffer())
    );
    println!(
        "   with one that was only borrowed  {:5}",
        size_of_val(&borrowed_before())
    );
    println!(
        "   with the buffer let go before it {:5}",
        size_of_val(&lets_go_of_it())
    );
}
// ANCHOR_END: nothing-happens
