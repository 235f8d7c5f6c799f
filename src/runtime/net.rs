//! Sockets whose waiting is a future. Each function is std's of that name, and
//! `await`.

use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::task::{Context, Poll};

use while_you_wait::runtime::reactor::{Direction, Source};
use while_you_wait::runtime::reactor_here;

// ANCHOR: accept-read-write
pub struct TcpListener(Source<mio::net::TcpListener>);

pub struct TcpStream(Source<mio::net::TcpStream>);

impl TcpListener {
    /// # Errors
    /// As std's.
    pub async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        let accept = |listener: &mut mio::net::TcpListener| listener.accept();
        let (socket, peer) = poll_fn(|cx| self.0.attempt(cx, Direction::Read, accept)).await?;
        Ok((TcpStream(Source::register(socket, reactor_here())?), peer))
    }
}

impl TcpStream {
    /// # Errors
    /// As std's.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|cx| self.poll_read(cx, buffer)).await
    }

    /// # Errors
    /// As std's.
    pub async fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match poll_fn(|cx| self.poll_write(cx, bytes)).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()), // as std's: or we would try for ever
                written => bytes = &bytes[written..],
            }
        }
        Ok(())
    }

    pub fn poll_read(&mut self, cx: &mut Context<'_>, to: &mut [u8]) -> Poll<io::Result<usize>> {
        self.0.attempt(cx, Direction::Read, |socket| socket.read(to))
    }

    pub fn poll_write(&mut self, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        self.0.attempt(cx, Direction::Write, |socket| socket.write(from))
    }
}
// ANCHOR_END: accept-read-write

impl TcpListener {
    /// # Errors
    /// As std's.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        TcpListener::from_std(std::net::TcpListener::bind(address)?)
    }

    /// A listener that was bound elsewhere, with a backlog of its own choice perhaps.
    ///
    /// # Errors
    /// It cannot be made non-blocking, or the operating system does not take it.
    pub fn from_std(listener: std::net::TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let listener = mio::net::TcpListener::from_std(listener);
        Ok(TcpListener(Source::register(listener, reactor_here())?))
    }

    /// # Errors
    /// As std's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.socket.local_addr()
    }
}

impl TcpStream {
    /// # Errors
    /// As std's.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.socket.shutdown(how)
    }
}
