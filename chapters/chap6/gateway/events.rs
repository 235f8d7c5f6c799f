//! Server-sent events out of bytes, which come in pieces: a piece may hold three events, or half of
//! one, or half a letter. So bytes are kept until an event is whole, and only then they are text.
//!
//! Standard: <https://html.spec.whatwg.org/multipage/server-sent-events.html>

/// Reads a stream of events. What it keeps is bounded by the longest event that is allowed.
#[derive(Debug, Default)]
pub struct Events {
    /// of the line that has not ended
    line: Vec<u8>,
    /// of the event that has not ended: its data, if it has any
    data: Option<Vec<u8>>,
    /// the byte before ended a line, and a line feed now belongs to it
    after_return: bool,
    begun: bool,
}

/// No event of a chat is this long, in bytes.
pub const LONGEST: usize = 1024 * 1024;

/// An event did not end.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

// ANCHOR: events
impl Events {
    /// Takes the next bytes, and gives the data of each event that is whole with them.
    ///
    /// # Errors
    /// An event is longer than [`LONGEST`].
    pub fn take(&mut self, bytes: &[u8]) -> Result<Vec<String>, TooLong> {
        let mut whole = Vec::new();
        for &byte in bytes {
            let after_return =
                std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => whole.extend(self.end_of_line()),
                _ => self.line.push(byte),
            }
            if self.line.len() + self.data.as_ref().map_or(0, Vec::len) > LONGEST {
                return Err(TooLong);
            }
        }
        Ok(whole)
    }

    /// A line that is empty ends an event.
    fn end_of_line(&mut self) -> Option<String> {
        let mut line = std::mem::take(&mut self.line);
        if !std::mem::replace(&mut self.begun, true) && line.starts_with(MARK) {
            line.drain(..MARK.len());
        }
        if line.is_empty() {
            let data = self.data.take()?;
            // A letter that no encoding knows is shown as one, and costs nobody the answer.
            return Some(String::from_utf8_lossy(&data).into_owned());
        }
        // Comments, names and numbers of events mean nothing in this protocol.
        let value = line.strip_prefix(b"data:".as_slice());
        let value = value.map(|value| value.strip_prefix(b" ").unwrap_or(value));
        if let Some(value) = value.or((line == b"data").then_some(b"")) {
            match &mut self.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                none => *none = Some(value.to_vec()),
            }
        }
        None
    }
}
// ANCHOR_END: events

/// A byte order mark: allowed before the first line.
const MARK: &[u8] = b"\xEF\xBB\xBF";
