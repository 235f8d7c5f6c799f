//! The async server, axum's: its handlers are given to it by whoever knows a database.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::sleep;
use while_you_wait::{Failure, Serve};

use chap7::database::awaiting::Awaiting;
use chap7::database::blocking::Blocking;
use chap7::servers::counts::Counts;
use chap7::work::{Done, Trouble, Work, timing};

/// Work under way.
pub type Working = Pin<Box<dyn Future<Output = Result<Done, Trouble>> + Send>>;

// ANCHOR: inline
/// The trap: `work` does not await. It returns when the database has answered, and until then this
/// thread serves nobody.
pub fn inline(
    database: Arc<dyn Blocking>,
    wait: Duration,
) -> impl Fn(Work) -> Working {
    move |work| {
        let database = database.clone();
        Box::pin(async move { database.work(work, wait) })
    }
}
// ANCHOR_END: inline

// ANCHOR: blocking
/// The same, on a thread that may block.
pub fn on_blocking_pool(
    database: Arc<dyn Blocking>,
    wait: Duration,
) -> impl Fn(Work) -> Working {
    move |work| {
        let database = database.clone();
        Box::pin(async move {
            let done =
                tokio::task::spawn_blocking(move || database.work(work, wait));
            done.await.expect("the work does not panic")
        })
    }
}
// ANCHOR_END: blocking

// ANCHOR: awaiting
/// An async driver: whoever waits for the database keeps no thread.
pub fn awaiting(database: Awaiting, wait: Duration) -> impl Fn(Work) -> Working {
    move |work| {
        let database = database.clone();
        Box::pin(async move { database.work(work, wait).await })
    }
}
// ANCHOR_END: awaiting

/// The routes that every server of the chapter has. `database` says where its own is.
pub fn routes(
    database: String,
    work: impl Fn(Work) -> Working + Send + Sync + 'static,
) -> Router {
    routes_that_tell(database, work, Vec::new)
}

/// The same, and `more` stands among what the server counts.
pub fn routes_that_tell(
    database: String,
    work: impl Fn(Work) -> Working + Send + Sync + 'static,
    more: impl Fn() -> Vec<(&'static str, f64)> + Clone + Send + Sync + 'static,
) -> Router {
    let counts = Arc::new(Counts::default());
    let told = counts.clone();
    let told = move || told.answer(more());
    let work = Arc::new(work);
    let answered = move |asked: String| {
        let (work, counts) = (work.clone(), counts.clone());
        async move {
            counts.asked();
            let done = match asked.parse() {
                Ok(asked) => work(asked).await,
                Err(why) => return (StatusCode::BAD_REQUEST, why).into_response(),
            };
            counts.done();
            answer(done)
        }
    };
    let read = answered.clone();
    Router::new()
        .route("/query", any(answered))
        .route("/read", get(move || read("read 1".into())))
        .route("/health", get(|| async { "ok" }))
        .route("/database", get(move || async move { database }))
        .route("/counters", get(move || async move { told() }))
        .layer(DefaultBodyLimit::max(1024))
}

/// What a client is told.
pub fn answer(done: Result<Done, Trouble>) -> Response {
    match done {
        Ok(done) => {
            let mut response = done.answer.to_string().into_response();
            let timing = HeaderValue::from_str(&timing(done.held))
                .expect("digits and letters");
            response.headers_mut().insert("server-timing", timing);
            response
        }
        Err(why) => {
            let (status, again) = why.status();
            let status = StatusCode::from_u16(status).expect("one of a few");
            let mut response = (status, why.to_string()).into_response();
            if again {
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            response
        }
    }
}

/// For how long those who are being answered may hold up the end.
const LAST: Duration = Duration::from_secs(5);

/// Until somebody tells it to end. Then nobody new is let in, and whoever is there is answered, if
/// that does not take too long.
pub async fn serve(serve: &Serve, routes: Router) -> Result<(), Failure> {
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    let (telling, told) = oneshot::channel();
    let ending = async move {
        told_to_end().await;
        let _ = telling.send(());
    };
    let served = axum::serve(listener, routes).with_graceful_shutdown(ending);
    tokio::select! {
        served = served => Ok(served?),
        _ = async { let _ = told.await; sleep(LAST).await } => Ok(()),
    }
}

/// Ctrl-C, or what a system says to a service that is to end.
async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
