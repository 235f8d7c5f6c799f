//! An answer that is still being made: the body of a response, and owner of all that it takes.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use chap6::protocol::{Refusal, event};
use http_body::Frame;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep, sleep};

// ANCHOR: body
/// A task that ends when its owner is dropped. A `JoinHandle` alone would let it run on.
pub struct Owned(JoinHandle<()>);

impl Owned {
    pub fn spawn(task: impl Future<Output = ()> + Send + 'static) -> Self {
        Owned(tokio::spawn(task))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Frames as a task makes them, and a comment wherever it is silent: else somebody on the way may
/// take the silence for the end.
///
/// Whoever hangs up drops the body. That drops the task, and with it the connection to the model
/// and the permit to talk to it, at whichever `await` it stands.
pub struct Streamed {
    frames: mpsc::Receiver<Bytes>,
    talk: Option<Owned>,
    silence: Pin<Box<Sleep>>,
    ping: Duration,
}

impl Streamed {
    /// `silent`: has been so already, and begins with a comment.
    pub fn new(
        frames: mpsc::Receiver<Bytes>,
        talk: Owned,
        ping: Duration,
        silent: bool,
    ) -> Self {
        let first = if silent { Duration::ZERO } else { ping };
        Streamed { frames, talk: Some(talk), silence: Box::pin(sleep(first)), ping }
    }
}

impl http_body::Body for Streamed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame = match self.frames.poll_recv(cx) {
            Poll::Ready(None) => return self.end(cx),
            Poll::Ready(Some(frame)) => frame,
            Poll::Pending => match self.silence.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => Bytes::from_static(b": still here\n\n"),
            },
        };
        let next = Instant::now() + self.ping;
        self.silence.as_mut().reset(next);
        Poll::Ready(Some(Ok(Frame::data(frame))))
    }
}
// ANCHOR_END: body

impl Streamed {
    /// No more frames come. If that is because the task panicked, somebody has to say so.
    fn end(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(talk) = &mut self.talk else { return Poll::Ready(None) };
        let ended = ready!(Pin::new(&mut talk.0).poll(cx));
        self.talk = None;
        let failed = ended.is_err().then(|| event(&failed().json().to_string()));
        Poll::Ready(failed.map(|said| Ok(Frame::data(said))))
    }
}

/// The fault is ours, and its own words are for the log.
pub fn failed() -> Refusal {
    let why = "the chat failed";
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", why)
}
