//! Asking a gateway, and what is heard of its answer.

use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use serde_json::{Value, json};

use super::{Fate, Fates, ORDER};

/// Longer than any answer here takes: what has not come by then does not come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A client of one gateway.
#[derive(Clone)]
pub struct Asker {
    client: Client,
    url: String,
    model: String,
}

/// All of an answer that came.
pub struct Heard {
    pub status: u16,
    pub retry_after: Option<String>,
    pub unbuffered: bool,
    pub bytes: Vec<u8>,
    /// whether it ended in good order
    pub in_order: bool,
    pub after: Duration,
}

impl Asker {
    pub fn new(addr: std::net::SocketAddr) -> Result<Self, String> {
        // A connection each, so that a hang-up is one.
        let client = Client::builder().no_proxy().pool_max_idle_per_host(0).build();
        let client = client.map_err(|why| format!("no client: {why}"))?;
        let url = format!("http://{addr}/v1/chat/completions");
        Ok(Asker { client, url, model: String::new() })
    }

    /// Asks, and waits until the answer begins.
    pub async fn begin(
        &self,
        order: &str,
        more: Value,
    ) -> Result<Response, reqwest::Error> {
        let content = format!("{ORDER}{order}");
        let mut body = json!({"model": "rude", "messages": [{"role": "user", "content": content}]});
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        let request =
            self.client.post(&self.url).header("content-type", "application/json");
        request.body(body.to_string()).send().await
    }

    /// Asks for a stream, and hears it to its end.
    pub async fn stream(&self, order: &str) -> Heard {
        self.hear(order, json!({"stream": true})).await
    }

    pub async fn hear(&self, order: &str, more: Value) -> Heard {
        let asked = Instant::now();
        let nothing = |asked: Instant| Heard {
            status: 0,
            retry_after: None,
            unbuffered: false,
            bytes: Vec::new(),
            in_order: false,
            after: asked.elapsed(),
        };
        let begun = tokio::time::timeout(PATIENCE, self.begin(order, more)).await;
        let Ok(Ok(mut answer)) = begun else { return nothing(asked) };
        let header =
            |name| Some(answer.headers().get(name)?.to_str().ok()?.to_string());
        let mut heard = Heard {
            status: answer.status().as_u16(),
            retry_after: header("retry-after"),
            unbuffered: header("x-accel-buffering").as_deref() == Some("no"),
            ..nothing(asked)
        };
        let until = tokio::time::Instant::now() + PATIENCE;
        while let Ok(Ok(piece)) =
            tokio::time::timeout_at(until, answer.chunk()).await
        {
            match piece {
                Some(bytes) => heard.bytes.extend_from_slice(&bytes),
                None => {
                    heard.in_order = true;
                    break;
                }
            }
        }
        heard.after = asked.elapsed();
        heard
    }

    /// Where the model listens, which it is asked through the gateway.
    pub async fn find_model(&mut self) -> Result<(), String> {
        let heard = self.hear("where:", json!({})).await;
        let said: Value = serde_json::from_slice(&heard.bytes).unwrap_or_default();
        let addr = said["choices"][0]["message"]["content"].as_str();
        let addr = addr.ok_or_else(|| {
            let said = String::from_utf8_lossy(&heard.bytes);
            format!(
                "the gateway answered {} to an ordinary question: {said}",
                heard.status
            )
        })?;
        self.model = format!("http://{addr}/known");
        Ok(())
    }

    /// What the model knows of all questions.
    pub async fn fates(&self) -> Result<Fates, String> {
        let why = |why: &dyn std::fmt::Display| {
            format!("the model does not say what it knows: {why}")
        };
        let said =
            self.client.get(&self.model).send().await.map_err(|e| why(&e))?;
        let said = said.bytes().await.map_err(|e| why(&e))?;
        serde_json::from_slice(&said).map_err(|e| why(&e))
    }

    pub async fn fate(&self, order: &str) -> Result<Fate, String> {
        Ok(self
            .fates()
            .await?
            .remove(&format!("{ORDER}{order}"))
            .unwrap_or_default())
    }
}
