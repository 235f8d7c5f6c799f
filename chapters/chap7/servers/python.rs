//! FastAPI with SQLAlchemy: a case like any other, a process that says where it listens.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use while_you_wait::server::python;
use while_you_wait::{Failure, Serve};

use chap7::database::access::Access;

/// As `ready.py` makes it.
const ENVIRONMENT: &str = "chap7-python";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

/// Whether FastAPI can be started here.
///
/// # Errors
/// It is not installed; the sentence says how it comes.
pub fn ready() -> Result<(), String> {
    match python::is_ready(ENVIRONMENT) {
        true => Ok(()),
        false => Err("FastAPI and SQLAlchemy are not installed; \
                      `python3 chapters/chap7/python/ready.py` does it"
            .into()),
    }
}

/// `def` handlers with psycopg, or `async def` ones with asyncpg; `pool` in place of SQLAlchemy's own
/// five connections and ten more.
///
/// # Errors
/// It is not installed, or does not start.
pub fn serve(
    serve: &Serve,
    database: SocketAddr,
    is_async: bool,
    pool: Option<usize>,
) -> Result<(), Failure> {
    ready()?;
    let Access { addr, user, password, .. } = Access::of(database);
    let mut python = Command::new(python::program(ENVIRONMENT, "python"));
    python
        .arg(folder().join("serve.py"))
        .args(["--host", &serve.addr.ip().to_string()])
        .args(["--port", &serve.addr.port().to_string()])
        .args(["--app", if is_async { "awaiting" } else { "blocking" }])
        .env("DATABASE", format!("{user}:{password}@{addr}/postgres"))
        .env("DELAY", serve.delay.as_secs_f64().to_string());
    if let Some(pool) = pool {
        python.env("POOL", pool.to_string());
    }
    serve.becomes(python)
}
