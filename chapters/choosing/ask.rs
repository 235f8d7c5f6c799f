//! Asks by hand: these answers are to be read, and not only timed.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use while_you_wait::load::Target;

const PATIENCE: Duration = Duration::from_secs(60);

/// What stands at this path of the server, asked on a connection of its own.
pub fn get(target: &Target, path: &str) -> Result<String, String> {
    let failed = |why: std::io::Error| format!("{path} was not answered: {why}");
    let mut stream = TcpStream::connect(target.addr).map_err(failed)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    let ask =
        format!("GET {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes()).map_err(failed)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(failed)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200") => Ok(body.into()),
        _ => Err(format!(
            "{path} was answered: {}",
            answer.lines().next().unwrap_or("")
        )),
    }
}

/// The same from so many clients at once, each so often.
pub fn get_all(
    target: &Target,
    path: &str,
    clients: usize,
    times: usize,
) -> Result<Vec<String>, String> {
    thread::scope(|scope| {
        let asks = || (0..times).map(|_| get(target, path)).collect::<Vec<_>>();
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(asks)).collect();
        let answers = clients.into_iter().map(|one| one.join().expect("it asks"));
        answers.flatten().collect()
    })
}

/// How long that took, in microseconds.
pub fn took<T>(what: impl FnOnce() -> Result<T, String>) -> Result<f64, String> {
    let began = Instant::now();
    what()?;
    Ok(began.elapsed().as_micros() as f64)
}

/// The fields of a JSON object.
pub fn object(answer: &str) -> Result<Value, String> {
    serde_json::from_str(answer).map_err(|why| format!("{answer:?}: {why}"))
}
