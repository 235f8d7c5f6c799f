//! A connection to the server, and asking over it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::AbortHandle;

use super::ask::Ask;
use super::no_answer::NoAnswer;
use super::stamped::{Stamped, Stamps};
use super::{Clock, Target};

/// What a slow reader's system takes in its place, in bytes (Linux doubles it): with the usual
/// hundreds of kilobytes a server would not notice how slow the reader is.
const SLOW_READERS_BUFFER: u32 = 4_096;

pub(super) struct Connection {
    pub stamps: Arc<Stamps>,
    clock: Clock,
    sender: SendRequest<Full<Bytes>>,
    driver: AbortHandle,
}

impl Connection {
    /// `bytes_per_second` is a slow reader's.
    pub async fn open(
        addr: SocketAddr,
        clock: Clock,
        bytes_per_second: Option<u32>,
    ) -> Result<Self, NoAnswer> {
        let stream = match bytes_per_second {
            None => TcpStream::connect(addr).await,
            Some(_) => with_a_small_buffer(addr).await,
        };
        let stream = stream.map_err(NoAnswer::of_connect)?;
        // A request is one small write; waiting to fill a packet would only add our own delay.
        stream.set_nodelay(true).map_err(NoAnswer::of_connect)?;
        let stamps = Arc::new(Stamps::default());
        let io = TokioIo::new(Stamped::new(stream, clock, stamps.clone(), bytes_per_second));
        let (sender, driver) = http1::handshake(io).await?;
        // What goes wrong on the connection reaches the request that was under way on it.
        let driver = tokio::spawn(async move { drop(driver.await) }).abort_handle();
        Ok(Connection { stamps, clock, sender, driver })
    }

    /// Whether another request may go over it.
    pub async fn is_ready(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }

    /// Sends the request of this number and waits for the head of its answer.
    pub async fn ask(
        &mut self,
        target: &Target,
        ask: &Ask,
        number: u32,
        keep_alive: bool,
    ) -> Result<Response<Incoming>, NoAnswer> {
        let mut request = Request::builder()
            .method(ask.method)
            .uri(&target.path)
            .header(header::HOST, target.addr.to_string());
        for (name, value) in ask.headers {
            request = request.header(*name, *value);
        }
        if !keep_alive {
            request = request.header(header::CONNECTION, "close");
        }
        let body = Full::new(ask.body.map_or_else(Bytes::new, |body| body(number)));
        let request = request.body(body).map_err(|why| {
            NoAnswer::Ours(format!("{} {} cannot be asked: {why}", ask.method, target.path))
        })?;
        let response = self.sender.send_request(request).await?;
        self.stamps.has_begun(self.clock.now());
        Ok(response)
    }
}

async fn with_a_small_buffer(addr: SocketAddr) -> io::Result<TcpStream> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_recv_buffer_size(SLOW_READERS_BUFFER)?;
    socket.connect(addr).await
}

impl Drop for Connection {
    /// A lane that gives up closes its connection at once, so that the server can notice.
    fn drop(&mut self) {
        self.driver.abort();
    }
}
