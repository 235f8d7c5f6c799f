//! How large some futures are: asked of the compiler.

use std::time::Duration;

use while_you_wait::Serve;
use while_you_wait::runtime::sleep;
use while_you_wait::runtime::timer::Sleep;

/// Keeps them in the record, in bytes.
pub fn weigh(serve: &Serve) {
    let two_sleeps = size_of_future(|()| async {
        sleep(Duration::ZERO).await;
        sleep(Duration::ZERO).await;
    });
    let keeps_a_buffer = size_of_future(|()| async {
        let buffer = [0u8; 1024];
        sleep(Duration::ZERO).await;
        std::hint::black_box(&buffer); // still needed after the await
    });
    let borrowed_before = size_of_future(|()| async {
        let buffer = [0u8; 1024];
        std::hint::black_box(&buffer); // needed before it only, and kept all the same
        sleep(Duration::ZERO).await;
    });
    let lets_go_of_it = size_of_future(|()| async {
        {
            let buffer = [0u8; 1024];
            std::hint::black_box(&buffer);
        } // gone with its block
        sleep(Duration::ZERO).await;
    });
    for (name, bytes) in [
        ("sleep-future", size_of::<Sleep>() as f64),
        ("two-sleeps-async", two_sleeps),
        ("two-sleeps-by-hand", size_of::<TwoSleeps>() as f64),
        ("keeps-a-buffer", keeps_a_buffer),
        ("borrowed-before", borrowed_before),
        ("lets-go-of-it", lets_go_of_it),
    ] {
        serve.fact(name, bytes, "bytes");
    }
}

/// The two sleeps as a state machine by hand: a state for each place where it can
/// stop.
#[allow(dead_code)] // only weighed
enum TwoSleeps {
    Start,
    First(Sleep),
    Second(Sleep),
    Done,
}

/// How many bytes the future is that a function would return, without calling it.
pub fn size_of_future<A, F>(_: impl FnOnce(A) -> F) -> f64 {
    size_of::<F>() as f64
}
