//! The servers, most of them Python's.

use std::path::Path;

use while_you_wait::{Case, Failure, Serve};

use super::{blocker, count};

#[path = "../python/start.rs"]
pub mod start;

/// Whether a case can be started here: any of Rust, and these once they are ready.
pub fn ready(case: &str) -> Result<(), String> {
    if case.starts_with("rust") || case.ends_with("rust") {
        return Ok(());
    }
    if cfg!(windows) && (case.starts_with("timeout") || case.starts_with("count")) {
        return Err("gunicorn needs a system of the Unix family".into());
    }
    start::ready()
}

/// py-spy reads a Python by its program, which must be one: not Debian's, which
/// ready.py may run by a loader of its own.
fn plain(serve: &Serve) -> Result<(), Failure> {
    start::ready()?;
    start::start_with(Path::new("python3"), "blocker-plain", serve)
}

/// Who may be silent for two seconds.
pub const WORKERS: [&str; 7] = [
    "timeout-sync",
    "timeout-gthread",
    "timeout-gevent",
    "timeout-gevent-computes",
    "timeout-uvicorn",
    "timeout-uvicorn-blocks",
    "uvicorn-watched-blocks",
];

fn case(
    name: &'static str,
    about: &'static str,
    path: &'static str,
    serve: fn(&Serve) -> Result<(), Failure>,
) -> Case {
    Case { name, about, path, serve }
}

/// A case whose name is also what serve.py is told.
macro_rules! python {
    ($name:literal, $about:literal, $path:literal) => {
        case($name, $about, $path, |serve| start::start($name, serve))
    };
}

#[rustfmt::skip] // a table is read in rows
pub fn all() -> Vec<Case> {
    vec![
        python!("timeout-sync", "gunicorn sync, a handler that sleeps", "/wait"),
        python!("timeout-gthread", "gunicorn gthread, the same", "/wait"),
        python!("timeout-gevent", "gunicorn gevent, the same", "/wait"),
        python!("timeout-gevent-computes", "gunicorn gevent, a handler that computes", "/compute"),
        python!("timeout-uvicorn", "Uvicorn's worker under gunicorn, a handler that awaits", "/wait"),
        python!("timeout-uvicorn-blocks", "the same, an async def that sleeps", "/block"),
        python!("uvicorn-watched-blocks", "Uvicorn's supervisor over one worker, the same", "/block"),
        python!("count-1", "gunicorn, one worker", "/count"),
        python!("count-4", "gunicorn, four workers", "/count"),
        case("count-rust", "axum, four threads", "/count", count::serve),
        python!("afterwards-def", "FastAPI, BackgroundTasks in a def", "/later"),
        python!("afterwards-async", "FastAPI, BackgroundTasks in an async def", "/later-async"),
        python!("blocker", "FastAPI, an async def that blocks", "/fetch"),
        python!("blocker-awaits", "FastAPI, an async def that awaits", "/fetch"),
        case("rust-blocks", "axum on one thread, a handler that blocks", "/fetch", blocker::blocks),
        case("rust-awaits", "axum on one thread, a handler that awaits", "/fetch", blocker::awaits),
        python!("blocker-debug", "FastAPI, blocks, in asyncio's debug mode", "/fetch"),
        case("blocker-plain", "asyncio alone, blocks", "/fetch", plain),
    ]
}
