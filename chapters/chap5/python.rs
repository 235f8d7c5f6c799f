//! The Python servers, each started as its own documentation says. They are a case
//! like any other: a process that says where it listens, and is measured.

use std::path::PathBuf;
use std::process::Command;

use while_you_wait::{Failure, Serve};

/// The folder of the project when this program was built.
const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

fn interpreter() -> PathBuf {
    let folder = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    PathBuf::from(PROJECT).join("target/python").join(folder)
}

/// Whether a case can be started here: any of Rust, and these once they are ready.
pub fn ready(case: &str) -> Result<(), String> {
    if !is_python(case) {
        return Ok(());
    }
    if cfg!(windows) && case.starts_with("gunicorn") {
        return Err("gunicorn needs a system of the Unix family".into());
    }
    // Written last of all, when everything is installed.
    let done = PathBuf::from(PROJECT).join("target/python/ready");
    match done.is_file() && interpreter().is_file() {
        true => Ok(()),
        false => Err(
            "the Python servers are not installed; `python3 chapters/python/ready.py` does it"
                .into(),
        ),
    }
}

fn is_python(case: &str) -> bool {
    ["flask", "gunicorn", "fastapi"].iter().any(|name| case.starts_with(name))
}

fn start(case: &str, serve: &Serve) -> Result<(), Failure> {
    ready(case)?;
    let mut python = Command::new(interpreter());
    python
        .arg(PathBuf::from(PROJECT).join("chapters/python/serve.py"))
        .arg(case)
        .args(["--host", &serve.addr.ip().to_string()])
        .args(["--port", &serve.addr.port().to_string()])
        .args(["--delay", &serve.delay.as_secs_f64().to_string()]);
    become_it(python)
}

/// This process becomes that program, so that its memory and threads are all that
/// is measured.
#[cfg(unix)]
fn become_it(mut program: Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;
    Err(program.exec().into())
}

#[cfg(not(unix))]
fn become_it(mut program: Command) -> Result<(), Failure> {
    match program.status()? {
        status if status.success() => Ok(()),
        status => Err(format!("the server ended with {status}").into()),
    }
}

pub fn flask(serve: &Serve) -> Result<(), Failure> {
    start("flask", serve)
}

pub fn flask_1(serve: &Serve) -> Result<(), Failure> {
    start("flask-1", serve)
}

pub fn gunicorn(serve: &Serve) -> Result<(), Failure> {
    start("gunicorn", serve)
}

pub fn gunicorn_1(serve: &Serve) -> Result<(), Failure> {
    start("gunicorn-1", serve)
}

pub fn fastapi_def(serve: &Serve) -> Result<(), Failure> {
    start("fastapi-def", serve)
}

pub fn fastapi_async(serve: &Serve) -> Result<(), Failure> {
    start("fastapi-async", serve)
}

pub fn fastapi_blocking(serve: &Serve) -> Result<(), Failure> {
    start("fastapi-blocking", serve)
}
