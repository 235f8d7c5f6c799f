//! What one request says, and how its client takes the answer.

use std::time::Duration;

use hyper::body::Bytes;

use crate::record::AskSettings;

/// A request, and its client's manners. As it is by default: a GET without a body, whose client
/// stays until the answer is whole.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// `GET`, `POST`
    pub method: &'static str,
    /// beside `host` and `connection`, which are the lane's own
    pub headers: &'static [(&'static str, &'static str)],
    /// the body of the request of this number: from 0, in the order in which they were sent in a
    /// closed loop or are due in an open one, those that warm up among them
    pub body: Option<fn(u32) -> Bytes>,
    pub answer: Answer,
    pub hang_up: HangUp,
    /// a slow reader: takes at most so many bytes a second, into a receive buffer so small that
    /// the server notices
    pub bytes_per_second: Option<u32>,
}

impl Default for Ask {
    fn default() -> Self {
        Ask {
            method: "GET",
            headers: &[],
            body: None,
            answer: Answer::Whole,
            hang_up: HangUp::Never,
            bytes_per_second: None,
        }
    }
}

impl Ask {
    /// As the record keeps it; nothing of a plain GET.
    pub(super) fn settings(&self) -> Option<AskSettings> {
        let streamed = self.answer != Answer::Whole;
        let (hang_up_us, hang_up_events) = match self.hang_up {
            HangUp::Never => (None, None),
            HangUp::After(patience) => (Some(patience.as_micros() as u64), None),
            HangUp::AfterEvents(most) => (None, Some(most)),
        };
        let plain = self.method == "GET" && self.body.is_none() && !streamed;
        let patient = self.hang_up == HangUp::Never && self.bytes_per_second.is_none();
        (!plain || !patient).then(|| AskSettings {
            method: self.method.into(),
            streamed,
            hang_up_us,
            hang_up_events,
            bytes_per_second: self.bytes_per_second,
        })
    }

    /// A POST of JSON.
    pub fn json(body: fn(u32) -> Bytes) -> Self {
        Ask {
            method: "POST",
            headers: &[("content-type", "application/json")],
            body: Some(body),
            ..Ask::default()
        }
    }
}

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Answer {
    /// only its last byte counts
    #[default]
    Whole,
    /// a stream of server-sent events, each of whose moments is kept. Where `last` is given, it is
    /// the data of the event that says that the stream is whole, and a stream without it was cut
    /// short; it is no event itself
    Events { last: Option<&'static str> },
}

/// When a client has had enough, and closes its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HangUp {
    #[default]
    Never,
    /// so long after a lane took the request up, if the answer is not whole by then
    After(Duration),
    /// when this many events have come; with 0, as soon as the answer begins
    AfterEvents(u32),
}
