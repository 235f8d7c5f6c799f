//! A model's stream as it is read: bytes go in, and what goes on to the client comes out.

use axum::body::Bytes;
use chap6::gateway::chunk::{Progress, Says, with_passages};
use chap6::gateway::events::Events;
use chap6::gateway::upstream::bad_gateway;
use chap6::protocol::{DONE, Refusal, event};
use chap6::retrieval::Passage;

pub struct Reading {
    events: Events,
    progress: Progress,
    /// until the first event has taken them along
    passages: Option<Vec<Passage>>,
    wants_usage: bool,
    usage: Option<String>,
    is_done: bool,
}

/// What a piece came to.
#[derive(Default)]
pub struct Heard {
    /// events, as they go on
    pub said: Vec<u8>,
    pub tokens: usize,
    /// what went wrong after them
    pub wrong: Option<Refusal>,
}

impl Reading {
    pub fn new(passages: Vec<Passage>, wants_usage: bool) -> Self {
        Reading {
            events: Events::default(),
            progress: Progress::default(),
            passages: Some(passages),
            wants_usage,
            usage: None,
            is_done: false,
        }
    }

    /// Whether the model has said that this is all.
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    pub fn hear(&mut self, piece: &[u8]) -> Heard {
        let mut heard = Heard::default();
        let Ok(whole) = self.events.take(piece) else {
            heard.wrong = Some(bad_gateway("the model's event does not end"));
            return heard;
        };
        for data in whole {
            match self.progress.read(&data) {
                Says::Chunk { token } => {
                    let first = self.passages.take();
                    let with =
                        first.and_then(|passages| with_passages(&data, &passages));
                    heard.said.extend_from_slice(&event(&with.unwrap_or(data)));
                    heard.tokens += usize::from(token);
                }
                Says::Nothing => {}
                Says::Usage => self.usage = self.wants_usage.then_some(data),
                Says::Error(why) => {
                    heard.wrong = Some(bad_gateway(format!("the model: {why}")));
                    break;
                }
                Says::Garbled => {
                    heard.wrong =
                        Some(bad_gateway("the model said what is no JSON"));
                    break;
                }
                Says::Done => {
                    self.is_done = true;
                    break;
                }
            }
        }
        heard
    }

    /// The last that the client is told.
    ///
    /// # Errors
    /// The answer was cut: it never said why it ends.
    pub fn last(self) -> Result<Bytes, Refusal> {
        if !self.progress.is_whole() {
            return Err(bad_gateway("the model stopped without saying why"));
        }
        let usage = self.usage.map(|data| event(&data)).unwrap_or_default();
        Ok(Bytes::from([usage, event(DONE)].concat()))
    }
}
