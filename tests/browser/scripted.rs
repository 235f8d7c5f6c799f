//! Serves the chat page's files, and answers as a question demands: also as no gateway should.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread::{self, sleep};
use std::time::Duration;

use serde_json::{Value, json};

/// As the gateway's: what the page does not need is forbidden to it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'";

/// A model that wants to be markup. Its picture cannot be fetched, and then the script would run.
pub const HOSTILE: &str = "<img src=x onerror=\"document.title='taken'\"> <b>bold</b> &amp; <script>document.title='taken'</script> end.";

pub const SENTENCES: [&str; 3] =
    ["A future is a value. ", "Whoever owns it may drop it! ", "기다림도 글이다."];

/// Until the test ends; each connection is a thread.
pub struct Scripted {
    pub addr: SocketAddr,
    /// questions that came
    pub asked: Arc<AtomicUsize>,
    /// clients that left in the middle of an answer
    pub left: Arc<AtomicUsize>,
}

impl Scripted {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("any port");
        let addr = listener.local_addr().expect("it has one");
        let (asked, left) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (counts, leaves) = (asked.clone(), left.clone());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (asked, left) = (counts.clone(), leaves.clone());
                thread::spawn(move || {
                    if let Err(Left) = serve(client, &asked) {
                        left.fetch_add(1, SeqCst);
                    }
                });
            }
        });
        Scripted { addr, asked, left }
    }
}

struct Left;

impl From<io::Error> for Left {
    fn from(_: io::Error) -> Self {
        Left
    }
}

fn serve(mut client: TcpStream, asked: &AtomicUsize) -> Result<(), Left> {
    let mut reader = BufReader::new(client.try_clone()?);
    let (mut line, mut length, mut path) = (String::new(), 0, String::new());
    while reader.read_line(&mut line)? > 2 {
        let lower = line.to_lowercase();
        if path.is_empty() {
            path = line.split(' ').nth(1).unwrap_or_default().into();
        } else if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    if path != "/v1/chat/completions" {
        // A browser opens connections that it may not use.
        let _ = page(&mut client, &path);
        return Ok(());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    asked.fetch_add(1, SeqCst);
    answer(&mut client, body["messages"][0]["content"].as_str().unwrap_or_default())
}

fn page(client: &mut TcpStream, path: &str) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../chapters/chap6/page");
    let name = if path == "/" { "index.html" } else { &path[1..] };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        _ => "text/html",
    };
    let (status, kind, bytes) = match (path, std::fs::read(folder.join(name))) {
        ("/v1/models", _) => {
            let models = json!({"data": [{"id": "a <b>model</b>"}]}).to_string();
            ("200 OK", "application/json", models.into_bytes())
        }
        (path, _) if path.starts_with("/book/") => {
            ("200 OK", "text/html", b"<h1 id=anchor>The book</h1>".to_vec())
        }
        (_, Ok(bytes)) => ("200 OK", kind, bytes),
        (_, Err(_)) => ("404 Not Found", "text/plain", Vec::new()),
    };
    let length = bytes.len();
    write!(
        client,
        "HTTP/1.1 {status}\r\ncontent-type: {kind}; charset=utf-8\r\ncontent-length: {length}\r\n\
         content-security-policy: {POLICY}\r\nconnection: close\r\n\r\n"
    )?;
    client.write_all(&bytes)
}

fn answer(client: &mut TcpStream, question: &str) -> Result<(), Left> {
    if question == "full" {
        let why = "{\"error\":{\"message\":\"full\"}}";
        let length = why.len();
        write!(
            client,
            "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 7\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{why}"
        )?;
        return Ok(());
    }
    client.write_all(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
    )?;
    let passages = json!([
        {"title": "<i>One</i>", "link": "/book/one.html#anchor", "text": HOSTILE},
        {"title": "Elsewhere", "link": "https://elsewhere.invalid/book/", "text": "no"},
        {"title": "Script", "link": "javascript:document.title='taken'", "text": "no"},
    ]);
    let first = json!({"passages": passages, "choices": [{"delta": {"role": "assistant"}}]});
    event(client, &first)?;
    match question {
        "slow" => {
            for nth in 0..600 {
                event(client, &word(&format!("word{nth} ")))?;
                sleep(Duration::from_millis(50));
            }
        }
        "hostile" => event(client, &word(HOSTILE))?,
        "error" => {
            event(client, &word("Half an "))?;
            event(client, &json!({"error": {"message": "the model <b>fell</b> over"}}))?;
        }
        "garbled" => chunk(client, b"data: {\"choices\": [\n\n")?,
        "cut" => event(client, &word("Half an "))?,
        "lost" => {
            event(client, &word("Half an "))?;
            sleep(Duration::from_millis(500)); // or the browser may throw away what it has
            return Ok(()); // closed, and the body has not ended
        }
        "bytes" => {
            // Every byte alone: another end of line, a comment, data in two lines, a letter in parts.
            let word = word("글자 하나.").to_string().replacen(':', ":\r\ndata: ", 1);
            let event = format!(": ping\r\n\r\ndata: {word}\r\n\r\n");
            for byte in event.as_bytes() {
                chunk(client, &[*byte])?;
                sleep(Duration::from_millis(2));
            }
        }
        _ => {
            for piece in SENTENCES.iter().flat_map(|sentence| sentence.split_inclusive(' ')) {
                event(client, &word(piece))?;
                sleep(Duration::from_millis(20));
            }
        }
    }
    if !matches!(question, "error" | "garbled" | "cut") {
        event(client, &json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}))?;
        chunk(client, b"data: [DONE]\n\n")?;
    }
    Ok(client.write_all(b"0\r\n\r\n")?)
}

fn word(word: &str) -> Value {
    json!({"choices": [{"delta": {"content": word}, "finish_reason": null}]})
}

fn event(client: &mut TcpStream, event: &Value) -> Result<(), Left> {
    chunk(client, format!("data: {event}\n\n").as_bytes())
}

fn chunk(client: &mut TcpStream, bytes: &[u8]) -> Result<(), Left> {
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    Ok(client.write_all(&chunk)?)
}
