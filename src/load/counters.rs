//! What a server counted itself, asked of it after the load: a fact that no client can see.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Limited};
use serde_json::{Map, Value as Json};

use super::ask::Ask;
use super::connection::Connection;
use super::no_answer::NoAnswer;
use super::{Clock, Target};
use crate::record::{Fact, Value, is_part};

/// Long: a server may be busy for a while with what its clients no longer wait for.
const PATIENCE: Duration = Duration::from_secs(120);

/// More than any list of counters.
const MOST_BYTES: usize = 64 * 1024;

/// Asks the server for its counters, a JSON object of numbers, until two answers agree. Each
/// number becomes a fact.
///
/// # Errors
/// It does not answer, or with something else, or goes on counting for ever.
pub fn settled(addr: SocketAddr, path: &str, every: Duration) -> Result<Vec<Fact>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| format!("{path} could not be asked: {why}"))?;
    let counted = runtime.block_on(async {
        let settled = tokio::time::timeout(PATIENCE, until_two_agree(addr, path, every)).await;
        settled.map_err(|_| format!("{path} did not settle within {PATIENCE:?}"))?
    })?;
    counted.into_iter().map(|(name, value)| fact(path, name, &value)).collect()
}

async fn until_two_agree(
    addr: SocketAddr,
    path: &str,
    every: Duration,
) -> Result<Map<String, Json>, String> {
    let mut before = None;
    loop {
        tokio::time::sleep(every).await;
        let counted: Map<String, Json> = serde_json::from_slice(&ask(addr, path).await?)
            .map_err(|why| format!("{path} did not answer with a JSON object: {why}"))?;
        if before.as_ref() == Some(&counted) {
            return Ok(counted);
        }
        before = Some(counted);
    }
}

async fn ask(addr: SocketAddr, path: &str) -> Result<Vec<u8>, String> {
    let unanswered = |why: NoAnswer| match why {
        NoAnswer::Outcome(outcome) => format!("{path} was not answered: {outcome}"),
        NoAnswer::Ours(why) => why,
    };
    let mut connection =
        Connection::open(addr, Clock(Instant::now()), None).await.map_err(unanswered)?;
    let target = Target { addr, path: path.into() };
    let response = connection.ask(&target, &Ask::default(), 0, false).await.map_err(unanswered)?;
    if !response.status().is_success() {
        return Err(format!("{path} answered {}", response.status()));
    }
    let body = Limited::new(response.into_body(), MOST_BYTES).collect().await;
    Ok(body.map_err(|why| format!("{path} broke off: {why}"))?.to_bytes().into())
}

fn fact(path: &str, name: String, value: &Json) -> Result<Fact, String> {
    match value.as_f64() {
        Some(value) if is_part(&name) => {
            let unit = unit(&name).into();
            Ok(Fact { name, value: Value::Number(value), unit })
        }
        _ => Err(format!("{path}: {name:?} with {value} is no name of [a-z0-9-] with a number")),
    }
}

/// A counter's name says what it counts, where that is no number of things: `cleared-after-us`,
/// `busy-mean`.
fn unit(name: &str) -> &'static str {
    match name.rsplit('-').next() {
        Some("us") => "us",
        Some("mean") => "times",
        _ => "count",
    }
}
