//! A TCP stream that notes when a request had been written and when the answer began, and that may
//! be read slowly on purpose.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::Clock;
use super::throttle::Throttle;

/// Two moments of one exchange, in microseconds from the run's start. Atomics only because tokio
/// asks tasks to be Send even on one thread.
pub(super) struct Stamps {
    last_write: AtomicU64,
    first_read: AtomicU64,
}

const NEVER: u64 = u64::MAX;

impl Default for Stamps {
    fn default() -> Self {
        Stamps { last_write: AtomicU64::new(NEVER), first_read: AtomicU64::new(NEVER) }
    }
}

impl Stamps {
    /// Forgets the exchange before.
    pub fn clear(&self) {
        self.last_write.store(NEVER, Ordering::Relaxed);
        self.first_read.store(NEVER, Ordering::Relaxed);
    }

    /// The answer began, at the latest now.
    pub fn has_begun(&self, now: u64) {
        let _ = self.first_read.compare_exchange(NEVER, now, Ordering::Relaxed, Ordering::Relaxed);
    }

    pub fn sent(&self) -> Option<u64> {
        Some(self.last_write.load(Ordering::Relaxed)).filter(|&at| at != NEVER)
    }

    pub fn first_byte(&self) -> Option<u64> {
        Some(self.first_read.load(Ordering::Relaxed)).filter(|&at| at != NEVER)
    }
}

pub(super) struct Stamped {
    stream: TcpStream,
    clock: Clock,
    stamps: Arc<Stamps>,
    /// of a slow reader
    throttle: Option<Throttle>,
}

impl Stamped {
    /// `bytes_per_second` is a slow reader's.
    pub fn new(
        stream: TcpStream,
        clock: Clock,
        stamps: Arc<Stamps>,
        bytes_per_second: Option<u32>,
    ) -> Self {
        Stamped { stream, clock, stamps, throttle: bytes_per_second.map(Throttle::new) }
    }

    /// Reads no more than a slow reader may now.
    fn poll_read_slowly(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Some(throttle) = &mut self.throttle else {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        };
        let most = ready!(throttle.poll_rested(cx));
        let mut little = vec![0; most.min(buf.remaining())];
        let mut part = ReadBuf::new(&mut little);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut part))?;
        throttle.has_read(part.filled().len());
        buf.put_slice(part.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Stamped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(self.poll_read_slowly(cx, buf))?;
        let came = &buf.filled()[before..];
        // A 103 is said before the work is done: with it no answer has begun. (Looked for where it
        // begins; hyper's own word for it would cost every request a few per cent.)
        let answers = !came.is_empty() && !came.starts_with(b"HTTP/1.1 1");
        if answers && self.stamps.first_byte().is_none() {
            self.stamps.first_read.store(self.clock.now(), Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stamped {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.stamps.last_write.store(self.clock.now(), Ordering::Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
