//! Asks a server what its layers do: bytes go out as written here, and what came
//! back is kept.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use while_you_wait::load::Target;
use while_you_wait::record::{Fact, Value};

// ANCHOR: the-questions
/// The requests, each with the name of its row. `PATH` stands for the endpoint.
fn questions() -> Vec<(&'static str, Vec<Step>)> {
    let mut huge = String::from("GET PATH HTTP/1.1\r\nhost: here\r\nx-huge: ");
    huge.push_str(&"a".repeat(1_000_000));
    huge.push_str("\r\n\r\n");
    let ask = |text: &str| Send(text.into());
    vec![
        ("two-in-a-row", vec![ask(PLAIN), Hear, ask(PLAIN), Hear]),
        ("two-at-once", vec![ask(&PLAIN.repeat(2)), Hear, Hear]),
        (
            "head-request",
            vec![ask("HEAD PATH HTTP/1.1\r\nhost: here\r\n\r\n"), HearHead],
        ),
        ("body-with-a-length", vec![ask(&greet("content-length: 14", ADA)), Hear]),
        (
            "body-in-chunks",
            vec![ask(&greet("transfer-encoding: chunked", CHUNKS)), Hear],
        ),
        (
            "body-nobody-reads",
            vec![
                ask(&greet("transfer-encoding: chunked", CHUNKS)
                    .replace("/greet", "PATH")),
                Hear,
            ],
        ),
        (
            "expect-continue",
            vec![
                ask(&greet("expect: 100-continue\r\ncontent-length: 14", "")),
                HearContinue,
                ask(ADA),
                Hear,
            ],
        ),
        (
            "no-such-path",
            vec![ask("GET /nowhere HTTP/1.1\r\nhost: here\r\n\r\n"), Hear],
        ),
        (
            "wrong-method",
            vec![ask("DELETE PATH HTTP/1.1\r\nhost: here\r\n\r\n"), Hear],
        ),
        ("bad-request-line", vec![ask("good morning\r\n\r\n"), Hear]),
        ("huge-header", vec![ask(&huge), Hear]),
        (
            "bad-json",
            vec![ask(&greet("content-length: 14", r#"{"name":"Ada" "#)), Hear],
        ),
        ("stalls-in-the-head", vec![ask("GET PATH HTTP/1.1\r\nhost: he"), Hear]),
        (
            "stalls-in-the-body",
            vec![ask(&greet("content-length: 14", r#"{"name""#)), Hear],
        ),
    ]
}
// ANCHOR_END: the-questions

const PLAIN: &str = "GET PATH HTTP/1.1\r\nhost: here\r\n\r\n";
const PANIC: &str = "GET /panic HTTP/1.1\r\nhost: here\r\n\r\n";
const ADA: &str = r#"{"name":"Ada"}"#;
const CHUNKS: &str = "7\r\n{\"name\"\r\n7\r\n:\"Ada\"}\r\n0\r\n\r\n";

fn greet(headers: &str, body: &str) -> String {
    format!(
        "POST /greet HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n{headers}\r\n\r\n{body}"
    )
}

enum Step {
    Send(String),
    Hear,
    /// an answer that may have no body
    HearHead,
    /// as a client does that waits for leave to send its body, though not for ever
    HearContinue,
}
use Step::{Hear, HearContinue, HearHead, Send};

/// Silence for so long is taken for an answer. A server that means to answer does
/// so long before.
const PATIENCE: Duration = Duration::from_millis(2500);

// ANCHOR: what-came-back
pub fn ask(target: &Target) -> Result<Vec<Fact>, String> {
    // All at once: most of the time goes by in waiting for those who never answer.
    let mut facts =
        at_once(questions(), |(name, steps)| fact(name, cell(target, &steps)))?;
    facts.push(fact("request-id", has_request_id(target)));

    // Last, for it may be the end of the server.
    facts.push(fact("panic", cell(target, &[Send(PANIC.into()), Hear])));
    at_once(vec![(); 10], |()| cell(target, &[Send(PANIC.into()), Hear]))?;
    facts.push(fact("after-ten-panics", cell(target, &[Send(PLAIN.into()), Hear])));
    Ok(facts)
}

/// Sends and hears step by step on a connection of its own, and then asks once more
/// as any client would: what became of the connection is seen by using it.
fn cell(target: &Target, steps: &[Step]) -> String {
    let Ok(mut wire) = Wire::open(target) else { return "refused".into() };
    let mut heard: Vec<String> = Vec::new();
    for step in steps {
        let reply = match step {
            Send(text) => {
                wire.send(&text.replace("PATH", &target.path));
                continue;
            }
            Hear => wire.hear(Body::Present, PATIENCE),
            HearHead => wire.hear(Body::None, PATIENCE),
            HearContinue => match wire.hear(Body::None, Duration::from_secs(1)) {
                Reply::Silence => continue,
                reply => reply,
            },
        };
        match reply {
            Reply::Answer(status) => heard.push(status.to_string()),
            Reply::Noise => return with(heard, "then noise"),
            Reply::Closed => return with(heard, "closed"),
            Reply::Silence => return with(heard, "silence"),
        }
    }
    wire.send(&PLAIN.replace("PATH", &target.path));
    match wire.hear(Body::Present, PATIENCE) {
        Reply::Answer(200) => heard.join(", "),
        Reply::Answer(status) => with(heard, &format!("then {status}")),
        Reply::Noise => with(heard, "then noise"),
        Reply::Closed => with(heard, "closed"),
        Reply::Silence => with(heard, "then silence"),
    }
}
// ANCHOR_END: what-came-back

fn with(mut heard: Vec<String>, last: &str) -> String {
    heard.push(last.into());
    heard.join(", ")
}

fn has_request_id(target: &Target) -> String {
    let Ok(mut wire) = Wire::open(target) else { return "refused".into() };
    wire.send(&PLAIN.replace("PATH", &target.path));
    wire.hear(Body::None, PATIENCE);
    let head = String::from_utf8_lossy(&wire.head).to_ascii_lowercase();
    if head.contains("\r\nx-request-id:") { "yes" } else { "no" }.into()
}

fn fact(name: &str, found: String) -> Fact {
    Fact { name: name.into(), value: Value::Text(found), unit: String::new() }
}

fn at_once<T: std::marker::Send, U: std::marker::Send>(
    all: Vec<T>,
    ask: impl Fn(T) -> U + Sync,
) -> Result<Vec<U>, String> {
    thread::scope(|scope| {
        let ask = &ask;
        let asked: Vec<_> =
            all.into_iter().map(|one| scope.spawn(move || ask(one))).collect();
        asked
            .into_iter()
            .map(|one| one.join().map_err(|_| "asking failed".into()))
            .collect()
    })
}

/// What came back, and how much of it a client can use.
enum Reply {
    Answer(u16),
    /// bytes that are not the beginning of an answer
    Noise,
    Closed,
    Silence,
}

#[derive(Clone, Copy, PartialEq)]
enum Body {
    Present,
    None,
}

struct Wire {
    stream: TcpStream,
    /// what was read and not yet looked at
    bytes: Vec<u8>,
    /// of the answer that was heard last
    head: Vec<u8>,
}

impl Wire {
    fn open(target: &Target) -> io::Result<Self> {
        let stream = TcpStream::connect(target.addr)?;
        Ok(Wire { stream, bytes: Vec::new(), head: Vec::new() })
    }

    /// A server may have hung up already; that is heard, not felt here.
    fn send(&mut self, text: &str) {
        let _ = self.stream.write_all(text.as_bytes());
    }

    fn hear(&mut self, body: Body, patience: Duration) -> Reply {
        let until = Instant::now() + patience;
        loop {
            if let Some((status, head, end)) = whole_answer(&self.bytes, body) {
                self.head = self.bytes[..head].to_vec();
                self.bytes.drain(..end);
                return status.map_or(Reply::Noise, Reply::Answer);
            }
            match self.read_more(until) {
                Ok(0) => return Reply::Closed,
                Ok(_) => {}
                Err(why)
                    if matches!(
                        why.kind(),
                        ErrorKind::WouldBlock | ErrorKind::TimedOut
                    ) =>
                {
                    return Reply::Silence;
                }
                Err(_) => return Reply::Closed,
            }
        }
    }

    fn read_more(&mut self, until: Instant) -> io::Result<usize> {
        let left = until.saturating_duration_since(Instant::now());
        // A timeout of zero would mean none at all.
        self.stream.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        let mut chunk = [0; 4096];
        let n = self.stream.read(&mut chunk)?;
        self.bytes.extend_from_slice(&chunk[..n]);
        Ok(n)
    }
}

/// Status, end of the head and end of the answer, once all of it has come.
fn whole_answer(bytes: &[u8], body: Body) -> Option<(Option<u16>, usize, usize)> {
    let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    if text.len() >= 5 && !text.starts_with("http/") {
        return Some((None, 0, bytes.len()));
    }
    let head = text.find("\r\n\r\n")? + 4;
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    let length = text[..head].split("\r\n").find_map(|header| {
        header.strip_prefix("content-length:")?.trim().parse::<usize>().ok()
    });
    let chunked = text[..head].contains("\r\ntransfer-encoding: chunked");
    let end = match (body, length) {
        (Body::None, _) => head,
        (Body::Present, _) if chunked => head + text[head..].find("0\r\n\r\n")? + 5,
        (Body::Present, length) => head + length.unwrap_or(0),
    };
    (bytes.len() >= end).then_some((status, head, end))
}
