//! The pace of somebody else's model, by its own word: so that ours can be held against it.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Bytes;
use serde::Deserialize;
use while_you_wait::Failure;

use super::answer;
use super::slots::Rates;
use crate::protocol::Ask;

/// llama.cpp's server reads so many tokens of prompts in one step.
const PIECE: usize = 2_048;

/// What llama.cpp's server says beside each whole answer.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Timings {
    prompt_ms: f64,
    predicted_per_token_ms: f64,
}

#[derive(Deserialize)]
struct Answer {
    timings: Timings,
}

/// Asks it alone, and then in a company of as many as it has slots. All that may happen between the
/// two, and past them, is left to be seen.
///
/// # Errors
/// It does not answer, or not with its timings.
pub async fn of(
    server: SocketAddr,
    slots: usize,
    body: Bytes,
) -> Result<Rates, Failure> {
    ask(server, body.clone()).await?; // the first one ever has it cold
    let alone = ask(server, body.clone()).await?;
    let company: Vec<_> =
        (0..slots).map(|_| tokio::spawn(ask(server, body.clone()))).collect();
    // Who came first has waited for the others' prompts among its tokens; who came last has not.
    let mut in_company = f64::INFINITY;
    for one in company {
        in_company = in_company.min(one.await??.predicted_per_token_ms);
    }
    let more = (in_company - alone.predicted_per_token_ms) / (slots - 1) as f64;
    let length = answer::length(&Ask::read(&body)?);
    Ok(Rates {
        slots,
        token: ms(alone.predicted_per_token_ms),
        also: ms(more),
        prompt_token: ms(alone.prompt_ms / length as f64),
        piece: PIECE,
    })
}

fn ms(ms: f64) -> Duration {
    Duration::from_secs_f64(ms.max(0.0) / 1e3)
}

async fn ask(server: SocketAddr, body: Bytes) -> Result<Timings, Failure> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let request = client
        .post(format!("http://{server}/v1/chat/completions"))
        .header("content-type", "application/json")
        .body(body);
    let said = request.send().await?.error_for_status()?.bytes().await?;
    let answer: Answer = serde_json::from_slice(&said)
        .map_err(|why| format!("it does not say how long it took: {why}"))?;
    Ok(answer.timings)
}
