//! One chat, from its place at the door to its last event.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use chap6::gateway::Gateway;
use chap6::gateway::chunk::{Progress, Says, with_passages};
use chap6::gateway::events::Events;
use chap6::gateway::limit::{Permit, Place};
use chap6::gateway::metrics::{Counted, End, Waiting};
use chap6::gateway::out::{Gone, Out};
use chap6::gateway::request::prompt;
use chap6::gateway::shutdown::Phase;
use chap6::gateway::upstream::{bad_gateway, whole};
use chap6::protocol::{DONE, Refusal, event};
use chap6::retrieval::Passage;
use serde_json::{Map, Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// Waited for the end of a response that has said all.
const TAIL: Duration = Duration::from_secs(1);

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

/// Why a chat did not come to its end.
enum Broken {
    Gone,
    Refused(Refusal),
}

impl From<Gone> for Broken {
    fn from(_: Gone) -> Self {
        Broken::Gone
    }
}

impl From<Refusal> for Broken {
    fn from(refusal: Refusal) -> Self {
        Broken::Refused(refusal)
    }
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
        let body = self.body(&passages);
        let deadlines = self.gateway.settings.deadlines;
        let mut deadline = Instant::now() + deadlines.first;
        let asked = self.gateway.upstream.ask(&body, &self.id);
        let mut response = timeout_at(deadline, asked)
            .await
            .map_err(|_| too_slow("the model did not begin in time"))??;
        let kind = response.headers().get(header::CONTENT_TYPE);
        if !kind
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
        {
            return Err(
                bad_gateway("the model did not answer with a stream").into()
            );
        }
        let (mut events, mut progress) = (Events::default(), Progress::default());
        let (mut passages, mut usage) = (Some(passages), None);
        loop {
            let piece = timeout_at(deadline, response.chunk())
                .await
                .map_err(|_| too_slow("the model said nothing for too long"))?
                .map_err(|_| bad_gateway("the model's answer broke off"))?;
            let Some(piece) = piece else { break };
            let whole = events.take(&piece);
            let whole =
                whole.map_err(|_| bad_gateway("the model's event does not end"))?;
            let mut said = Vec::new();
            let mut is_done = false;
            for data in whole {
                match progress.read(&data) {
                    Says::Chunk { token } => {
                        let first = passages.take();
                        let with = first
                            .and_then(|passages| with_passages(&data, &passages));
                        said.extend_from_slice(&event(&with.unwrap_or(data)));
                        if token {
                            self.counted.token();
                            deadline = Instant::now() + deadlines.gap;
                        }
                    }
                    Says::Nothing => {}
                    Says::Usage => usage = self.wants_usage.then_some(data),
                    Says::Error(why) => {
                        self.hand_on(out, said).await?;
                        return Err(bad_gateway(format!("the model: {why}")).into());
                    }
                    Says::Garbled => {
                        self.hand_on(out, said).await?;
                        return Err(
                            bad_gateway("the model said what is no JSON").into()
                        );
                    }
                    Says::Done => {
                        is_done = true;
                        break;
                    }
                }
            }
            self.hand_on(out, said).await?;
            if is_done {
                break;
            }
        }
        if !progress.is_whole() {
            return Err(bad_gateway("the model stopped without saying why").into());
        }
        let usage = usage.map(|data| event(&data)).unwrap_or_default();
        out.last(Bytes::from([usage, event(DONE)].concat())).await?;
        // What is left of the response is its end. Read, and the connection is good for another.
        tokio::spawn(timeout(TAIL, whole(response)));
        Ok(())
    }

    async fn hand_on(&self, out: &mut Out, said: Vec<u8>) -> Result<(), Gone> {
        match said.is_empty() {
            true => Ok(()),
            false => out.send(said.into()).await,
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
        let body = self.body(&passages);
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

    /// What the model is asked: as it came, and the passages before it.
    fn body(&mut self, passages: &[Passage]) -> Bytes {
        let mut request = std::mem::take(&mut self.request);
        if let (false, Some(Value::Array(messages))) =
            (passages.is_empty(), request.get_mut("messages"))
        {
            let orders = json!({ "role": "system", "content": prompt(passages) });
            messages.insert(0, orders);
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
