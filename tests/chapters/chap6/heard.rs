//! What a client hears of a stream.

use serde_json::Value;

/// What came of a stream, as a client sees it.
#[derive(Debug)]
pub struct Heard {
    pub text: String,
    pub chunks: Vec<Value>,
    pub errors: Vec<String>,
    pub finish: Vec<String>,
    pub dones: usize,
    pub comments: usize,
    /// lines that are none of these
    pub strange: Vec<String>,
}

/// Hears a stream to its end, which has to come.
pub async fn hear(response: reqwest::Response) -> Heard {
    assert_eq!(response.status(), 200);
    let body = response.bytes().await.expect("it ends in good order").to_vec();
    heard(&String::from_utf8(body).expect("no letter was cut"))
}

pub fn heard(body: &str) -> Heard {
    let mut heard = Heard {
        text: String::new(),
        chunks: Vec::new(),
        errors: Vec::new(),
        finish: Vec::new(),
        dones: 0,
        comments: 0,
        strange: Vec::new(),
    };
    assert!(body.is_empty() || body.ends_with("\n\n"), "the last event ends: {body}");
    for line in body.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("data: ") {
            _ if line.starts_with(':') => heard.comments += 1,
            None => heard.strange.push(line.into()),
            Some("[DONE]") => heard.dones += 1,
            Some(data) => {
                let chunk: Value = serde_json::from_str(data).expect("JSON");
                if let Some(message) = chunk["error"]["message"].as_str() {
                    heard.errors.push(message.into());
                }
                let choice = &chunk["choices"][0];
                heard.text += choice["delta"]["content"].as_str().unwrap_or_default();
                heard.finish.extend(choice["finish_reason"].as_str().map(String::from));
                heard.chunks.push(chunk);
            }
        }
    }
    heard
}
