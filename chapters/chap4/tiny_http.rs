//! One layer up in the sync tower: tiny_http reads and writes HTTP, four threads of
//! ours answer.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;
use tiny_http::{Header, Request, Response, Server};
use while_you_wait::{Failure, Serve, server_timing};

// ANCHOR: four-workers
pub fn serve(serve: &Serve) -> Result<(), Failure> {
    let server = Arc::new(Server::http(serve.addr)?);
    let addr = server.server_addr().to_ip().ok_or("a TCP address was given")?;
    serve.listening(addr);
    let delay = serve.delay;
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let server = server.clone();
            thread::spawn(move || {
                for request in server.incoming_requests() {
                    let _ = answer(request, delay);
                }
            })
        })
        .collect();
    for worker in workers {
        let _ = worker.join();
    }
    Ok(())
}
// ANCHOR_END: four-workers

// ANCHOR: respond
#[derive(Deserialize)]
struct Who {
    name: String,
}

fn answer(mut request: Request, delay: Duration) -> Result<(), Failure> {
    let started = Instant::now();
    let (status, message) = match request.url() {
        "/sync" => {
            thread::sleep(delay);
            (200, "answered over tiny_http".into())
        }
        "/greet" => {
            let who: Who = serde_json::from_reader(request.as_reader())?;
            (200, format!("hello, {}", who.name))
        }
        "/panic" => panic!("a bug in a handler"),
        _ => (404, "no such path".into()),
    };
    let response = Response::from_string(json!({ "message": message }).to_string())
        .with_status_code(status)
        .with_header(header("Content-Type", "application/json")?)
        .with_header(header("Server-Timing", &server_timing(started))?);
    Ok(request.respond(response)?)
}
// ANCHOR_END: respond

fn header(name: &str, value: &str) -> Result<Header, Failure> {
    Header::from_bytes(name, value).map_err(|()| "not a header".into())
}
