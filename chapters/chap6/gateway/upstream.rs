//! Asking the model: one connection a chat, which ends when nobody wants the answer any more.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use reqwest::{Response, Url};
use serde_json::Value;

use chap6::protocol::Refusal;
use tokio::sync::OnceCell;

/// Of what a model says when it refuses, and of a whole answer, in bytes.
pub const MOST: usize = 4 * 1024 * 1024;

/// Before the one attempt more.
const PAUSE: Duration = Duration::from_millis(50);

/// A server of the protocol.
pub struct Upstream {
    client: reqwest::Client,
    /// `http://127.0.0.1:9000/v1`
    base: String,
    /// what is asked for, whatever a client calls it
    pub model: Option<String>,
    /// of its first model, by its own word, once it was asked
    first: OnceCell<Option<String>>,
}

/// Where a server of the protocol answers, as its official clients are told: a path is a part of
/// that, and without one `/v1` is meant.
///
/// # Errors
/// It is no such address, or one that needs TLS; the sentence says what would be right.
pub fn base(text: &str) -> Result<String, String> {
    let right = "http://127.0.0.1:8080 would be right, or http://127.0.0.1:8080/v1";
    let url = Url::parse(text)
        .map_err(|_| format!("that is no address of a server; {right}"))?;
    match url.scheme() {
        "http" if url.query().or(url.fragment()).is_none() => {}
        "https" => {
            return Err(format!("this gateway speaks no TLS to a model; {right}"));
        }
        _ => return Err(format!("that is no address of a server; {right}")),
    }
    let base = url.as_str().trim_end_matches('/');
    Ok(match url.path() {
        "/" => format!("{base}/v1"),
        _ => base.into(),
    })
}

impl Upstream {
    /// The server at that address, and what it is asked for, if that is always the same.
    ///
    /// # Errors
    /// As of [`base`], or the client could not be made.
    pub fn at(url: &str, model: Option<String>) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            // A model on this machine is not behind a proxy, and does not send us elsewhere.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            // Two owners of a retry are four requests.
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(2))
            .tcp_nodelay(true)
            .build()
            .map_err(|why| format!("no client for the model: {why}"))?;
        let base = base(url)?;
        Ok(Upstream { client, base, model, first: OnceCell::new() })
    }

    // ANCHOR: ask
    /// Asks, and gives the head of the answer. Nothing has gone to our client by then, so what
    /// failed on the way may be tried again: once, and by nobody but us.
    ///
    /// # Errors
    /// The model cannot be reached, or refuses.
    pub async fn ask(&self, body: &Bytes, id: &str) -> Result<Response, Refusal> {
        match self.try_once(body, id).await {
            Err(Failed::Maybe(_)) => {
                tokio::time::sleep(PAUSE).await;
                self.try_once(body, id).await.map_err(Refusal::from)
            }
            answered => answered.map_err(Refusal::from),
        }
    }

    async fn try_once(&self, body: &Bytes, id: &str) -> Result<Response, Failed> {
        let request = self
            .client
            .post(format!("{}/chat/completions", self.base))
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-request-id", id)
            .body(body.clone());
        let response = request.send().await.map_err(|why| {
            tracing::warn!(id, %why, "the model was not reached");
            Failed::Maybe(bad_gateway("the model cannot be reached"))
        })?;
        match response.status() {
            status if status.is_success() => Ok(response),
            status => {
                let retry_after =
                    response.headers().get(header::RETRY_AFTER).cloned();
                let busy = status.is_server_error() && retry_after.is_none();
                let refusal =
                    Refusal { retry_after, ..refused(status, response).await };
                Err(if busy {
                    Failed::Maybe(refusal)
                } else {
                    Failed::Surely(refusal)
                })
            }
        }
    }
    // ANCHOR_END: ask

    /// What the server has to say about its models, as it says it.
    ///
    /// # Errors
    /// It cannot be reached, or does not answer.
    pub async fn models(&self) -> Result<(HeaderMap, Bytes), Refusal> {
        let asked = self.client.get(format!("{}/models", self.base)).send().await;
        let response =
            asked.map_err(|_| bad_gateway("the model cannot be reached"))?;
        let mut head = HeaderMap::new();
        if let Some(kind) = response.headers().get(header::CONTENT_TYPE) {
            head.insert(header::CONTENT_TYPE, kind.clone());
        }
        Ok((head, whole(response).await?))
    }

    /// What its first model is called: for a request that names none. It is asked until it has
    /// answered once.
    pub async fn first(&self) -> Option<String> {
        let asked = self.first.get_or_try_init(|| async {
            let (_, said) = self.models().await?;
            let said: Value = serde_json::from_slice(&said).unwrap_or_default();
            Ok::<_, Refusal>(said["data"][0]["id"].as_str().map(String::from))
        });
        asked.await.ok().cloned().flatten()
    }
}

/// Why there is no answer, and whether another attempt may help.
enum Failed {
    Maybe(Refusal),
    /// the model said no, or said when to come back: that is the client's to decide
    Surely(Refusal),
}

impl From<Failed> for Refusal {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Maybe(refusal) | Failed::Surely(refusal) => refusal,
        }
    }
}

pub fn bad_gateway(message: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::BAD_GATEWAY, "upstream_failed", message)
}

/// More was said than anybody says.
pub fn endless() -> Refusal {
    bad_gateway("the model does not come to an end")
}

/// The model's refusal as ours: what concerns the client goes on as it is, and a model that broke is
/// no fault of the client's.
async fn refused(status: StatusCode, response: Response) -> Refusal {
    let said = whole(response).await.unwrap_or_default();
    let said: Value = serde_json::from_slice(&said).unwrap_or_default();
    let message = said["error"]["message"].as_str().or(said["error"].as_str());
    let message = format!("the model: {}", message.unwrap_or("it did not say why"));
    match status {
        status if status.is_client_error() => {
            Refusal::new(status, "upstream_refused", message)
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            Refusal::new(status, "upstream_busy", message)
        }
        _ => bad_gateway(message),
    }
}

/// All of a body, if that is no more than anybody says.
///
/// # Errors
/// It breaks off, or is longer.
pub async fn whole(mut response: Response) -> Result<Bytes, Refusal> {
    let mut all = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(piece)) if all.len() + piece.len() <= MOST => {
                all.extend_from_slice(&piece)
            }
            Ok(Some(_)) => {
                return Err(endless());
            }
            Ok(None) => return Ok(all.into()),
            Err(_) => return Err(bad_gateway("the model's answer broke off")),
        }
    }
}
