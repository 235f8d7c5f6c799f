//! Letting connections in: no more than this process can hold, and none for ever.

use std::collections::BTreeMap;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore};
use tokio::time::sleep;
use tokio_io_timeout::TimeoutStream;

/// How long a client may take to say what it wants, at first and after each answer. A browser
/// whose connection was closed meanwhile opens another.
const ASK: Duration = Duration::from_secs(10);

/// How long a client may leave what it asked for unread.
const READ: Duration = Duration::from_secs(20);

/// Enough for any number of browsers.
const MOST: u64 = 1000;

/// Who is being served, by the order in which they came.
type Guests = Arc<Mutex<BTreeMap<u64, Arc<Notify>>>>;

/// Lets clients in, for ever. Where there are too many, the one that came first has to go: a page
/// is fetched in no time, so it is most likely one that only holds on; an event stream that is
/// ended comes again by itself.
///
/// # Errors
/// The listener cannot be used at all.
pub async fn open(listener: TcpListener, app: Router) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let seats = Arc::new(Semaphore::new(most()));
    let guests = Guests::default();
    for number in 0.. {
        let stream = accepted(&listener).await;
        if seats.available_permits() == 0
            && let Some((_, first)) = held(&guests).pop_first()
        {
            first.notify_one();
        }
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else { break };
        let (guests, app, leave) = (Arc::clone(&guests), app.clone(), Arc::new(Notify::new()));
        held(&guests).insert(number, Arc::clone(&leave));
        tokio::spawn(async move {
            tokio::select! {
                () = attend(stream, app) => {}
                () = leave.notified() => {}
            }
            held(&guests).remove(&number);
            drop(seat);
        });
    }
    Ok(())
}

fn held(guests: &Guests) -> std::sync::MutexGuard<'_, BTreeMap<u64, Arc<Notify>>> {
    guests.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many at once: a quarter of the files that this process may open. Each may hold a file of the
/// book as well, and the other half is for building.
fn most() -> usize {
    // Most systems start a process with few, and let it have more.
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(MOST);
    (files / 4).clamp(1, MOST) as usize
}

async fn accepted(listener: &tokio::net::TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(why) if why.kind() == io::ErrorKind::ConnectionAborted => {}
            // Out of files, most likely: others will be done soon.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Answers on one connection, until either side has had enough.
async fn attend(stream: TcpStream, app: Router) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(READ));
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(ASK)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(app));
    // What goes wrong on a connection is that client's own affair.
    let _ = http.await;
}
