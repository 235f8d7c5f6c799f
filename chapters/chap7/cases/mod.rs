//! The servers of the chapter: which database, which driver, which pool.

pub mod postgres;
pub mod sqlite;

use axum::Router;
use chap7::servers::web;
use tokio::runtime::Builder;
use while_you_wait::{Failure, Serve};

/// Serves on one thread, with the few more that it may block.
fn on_one_thread(
    serve: &Serve,
    routes: impl AsyncFnOnce() -> Result<Router, Failure>,
) -> Result<(), Failure> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { web::serve(serve, routes().await?).await })
}
