//! Where a chat's events go, and how it is told that there are none.

use std::time::Duration;

use axum::body::Bytes;
use chap6::gateway::upstream::{MOST, endless};
use chap6::protocol::{Refusal, event};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// Waited for a slow reader to hear of a failure.
const FAREWELL: Duration = Duration::from_secs(1);

/// Where the events of a chat go, and before them the word whether there will be any.
pub struct Out {
    begin: Option<oneshot::Sender<Result<(), Refusal>>>,
    to: mpsc::Sender<Bytes>,
    /// all that was said so far, where it is handed over at the end
    kept: Option<Vec<u8>>,
}

/// Why a chat did not come to its end.
pub enum Broken {
    /// our client has left: there is nobody to tell
    Gone,
    Refused(Refusal),
}

impl From<Refusal> for Broken {
    fn from(refusal: Refusal) -> Self {
        Broken::Refused(refusal)
    }
}

impl Out {
    pub fn new(
        begin: oneshot::Sender<Result<(), Refusal>>,
        to: mpsc::Sender<Bytes>,
        buffered: bool,
    ) -> Self {
        Out { begin: Some(begin), to, kept: buffered.then(Vec::new) }
    }

    /// # Errors
    /// The client has left, or more would be kept for it than anybody says.
    pub async fn send(&mut self, events: Bytes) -> Result<(), Broken> {
        if let Some(kept) = &mut self.kept {
            if kept.len() + events.len() > MOST {
                return Err(endless().into());
            }
            kept.extend_from_slice(&events);
            return Ok(());
        }
        self.begins();
        self.to.send(events).await.map_err(|_| Broken::Gone)
    }

    pub fn is_gone(&self) -> bool {
        self.to.is_closed()
    }

    /// From here on the status is 200, and what goes wrong is an event.
    fn begins(&mut self) {
        if let Some(begin) = self.begin.take() {
            let _ = begin.send(Ok(()));
        }
    }

    /// The last that is said.
    ///
    /// # Errors
    /// The client has left.
    pub async fn last(&mut self, events: Bytes) -> Result<(), Broken> {
        let kept = self.kept.take();
        self.send(Bytes::from([kept.unwrap_or_default(), events.into()].concat()))
            .await
    }

    /// A status, as long as there is none; else an event, and no word of an end that was none.
    pub async fn fail(mut self, refusal: Refusal) {
        let refusal =
            match self.begin.take().map(|begin| begin.send(Err(refusal.clone()))) {
                Some(Ok(())) => return,
                // Nobody waited for it any more: the head went out when silence had lasted too long.
                Some(Err(_)) | None => refusal,
            };
        let said = event(&refusal.json().to_string());
        // Who reads so slowly that there is no room for one more may miss it.
        let _ = timeout(FAREWELL, self.last(said)).await;
    }
}
