//! HTTP by hand, for what a well-behaved client would not do or not show.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use crate::PATIENCE;

/// A connection on which neither a read nor a write waits for ever.
///
/// # Errors
/// As connecting has them, or nobody took it in time.
///
/// # Panics
/// That is no address.
pub fn connect(addr: &str) -> io::Result<TcpStream> {
    let addr: SocketAddr = addr.parse().unwrap_or_else(|why| panic!("{addr}: {why}"));
    let stream = TcpStream::connect_timeout(&addr, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Sends a request after which the server is to close.
pub fn ask(mut stream: TcpStream, path: &str) -> TcpStream {
    // A server that is about to go may have closed it already; that is heard later.
    let _ = write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream
}

/// A connection on which a request was sent, and no answer read.
pub fn asked(addr: &str, path: &str) -> TcpStream {
    ask(connect(addr).expect("it listens"), path)
}

/// Everything that comes until the connection ends, in whatever way, or patience does.
pub fn heard(stream: TcpStream) -> String {
    String::from_utf8_lossy(&to_the_end(stream).0).into_owned()
}

/// Everything that comes until the server closes in good order.
///
/// # Panics
/// It did not close, or not in good order, or what came is no text.
pub fn whole(stream: TcpStream) -> String {
    let (bytes, end) = to_the_end(stream);
    let text = String::from_utf8(bytes).expect("an answer in UTF-8");
    end.unwrap_or_else(|why| panic!("{why}, after {text:?}"));
    text
}

/// Asks, and gives the whole answer with its head.
pub fn get(addr: &str, path: &str) -> String {
    whole(asked(addr, path))
}

/// The read timeout begins anew with every byte, so the time is looked at here as well.
fn to_the_end(mut stream: TcpStream) -> (Vec<u8>, io::Result<()>) {
    let until = Instant::now() + PATIENCE;
    let (mut bytes, mut buffer) = (Vec::new(), [0; 64 * 1024]);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return (bytes, Ok(())),
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            Err(why) => return (bytes, Err(why)),
        }
        if Instant::now() > until {
            return (bytes, Err(ErrorKind::TimedOut.into()));
        }
    }
}
