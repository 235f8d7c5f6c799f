//! What needs Python: a real model, and the gateway in FastAPI. Each is a case like any other: a
//! process that says where it listens.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use while_you_wait::server::python;
use while_you_wait::{Failure, Serve};

/// As `ready.py` makes it.
const ENVIRONMENT: &str = "chap6-python";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

/// Whether what needs Python can be started here.
///
/// # Errors
/// It is not installed; the sentence says how it comes.
pub fn ready() -> Result<(), String> {
    match python::is_ready(ENVIRONMENT) {
        true => Ok(()),
        false => Err("the real model and the FastAPI gateway are not installed; \
                      `python3 chapters/chap6/python/ready.py` does it"
            .into()),
    }
}

/// The FastAPI gateway, before that model.
///
/// # Errors
/// It is not installed, or does not start.
pub fn fastapi(serve: &Serve, model: SocketAddr) -> Result<(), Failure> {
    start("serve_gateway.py", serve, &["--upstream", &format!("http://{model}")])
}

/// llama.cpp's server with a small model, and so many slots. One core is left to everybody else.
///
/// # Errors
/// It is not installed, or does not start.
pub fn model(serve: &Serve, slots: usize) -> Result<(), Failure> {
    let cores = std::thread::available_parallelism()?.get();
    let threads = (cores - 1).max(1).to_string();
    let slots = slots.to_string();
    start("serve_model.py", serve, &["--slots", &slots, "--threads", &threads])
}

fn start(script: &str, serve: &Serve, args: &[&str]) -> Result<(), Failure> {
    ready()?;
    let mut python = Command::new(python::program(ENVIRONMENT, "python"));
    python
        .arg(folder().join(script))
        .args(["--host", &serve.addr.ip().to_string()])
        .args(["--port", &serve.addr.port().to_string()])
        .args(args);
    serve.becomes(python)
}
