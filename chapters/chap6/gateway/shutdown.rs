//! Connections: how they are let in, and how all of them come to an end.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

/// Of what a server is in. It goes one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    Open,
    /// nobody new; who is here may finish
    Draining,
    /// who is still here is told so
    Ending,
}

/// What a connection may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// for a client to say what it wants, at first and after each answer
    pub head: Duration,
    /// for a client to take what it was sent: not the whole answer, but the next bytes of it
    pub write: Duration,
    /// for open chats to end by themselves
    pub drain: Duration,
    /// for those that did not: to be told
    pub farewell: Duration,
}

/// More connections than this wait in the system's queue.
const MOST: usize = 4_096;

/// What is kept of a head that is being read, and of an answer that is being written.
const BUFFER: usize = 16 * 1024;

// ANCHOR: shutdown
/// Serves until `signal`, and then brings what is open to an end: no connection outlives
/// `drain` and `farewell` together.
///
/// # Errors
/// None of today: an `accept` that fails is tried again.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    phase: watch::Sender<Phase>,
    patience: Patience,
    signal: impl Future<Output = ()>,
) -> io::Result<()> {
    tokio::pin!(signal);
    let mut open = JoinSet::new();
    loop {
        let has_room = open.len() < MOST;
        tokio::select! {
            () = &mut signal => break,
            stream = accepted(&listener), if has_room => {
                open.spawn(attend(stream, app.clone(), phase.subscribe(), patience));
            }
            Some(_) = open.join_next() => {}
        }
    }
    drop(listener);
    phase.send_replace(Phase::Draining);
    tracing::info!(
        open = open.len(),
        "no new chats; waiting for those that are open"
    );
    if timeout(patience.drain, all(&mut open)).await.is_err() {
        phase.send_replace(Phase::Ending);
        let _ = timeout(patience.farewell, all(&mut open)).await;
    }
    // Whoever is left is dropped with the set, and its task ends.
    Ok(())
}
// ANCHOR_END: shutdown

async fn all(open: &mut JoinSet<()>) {
    while open.join_next().await.is_some() {}
}

async fn accepted(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(why) if why.kind() == io::ErrorKind::ConnectionAborted => {}
            // Out of file descriptors, most likely: others will be done soon.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Answers on one connection, until either side has had enough.
async fn attend(
    stream: TcpStream,
    app: Router,
    mut phase: watch::Receiver<Phase>,
    patience: Patience,
) {
    // A token is a small packet, and must not wait for the next one to fill it.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience.write));
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_headers(64)
        .max_buf_size(BUFFER)
        .serve_connection(
            TokioIo::new(Box::pin(stream)),
            TowerToHyperService::new(app),
        );
    tokio::pin!(http);
    // What goes wrong on a connection is that client's own affair.
    tokio::select! {
        _ = http.as_mut() => return,
        _ = phase.wait_for(|now| *now >= Phase::Draining) => {}
    }
    http.as_mut().graceful_shutdown();
    let _ = http.await;
}
