//! How the model that misbehaves reads a request and writes its answers: byte by byte, since no server
//! of a library would let it.

use std::io::{self, ErrorKind};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::ORDER;

pub fn piece(word: &str) -> Value {
    json!({
        "id": "rude", "object": "chat.completion.chunk", "created": 0, "model": "rude",
        "choices": [{"index": 0, "delta": {"content": word}, "finish_reason": null}],
    })
}

pub fn said(text: &str) -> Value {
    json!({
        "id": "rude", "object": "chat.completion", "created": 0, "model": "rude",
        "choices": [{
            "index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop",
        }],
        "usage": {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8},
    })
}

pub async fn whole(
    client: &mut TcpStream,
    status: &str,
    headers: &str,
    body: &Value,
) -> io::Result<()> {
    client.write_all(page(status, headers, body).as_bytes()).await
}

pub fn page(status: &str, headers: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    )
}

/// The order that stands in one of the messages: a gateway may have put passages around it.
pub fn order(asked: &Value) -> Option<String> {
    let messages = asked["messages"].as_array()?;
    messages.iter().rev().find_map(|message| {
        let content = message["content"].as_str()?;
        let begins = &content[content.find(ORDER)?..];
        begins
            .split(|c: char| c.is_whitespace() || c == '"')
            .next()
            .map(String::from)
    })
}

/// Head and body of one request.
pub async fn read(client: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_string();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse().ok())?
            });
            let length: usize = length.unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return Ok((head, bytes[end + 4..end + 4 + length].to_vec()));
            }
        }
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
}
