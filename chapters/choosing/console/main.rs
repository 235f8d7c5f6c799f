//! Chapter 2's trap, built so that tokio-console can look into it.
//!
//! RUSTFLAGS="--cfg tokio_unstable" cargo run --package choosing-console --target-dir target/console

use std::error::Error;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

async fn fetch() -> &'static str {
    thread::sleep(Duration::from_secs(5)); // as a sync client would
    "fetched"
}

async fn health() -> &'static str {
    "well"
}

fn main() -> ExitCode {
    if !cfg!(tokio_unstable) {
        eprintln!(
            "tokio has nothing for a console here: compile with RUSTFLAGS=\"--cfg tokio_unstable\""
        );
        return ExitCode::from(2);
    }
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn serve() -> Result<(), Box<dyn Error>> {
    console_subscriber::init(); // answers the console from a thread of its own
    let listener = TcpListener::bind("127.0.0.1:8000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let app =
        Router::new().route("/fetch", get(fetch)).route("/health", get(health));
    axum::serve(listener, app).await?;
    Ok(())
}
