//! The Python servers, each started as its own documentation says. They are a case
//! like any other: a process that says where it listens, and is measured.

use while_you_wait::Case;
use while_you_wait::server::python as environment;

#[path = "../python/start.rs"]
pub mod start;

/// Whether a case can be started here: any of Rust, and these once they are ready.
pub fn ready(case: &str) -> Result<(), String> {
    if !is_python(case) {
        return Ok(());
    }
    if cfg!(windows) && case.starts_with("gunicorn") {
        return Err("gunicorn needs a system of the Unix family".into());
    }
    if case == "python-free" && !environment::is_ready(FREE) {
        return Err("a CPython without the lock is not installed; `python3.14t chapters/python/free_threaded.py` makes it ready".into());
    }
    start::ready()
}

/// What has a CPython without the lock, where somebody brought one.
const FREE: &str = "python-free";

fn is_python(case: &str) -> bool {
    ["flask", "gunicorn", "uvicorn", "fastapi", "left", "python"]
        .iter()
        .any(|name| case.starts_with(name))
}

/// A case whose name is also what serve.py is told.
macro_rules! python {
    ($name:literal, $about:literal, $path:literal) => {
        Case {
            name: $name,
            about: $about,
            path: $path,
            serve: |serve| start::start($name, serve),
        }
    };
}

/// The cases of this file, each with what it is, its path, and how it is started.
/// serve.py knows them by the same names.
pub fn cases() -> Vec<Case> {
    vec![
        python!("flask", "Flask's own server, a thread for each request", "/sync"),
        python!("flask-1", "Flask's own server, one thread", "/sync"),
        python!("gunicorn", "Flask on gunicorn, 2 × cores + 1 workers", "/sync"),
        python!("gunicorn-1", "Flask on gunicorn, one worker", "/sync"),
        python!(
            "gunicorn-threads",
            "the same workers, 4 × cores threads each",
            "/sync"
        ),
        python!("gunicorn-gevent", "the same workers, with gevent", "/sync"),
        python!("gunicorn-uvicorn", "FastAPI on as many Uvicorn workers", "/async"),
        python!("uvicorn-workers", "FastAPI on Uvicorn, a worker a core", "/async"),
        python!("fastapi-def", "FastAPI on Uvicorn, def", "/sync"),
        python!("fastapi-def-200", "the same, with 200 threads", "/sync"),
        python!("fastapi-async", "FastAPI on Uvicorn, async def", "/async"),
        python!("fastapi-blocking", "the same, blocking in async def", "/async"),
        python!("left-def", "a def whose client leaves", "/sync"),
        python!("left-async", "an async def whose client leaves", "/async"),
        python!("left-stream", "a stream whose client leaves", "/stream"),
        python!("python-inline", "FastAPI, computes in async def", "/login"),
        python!("python-threads", "FastAPI, computes in def", "/login"),
        python!(
            "python-processes",
            "FastAPI, computes in a process a core",
            "/login"
        ),
        python!("python-hashlib", "FastAPI, def, and C computes", "/login"),
        Case {
            name: "python-free",
            about: "FastAPI, computes in def, without the lock",
            path: "/login",
            serve: |serve| {
                ready("python-free")?;
                start::start_with(
                    &environment::program(FREE, "python"),
                    "python-free",
                    serve,
                )
            },
        },
    ]
}
