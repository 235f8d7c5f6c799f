//! What hyper asks of a socket, answered by ours: chapter 4 puts hyper on this
//! runtime.

use std::io;
use std::net::Shutdown;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};

use while_you_wait::runtime::net::TcpStream;

// ANCHOR: hyper-on-our-socket
/// Our stream as hyper wants it. hyper brings the protocol; who polls, and when,
/// stays ours.
pub struct HyperIo(pub TcpStream);

impl Read for HyperIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        // hyper's buffer may hold bytes that nobody has written yet, and to read into those takes
        // `unsafe`. So the bytes go by way of our own buffer: one copy, which tokio saves.
        let mut bytes = [0; 8 * 1024];
        let room = bytes.len().min(buffer.remaining());
        let read = ready!(self.0.poll_read(cx, &mut bytes[..room]))?;
        buffer.put_slice(&bytes[..read]);
        Poll::Ready(Ok(()))
    }
}

impl Write for HyperIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.poll_write(cx, bytes)
    }

    /// Nothing to do: what was written is the operating system's already.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.shutdown(Shutdown::Write))
    }
}
// ANCHOR_END: hyper-on-our-socket
