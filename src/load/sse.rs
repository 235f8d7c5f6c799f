//! Server-sent events, counted as events while their bytes come.
//!
//! A frame of the network is no event: one may hold several, and one event may be cut anywhere, in
//! the middle of a letter too. So bytes are looked at one by one, and nothing is decoded.
//!
//! Standard: <https://html.spec.whatwg.org/multipage/server-sent-events.html>

/// So much of an event's data is kept; enough to tell an end (`[DONE]`) from a token.
pub const KEPT: usize = 64;

/// Reads a `text/event-stream`. Its memory does not grow with the stream.
#[derive(Debug, Default)]
pub struct Events {
    line: Line,
    /// the event so far has a `data` field, if only an empty one
    has_data: bool,
    /// the first [`KEPT`] bytes of its data, lines joined by `\n`
    data: Vec<u8>,
    /// the byte before was a carriage return: a line feed now ends no second line
    after_return: bool,
    /// how much of a byte order mark the stream began with
    mark: usize,
    /// past where a byte order mark may stand
    begun: bool,
}

/// How much of a line is known.
#[derive(Debug, Default)]
enum Line {
    /// nothing but the first letters of `data`, and so many of them
    #[default]
    Empty,
    Name(usize),
    /// `data:`, and what follows it is data; a space right after the colon is none
    Colon,
    Data,
    /// a comment, or another field
    Other,
}

const DATA: &[u8] = b"data";
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl Events {
    /// Takes the next bytes, and hands the first [`KEPT`] bytes of the data of each event that is
    /// whole with them to `event`, in order.
    pub fn take(&mut self, bytes: &[u8], mut event: impl FnMut(&[u8])) {
        for &byte in bytes {
            if !self.begun && self.is_mark(byte) {
                continue;
            }
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => self.end_of_line(&mut event),
                _ => self.letter(byte),
            }
        }
    }

    /// Whether an event has begun and not ended: a stream that ends here was cut short.
    pub fn is_inside(&self) -> bool {
        self.has_data || !matches!(self.line, Line::Empty)
    }

    /// Whether this byte, one of the first, belongs to a byte order mark.
    fn is_mark(&mut self, byte: u8) -> bool {
        let is_mark = byte == BYTE_ORDER_MARK[self.mark];
        match is_mark {
            true => self.mark += 1,
            // A part of a mark is none, but letters of the first line.
            false if self.mark > 0 => self.line = Line::Other,
            false => {}
        }
        self.begun = !is_mark || self.mark == BYTE_ORDER_MARK.len();
        is_mark
    }

    fn letter(&mut self, byte: u8) {
        self.line = match self.line {
            Line::Empty if byte == DATA[0] => Line::Name(1),
            Line::Name(n) if n < DATA.len() && byte == DATA[n] => Line::Name(n + 1),
            Line::Name(n) if n == DATA.len() && byte == b':' => {
                self.begin_data();
                Line::Colon
            }
            Line::Colon if byte == b' ' => Line::Data,
            Line::Colon | Line::Data => {
                self.keep(byte);
                Line::Data
            }
            Line::Empty | Line::Name(_) | Line::Other => Line::Other,
        };
    }

    fn end_of_line(&mut self, event: &mut impl FnMut(&[u8])) {
        match std::mem::take(&mut self.line) {
            // A field without a colon has an empty value.
            Line::Name(n) if n == DATA.len() => self.begin_data(),
            Line::Empty if self.has_data => {
                event(&self.data);
                self.data.clear();
                self.has_data = false;
            }
            _ => {}
        }
    }

    fn begin_data(&mut self) {
        if std::mem::replace(&mut self.has_data, true) {
            self.keep(b'\n');
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.data.len() < KEPT {
            self.data.push(byte);
        }
    }
}
