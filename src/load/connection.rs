//! A connection to the server, and asking over it.

use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

use super::no_answer::NoAnswer;
use super::stamped::{Stamped, Stamps};
use super::{Clock, Target};

pub(super) struct Connection {
    pub stamps: Arc<Stamps>,
    sender: SendRequest<Empty<Bytes>>,
    driver: AbortHandle,
}

impl Connection {
    pub async fn open(addr: SocketAddr, clock: Clock) -> Result<Self, NoAnswer> {
        let stream = TcpStream::connect(addr).await.map_err(NoAnswer::of_connect)?;
        // A request is one small write; waiting to fill a packet would only add our own delay.
        stream.set_nodelay(true).map_err(NoAnswer::of_connect)?;
        let stamps = Arc::new(Stamps::default());
        let io = TokioIo::new(Stamped::new(stream, clock, stamps.clone()));
        let (sender, driver) = http1::handshake(io).await?;
        // What goes wrong on the connection reaches the request that was under way on it.
        let driver = tokio::spawn(async move { drop(driver.await) }).abort_handle();
        Ok(Connection { stamps, sender, driver })
    }

    /// Whether another request may go over it.
    pub async fn is_ready(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }

    /// Sends one request and waits for the head of its answer.
    pub async fn ask(
        &mut self,
        target: &Target,
        keep_alive: bool,
    ) -> Result<Response<Incoming>, NoAnswer> {
        let mut request = Request::get(&target.path).header(header::HOST, target.addr.to_string());
        if !keep_alive {
            request = request.header(header::CONNECTION, "close");
        }
        let request =
            request.body(Empty::new()).map_err(|why| NoAnswer::Ours(format!("bad path: {why}")))?;
        Ok(self.sender.send_request(request).await?)
    }
}

impl Drop for Connection {
    /// A lane that gives up closes its connection at once, so that the server can notice.
    fn drop(&mut self) {
        self.driver.abort();
    }
}
