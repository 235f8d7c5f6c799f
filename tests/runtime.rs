//! The runtime of chapter 3, held to what any runtime is held to.
//!
//! Nothing here asserts a moment on the clock: order, counts and ratios only, so that all of it
//! passes on a machine that is busy with something else. Whatever could hang is bounded (`within`).

mod carries_hyper;
mod joins;
mod queue;
mod sockets;
mod threads;
mod time;
mod turns;
mod wakes;

use std::future::Future;
use std::sync::mpsc;
use std::time::Duration;

use while_you_wait::runtime::Runtime;

/// Runs a future on a runtime of its own, in a thread of its own, and gives up on it, loudly,
/// after far longer than any of these tests can need. A lost wake shows as this.
fn within_patience<F, T>(main: impl FnOnce() -> F + Send + 'static) -> T
where
    F: Future<Output = T>,
    T: Send + 'static,
{
    let (done, outcome) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = Runtime::new().expect("a selector");
        let _ = done.send(runtime.block_on(main()));
    });
    match outcome.recv_timeout(Duration::from_secs(60)) {
        Ok(output) => output,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("the runtime hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            std::panic::resume_unwind(thread.join().expect_err("it sent nothing"))
        }
    }
}
