//! A model that misbehaves on demand, and remembers what became of each question.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use while_you_wait::{Failure, Serve};

use super::Fates;
use super::wire::{order, page, piece, read, said, whole};

/// Between two pieces of an answer.
const PACE: Duration = Duration::from_millis(20);

/// Longer than a client of this chapter is silent before it leaves, and shorter than it is patient.
pub const SILENCE: Duration = Duration::from_secs(4);

/// More than any buffer between the model and a client should take in.
pub const FLOOD: u64 = 64 * 1024 * 1024;

pub const WORDS: [&str; 5] = ["one ", "two ", "three ", "four ", "five"];
pub const KOREAN: &str = "기다리는 동안에도 글자는 깨지지 않는다.";

const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                      transfer-encoding: chunked\r\nconnection: close\r\n\r\n";

type Known = Arc<Mutex<Fates>>;

pub fn serve(serve: &Serve) -> Result<(), Failure> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(serve.addr).await?;
        serve.listening(listener.local_addr()?);
        let here = listener.local_addr()?;
        let known = Known::default();
        loop {
            match listener.accept().await {
                Ok((client, _)) => {
                    let known = known.clone();
                    // Whoever asked may be gone at any moment: that is what is looked at here.
                    tokio::spawn(
                        async move { answer(client, here, known).await.ok() },
                    );
                }
                // Out of files, and soon no longer.
                Err(_) => sleep(Duration::from_millis(10)).await,
            }
        }
    })
}

async fn answer(
    mut client: TcpStream,
    here: SocketAddr,
    known: Known,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (head, body) = read(&mut client).await?;
    if head.starts_with("GET /known ") {
        let fates = json!(*known.lock().expect("nobody panics holding it"));
        return whole(&mut client, "200 OK", "", &fates).await;
    }
    if head.starts_with("GET ") {
        let models =
            json!({"object": "list", "data": [{"id": "rude", "object": "model"}]});
        return whole(&mut client, "200 OK", "", &models).await;
    }
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(order) = order(&asked) else {
        let why = json!({"error": {"message": "no order in the question"}});
        return whole(&mut client, "400 Bad Request", "", &why).await;
    };
    if order.starts_with("rude:where:") {
        return whole(&mut client, "200 OK", "", &said(&here.to_string())).await;
    }
    let nth = with(&known, &order, |fate| {
        fate.begun += 1;
        fate.begun
    });
    let (mut hears, says) = client.into_split();
    let mut says = Says { wire: says, known: known.clone(), order: order.clone() };
    let kind = order.split(':').nth(1).unwrap_or_default();
    let mut nothing = [0; 1];
    // An end of what comes from the client means that it has left: nobody here says half a goodbye.
    let ended = tokio::select! {
        ended = misbehave(&mut says, kind, nth, &asked) => ended,
        _ = hears.read(&mut nothing) => Err(ErrorKind::BrokenPipe.into()),
    };
    with(&known, &order, |fate| match ended {
        Ok(()) => fate.ended += 1,
        Err(_) => fate.left += 1,
    });
    Ok(())
}

fn with<T>(
    known: &Known,
    order: &str,
    change: impl FnOnce(&mut super::Fate) -> T,
) -> T {
    let mut known = known.lock().expect("nobody panics holding it");
    change(known.entry(order.to_string()).or_default())
}

async fn misbehave(
    to: &mut Says,
    kind: &str,
    nth: u32,
    asked: &Value,
) -> io::Result<()> {
    if kind == "busy" {
        let why =
            json!({"error": {"message": "too many", "type": "rate_limit_error"}});
        return to.whole("429 Too Many Requests", "retry-after: 7\r\n", &why).await;
    }
    if kind == "lost-first" && nth == 1 {
        return Ok(()); // closed, and not a byte was said
    }
    if kind == "silent" {
        sleep(SILENCE).await;
    }
    if asked["stream"] != json!(true) {
        return to.whole("200 OK", "", &said(&WORDS.concat())).await;
    }
    to.bytes(STREAM.as_bytes()).await?;
    to.event(&json!({"choices": [{"index": 0, "delta": {"role": "assistant", "content": null}}]}))
        .await?;
    match kind {
        // About ten seconds, unless somebody leaves.
        "long" => {
            for _ in 0..500 {
                to.word("more ").await?;
            }
        }
        "korean" => {
            let event = format!("data: {}\n\n", piece(KOREAN));
            for byte in event.as_bytes() {
                to.chunk(&[*byte]).await?;
                sleep(Duration::from_millis(2)).await;
            }
        }
        "flood" => {
            let much = format!("data: {}\n\n", piece("more ")).repeat(500);
            while to.taken() < FLOOD {
                to.chunk(much.as_bytes()).await?;
            }
        }
        "tools" => {
            for (id, arguments) in
                [(json!("call-1"), "{\"page"), (Value::Null, "\": 1}")]
            {
                let call = json!({"index": 0, "id": id, "function": {"arguments": arguments}});
                to.event(&json!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}))
                    .await?;
            }
        }
        "error" | "cut" | "garbled" | "lost" => {
            for word in &WORDS[..3] {
                to.word(word).await?;
            }
            match kind {
                "error" => {
                    to.event(&json!({"error": {"message": "the model fell over"}}))
                        .await?
                }
                "garbled" => {
                    to.chunk(b"data: {\"choices\":[{\"delta\":{\"cont\n\n").await?
                }
                _ => {}
            }
            // In good order, but for `lost`: there it ends as when a machine is switched off.
            return if kind == "lost" {
                Ok(())
            } else {
                to.bytes(b"0\r\n\r\n").await
            };
        }
        _ => {
            for word in WORDS {
                to.word(word).await?;
            }
        }
    }
    to.event(
        &json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
    )
    .await?;
    if asked["stream_options"]["include_usage"] == json!(true) {
        let usage =
            json!({"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8});
        to.event(&json!({"choices": [], "usage": usage})).await?;
    }
    to.chunk(b"data: [DONE]\n\n").await?;
    to.bytes(b"0\r\n\r\n").await
}

/// What is said of one question.
struct Says {
    wire: tokio::net::tcp::OwnedWriteHalf,
    known: Known,
    order: String,
}

impl Says {
    async fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.wire.write_all(bytes).await?;
        with(&self.known, &self.order, |fate| fate.bytes += bytes.len() as u64);
        Ok(())
    }

    async fn chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        self.bytes(&chunk).await
    }

    async fn event(&mut self, event: &Value) -> io::Result<()> {
        self.chunk(format!("data: {event}\n\n").as_bytes()).await
    }

    async fn word(&mut self, word: &str) -> io::Result<()> {
        self.event(&piece(word)).await?;
        sleep(PACE).await;
        Ok(())
    }

    async fn whole(
        &mut self,
        status: &str,
        headers: &str,
        body: &Value,
    ) -> io::Result<()> {
        self.bytes(page(status, headers, body).as_bytes()).await
    }

    fn taken(&self) -> u64 {
        with(&self.known, &self.order, |fate| fate.bytes)
    }
}
