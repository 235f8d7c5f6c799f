//! A core for the server and another for whoever asks it, so that neither takes the other's time.
//!
//! A thread stays on the core that it chose, and so do the threads and processes that it starts:
//! it is enough to start a server, or to send a load, from such a thread.

use std::thread;

/// The cores of a run: whose is which.
#[derive(Debug, Clone, Copy)]
pub struct Cores {
    pub server: usize,
    pub load: usize,
}

impl Cores {
    /// Two of the cores that this process may use, as far from each other as they are numbered:
    /// neighbours may be two halves of one.
    ///
    /// # Errors
    /// There is only one, or this system does not let a program choose.
    pub fn apart() -> Result<Self, String> {
        match allowed()?.as_slice() {
            [server, .., load] => Ok(Cores { server: *server, load: *load }),
            _ => Err(
                "this machine has one core only, so the server and its load cannot have one each"
                    .into(),
            ),
        }
    }
}

/// Does something on a thread of its own that stays on that core, or, where it may be any core, here.
///
/// # Panics
/// What was to be done panicked.
pub fn on<T: Send>(core: Option<usize>, work: impl FnOnce() -> T + Send) -> Result<T, String> {
    let Some(core) = core else { return Ok(work()) };
    thread::scope(|scope| {
        let there = scope.spawn(move || stay_on(core).map(|()| work()));
        there.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The CPU time, in microseconds, of this thread and of all programs that this process has started
/// and seen end; `None` where no system call tells.
#[cfg(target_os = "linux")]
pub fn spent() -> Option<i64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let of = |who| {
        let usage = getrusage(who).ok()?;
        let us = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
        Some(us(usage.user_time()) + us(usage.system_time()))
    };
    Some(of(UsageWho::RUSAGE_THREAD)? + of(UsageWho::RUSAGE_CHILDREN)?)
}

#[cfg(not(target_os = "linux"))]
pub fn spent() -> Option<i64> {
    None
}

#[cfg(target_os = "linux")]
fn allowed() -> Result<Vec<usize>, String> {
    use nix::sched::{CpuSet, sched_getaffinity};
    let set = sched_getaffinity(nix::unistd::Pid::from_raw(0))
        .map_err(|why| format!("the cores of this machine cannot be read: {why}"))?;
    Ok((0..CpuSet::count()).filter(|core| set.is_set(*core).unwrap_or(false)).collect())
}

#[cfg(target_os = "linux")]
fn stay_on(core: usize) -> Result<(), String> {
    use nix::sched::{CpuSet, sched_setaffinity};
    let mut set = CpuSet::new();
    set.set(core)
        .and_then(|()| sched_setaffinity(nix::unistd::Pid::from_raw(0), &set))
        .map_err(|why| format!("core {core} cannot be chosen: {why}"))
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> Result<Vec<usize>, String> {
    Err("only Linux lets this program give the server and its load a core each".into())
}

#[cfg(not(target_os = "linux"))]
fn stay_on(_: usize) -> Result<(), String> {
    allowed().map(drop)
}
