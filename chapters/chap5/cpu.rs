//! A login: the handler has to compute, and waits for nobody.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::HeaderName;
use axum::response::IntoResponse;
use axum::routing::get;
use rouille::Response;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use while_you_wait::{Failure, Serve, server_timing};

/// So many rounds are about a millisecond where the book was recorded. Where nothing is
/// optimised each takes more than twenty times as long, and a tenth of them is enough.
const ROUNDS_PER_MS: u64 = if cfg!(debug_assertions) { 11_000 } else { 110_000 };

// ANCHOR: stretch
/// Hashes a password over and over, so that guessing is expensive. Each round needs
/// the one before, so nobody can share the work out. (For real passwords take
/// argon2; this one is only slow.)
fn stretch(password: &str, rounds: u64) -> u64 {
    let mut hash = 0;
    for _ in 0..rounds {
        let mut hasher = DefaultHasher::new();
        hasher.write(password.as_bytes());
        hasher.write_u64(hash);
        hash = hasher.finish();
    }
    hash
}
// ANCHOR_END: stretch

/// The same rounds for every server, whatever it takes: `time` says how many.
pub fn compute(time: Duration) -> u64 {
    let rounds = time.as_micros() as u64 * ROUNDS_PER_MS / 1_000;
    stretch(std::hint::black_box("correct horse battery staple"), rounds)
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

// ANCHOR: inline
async fn login_inline(State(time): State<Duration>) -> impl IntoResponse {
    let started = Instant::now();
    answer(compute(time), started)
}
// ANCHOR_END: inline

// ANCHOR: pool
/// As many as there are cores; more would only take turns.
#[derive(Clone)]
struct Pool {
    time: Duration,
    cores: Arc<Semaphore>,
}

async fn login_on_the_pool(State(pool): State<Pool>) -> impl IntoResponse {
    let core = pool.cores.acquire_owned().await.expect("never closed");
    let started = Instant::now();
    let computed = spawn_blocking(move || {
        let _core = core; // until it is computed, whether or not anybody still waits for it
        compute(pool.time)
    })
    .await;
    answer(computed.expect("it does not panic"), started)
}
// ANCHOR_END: pool

fn answer(hash: u64, started: Instant) -> impl IntoResponse {
    let timing = HeaderName::from_static("server-timing");
    ([(timing, server_timing(started))], format!("{hash:x}"))
}

#[tokio::main(flavor = "current_thread")]
pub async fn inline(serve: &Serve) -> Result<(), Failure> {
    let login = Router::new().route("/async", get(login_inline));
    answer_all(serve, login.with_state(serve.delay)).await
}

#[tokio::main(flavor = "current_thread")]
pub async fn pool(serve: &Serve) -> Result<(), Failure> {
    let pool = Pool { time: serve.delay, cores: Arc::new(Semaphore::new(cores())) };
    let login = Router::new().route("/async", get(login_on_the_pool));
    answer_all(serve, login.with_state(pool)).await
}

async fn answer_all(serve: &Serve, login: Router) -> Result<(), Failure> {
    let app = login.route("/health", get(|| async { "well" }));
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

fn login(request: &rouille::Request, time: Duration) -> Response {
    if request.url() == "/health" {
        return Response::text("well");
    }
    let started = Instant::now();
    Response::text(format!("{:x}", compute(time)))
        .with_additional_header("Server-Timing", server_timing(started))
}

pub fn a_thread_for_each_core(serve: &Serve) -> Result<(), Failure> {
    listen(*serve)?.pool_size(cores()).run();
    Ok(())
}

pub fn a_thread_each(serve: &Serve) -> Result<(), Failure> {
    listen(*serve)?.run();
    Ok(())
}

fn listen(
    serve: Serve,
) -> Result<rouille::Server<impl Fn(&rouille::Request) -> Response>, Failure> {
    let time = serve.delay;
    let server =
        rouille::Server::new(serve.addr, move |request| login(request, time))?;
    serve.listening(server.server_addr());
    Ok(server)
}
