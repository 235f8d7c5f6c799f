//! What needs Python: the gateway in FastAPI, a case like any other: a process that says where it
//! listens.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use while_you_wait::server::process::CHILD;
use while_you_wait::{Failure, Serve};

/// Where `ready.py` installs it, in the folder of the project when this program was built.
fn environment() -> PathBuf {
    folder().join("../../../target/chap6-python")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

fn interpreter() -> PathBuf {
    environment().join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    })
}

/// Whether what needs Python can be started here.
///
/// # Errors
/// It is not installed; the sentence says how it comes.
pub fn ready() -> Result<(), String> {
    // Written last of all, when everything is installed.
    match environment().join("ready").is_file() && interpreter().is_file() {
        true => Ok(()),
        false => Err("the real model and the FastAPI gateway are not installed; \
                      `python3 chapters/chap6/python/ready.py` does it"
            .into()),
    }
}

/// Whether this case can be started here: any of Rust, and FastAPI's once it is ready.
///
/// # Errors
/// As [`ready`]'s.
pub fn needed(case: &str) -> Result<(), String> {
    if case.contains("fastapi") { ready() } else { Ok(()) }
}

/// The FastAPI gateway, before that model.
///
/// # Errors
/// It is not installed, or does not start.
pub fn fastapi(serve: &Serve, model: SocketAddr) -> Result<(), Failure> {
    start(
        "serve_gateway.py",
        serve.addr,
        &["--upstream", &format!("http://{model}")],
    )
}

fn start(script: &str, addr: SocketAddr, args: &[&str]) -> Result<(), Failure> {
    ready()?;
    let mut python = Command::new(interpreter());
    python
        .arg(folder().join(script))
        .args(["--host", &addr.ip().to_string()])
        .args(["--port", &addr.port().to_string()])
        .args(args);
    run(python)
}

/// To be measured, this process becomes that program, so that its memory and threads are all there
/// is. For a person it stays, for what it has started beside would end with it.
fn run(mut program: Command) -> Result<(), Failure> {
    #[cfg(unix)]
    if std::env::var_os(CHILD).is_some() {
        use std::os::unix::process::CommandExt;
        return Err(program.exec().into());
    }
    let mut server = program.env(CHILD, "1").stdin(Stdio::piped()).spawn()?;
    let _stays_open = server.stdin.take(); // for as long as we are here
    match server.wait()? {
        status if status.success() => Ok(()),
        status => Err(format!("the server ended with {status}").into()),
    }
}
