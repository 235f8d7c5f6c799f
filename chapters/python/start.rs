//! Starts a Python server as a case of a chapter: a process that says where it
//! listens.

use std::path::{Path, PathBuf};
use std::process::Command;

use while_you_wait::server::python;
use while_you_wait::{Failure, Serve};

/// The folder of the project when this program was built.
const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

/// A program that `ready.py` installed.
pub fn installed(name: &str) -> PathBuf {
    python::program("python", name)
}

/// Whether the Python servers are installed, or a sentence on how they come.
pub fn ready() -> Result<(), String> {
    match python::is_ready("python") {
        true => Ok(()),
        false => Err(
            "the Python servers are not installed; `python3 chapters/python/ready.py` does it"
                .into(),
        ),
    }
}

/// The case that serve.py knows by this name.
pub fn start(case: &str, serve: &Serve) -> Result<(), Failure> {
    ready()?;
    start_with(&installed("python"), case, serve)
}

/// The same, by this Python.
pub fn start_with(python: &Path, case: &str, serve: &Serve) -> Result<(), Failure> {
    let mut python = Command::new(python);
    python
        .arg(PathBuf::from(PROJECT).join("chapters/python/serve.py"))
        .arg(case)
        .args(["--host", &serve.addr.ip().to_string()])
        .args(["--port", &serve.addr.port().to_string()])
        .args(["--delay", &serve.delay.as_secs_f64().to_string()]);
    serve.becomes(python)
}
