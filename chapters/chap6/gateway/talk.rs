//! One chat, from its place at the door to its last event.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use chap6::gateway::limit::{Permit, Place};
use chap6::gateway::metrics::{Counted, End, Waiting};
use chap6::gateway::out::{Broken, Out};
use chap6::gateway::reading::{Heard, Reading};
use chap6::gateway::request::prompt;
use chap6::gateway::shutdown::Phase;
use chap6::gateway::upstream::{bad_gateway, whole};
use chap6::gateway::{Deadlines, Gateway};
use chap6::protocol::Refusal;
use chap6::retrieval::Passage;
use reqwest::Response;
use serde_json::{Map, Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// Waited for the end of a response that has said all.
const TAIL: Duration = Duration::from_secs(1);

const STREAM: &[u8] = b"text/event-stream";

/// A chat that was let in.
pub struct Talk {
    pub gateway: Arc<Gateway>,
    pub id: String,
    /// as it came, but for what we add
    pub request: Map<String, Value>,
    pub question: String,
    pub wants_usage: bool,
    /// none where nobody counts
    pub place: Option<Place>,
    pub counted: Counted,
    pub phase: watch::Receiver<Phase>,
}

impl Talk {
    // ANCHOR: stream
    /// Talks until the answer is whole, the client left, or a deadline passed; and says so.
    pub async fn stream(mut self, mut out: Out) {
        let mut phase = self.phase.clone();
        let whole = self.gateway.settings.deadlines.whole;
        let ended = tokio::select! {
            ended = self.say(&mut out) => ended,
            () = sleep(whole) => Err(too_slow("the answer was not whole in time").into()),
            _ = phase.wait_for(|now| *now >= Phase::Ending) => Err(closing().into()),
        };
        match ended {
            Ok(()) => self.counted.ends(End::Answered),
            Err(Broken::Gone) => {}
            Err(Broken::Refused(refusal)) => {
                self.counted.ends(End::Broken);
                out.fail(refusal).await;
            }
        }
    }
    // ANCHOR_END: stream

    async fn say(&mut self, out: &mut Out) -> Result<(), Broken> {
        let _permit = self.turn().await?;
        // It may have waited long; what nobody waits for any more is not asked.
        if out.is_gone() {
            return Err(Broken::Gone);
        }
        let passages = self.passages().await?;
        let Deadlines { first, gap, .. } = self.gateway.settings.deadlines;
        let mut deadline = Instant::now() + first;
        let begun = timeout_at(deadline, self.begin(&passages)).await;
        let mut response =
            begun.map_err(|_| too_slow("the model did not begin in time"))??;
        let mut reading = Reading::new(passages, self.wants_usage);
        while !reading.is_done() {
            let piece = timeout_at(deadline, response.chunk())
                .await
                .map_err(|_| too_slow("the model said nothing for too long"))?
                .map_err(|_| bad_gateway("the model's answer broke off"))?;
            let Some(piece) = piece else { break };
            let Heard { said, tokens, wrong } = reading.hear(&piece);
            if tokens > 0 {
                deadline = Instant::now() + gap;
                (0..tokens).for_each(|_| self.counted.token());
            }
            if !said.is_empty() {
                out.send(said.into()).await?;
            }
            if let Some(wrong) = wrong {
                return Err(wrong.into());
            }
        }
        out.last(reading.last()?).await?;
        // What is left of the response is its end. Read, and the connection is good for another.
        tokio::spawn(timeout(TAIL, whole(response)));
        Ok(())
    }

    /// Asks for a stream, and sees that it is one.
    async fn begin(&mut self, passages: &[Passage]) -> Result<Response, Refusal> {
        let body = self.body(passages).await;
        let response = self.gateway.upstream.ask(&body, &self.id).await?;
        let kind = response.headers().get(header::CONTENT_TYPE);
        match kind.is_some_and(|kind| kind.as_bytes().starts_with(STREAM)) {
            true => Ok(response),
            false => Err(bad_gateway("the model did not answer with a stream")),
        }
    }

    // ANCHOR: whole
    /// The same in one piece. Nobody else owns this future, so that who hangs up drops it.
    pub async fn whole(mut self) -> Result<Value, Refusal> {
        let mut phase = self.phase.clone();
        let most = self.gateway.settings.deadlines.whole;
        let answer = tokio::select! {
            answer = self.answer() => answer,
            () = sleep(most) => Err(too_slow("the answer was not whole in time")),
            _ = phase.wait_for(|now| *now >= Phase::Ending) => Err(closing()),
        };
        let end = if answer.is_ok() { End::Answered } else { End::Broken };
        self.counted.ends(end);
        answer
    }
    // ANCHOR_END: whole

    async fn answer(&mut self) -> Result<Value, Refusal> {
        let _permit = self.turn().await?;
        let passages = self.passages().await?;
        let body = self.body(&passages).await;
        let response = self.gateway.upstream.ask(&body, &self.id).await?;
        let answer = whole(response).await?;
        let answer: Result<Map<String, Value>, _> = serde_json::from_slice(&answer);
        let mut answer =
            answer.map_err(|_| bad_gateway("the model said what is no JSON"))?;
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            return Err(bad_gateway(format!("the model: {}", error["message"])));
        }
        answer.insert("passages".into(), json!(passages));
        Ok(answer.into())
    }

    async fn turn(&mut self) -> Result<Option<Permit>, Refusal> {
        let Some(place) = self.place.take() else { return Ok(None) };
        let _waiting = Waiting::new(&self.gateway.metrics.queued);
        place.turn().await.map(Some)
    }

    /// Computed, if only for a moment, and so not on a thread that others wait on.
    async fn passages(&self) -> Result<Vec<Passage>, Refusal> {
        if self.gateway.settings.passages == 0 {
            return Ok(Vec::new());
        }
        let (gateway, question) = (self.gateway.clone(), self.question.clone());
        let find =
            move || gateway.library.find(&question, gateway.settings.passages);
        tokio::task::spawn_blocking(find).await.map_err(|_| {
            Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "failed",
                "the search failed",
            )
        })
    }

    /// What the model is asked: as it came, and the passages before it. Some servers insist on a
    /// model's name, and some clients know none.
    async fn body(&mut self, passages: &[Passage]) -> Bytes {
        let mut request = std::mem::take(&mut self.request);
        if let (false, Some(Value::Array(messages))) =
            (passages.is_empty(), request.get_mut("messages"))
        {
            let orders = json!({ "role": "system", "content": prompt(passages) });
            messages.insert(0, orders);
        }
        let upstream = &self.gateway.upstream;
        let named = request.get("model").is_some_and(|name| !name.is_null());
        let model = match &upstream.model {
            Some(model) => Some(model.clone()),
            None if named => None,
            None => upstream.first().await,
        };
        if let Some(model) = model {
            request.insert("model".into(), model.into());
        }
        Value::Object(request).to_string().into()
    }
}

fn too_slow(message: &str) -> Refusal {
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, "timeout", message)
}

pub fn closing() -> Refusal {
    Refusal {
        retry_after: Some(HeaderValue::from(5)),
        ..Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "closing",
            "this server is closing; please ask again",
        )
    }
}
