//! A server that does exactly what a script says, however wrong.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A good answer that keeps the connection.
pub const GOOD: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer-Timing: handler;dur=1.5;desc=\"7\"\r\n\r\nhi";

/// A listening server; dropping it ends its thread.
pub struct Scripted {
    pub addr: SocketAddr,
    pub connections: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Scripted {
    /// Serves every connection, each on its own thread, by `script(connection number, stream)`.
    pub fn new(script: impl Fn(usize, Client) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("it is bound");
        let (stop, connections) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (told, count, script) = (stop.clone(), connections.clone(), Arc::new(script));
        let accepting = thread::spawn(move || {
            for stream in listener.incoming() {
                if told.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                // A script waits for its client, and not for ever.
                let _ = stream.set_read_timeout(Some(tests::PATIENCE));
                let number = count.fetch_add(1, Ordering::SeqCst);
                let (script, told) = (script.clone(), told.clone());
                thread::spawn(move || script(number, Client { stream, told }));
            }
        });
        Scripted { addr, connections, stop, accepting: Some(accepting) }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // One last connection, so that the accept loop looks at the flag.
        let _ = TcpStream::connect(self.addr);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

/// The other end of one connection.
pub struct Client {
    pub stream: TcpStream,
    told: Arc<AtomicBool>,
}

impl Client {
    /// Reads one request; false when the client is gone.
    pub fn request(&mut self) -> bool {
        self.whole_request().is_some()
    }

    /// Reads one request with its body; nothing when the client is gone.
    pub fn whole_request(&mut self) -> Option<(String, Vec<u8>)> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            self.stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).expect("a head is ASCII");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length = length.map_or(0, |length| length.parse().expect("a number"));
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).ok()?;
        Some((head, body))
    }

    /// Whether the client closes its connection, or resets it, before the test is over.
    pub fn is_left(&mut self) -> bool {
        let _ = self.stream.set_read_timeout(Some(Duration::from_millis(20)));
        while !self.told.load(Ordering::SeqCst) {
            match self.stream.read(&mut [0]) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(why) if matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => return true,
            }
        }
        false
    }

    pub fn say(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// Says nothing until the test is over, or the client gives up.
    pub fn never_answer(&mut self) {
        self.is_left();
    }

    /// Ends the connection by a reset and not by a goodbye: unread input does that on close.
    pub fn reset(self) {
        drop(self);
    }
}
