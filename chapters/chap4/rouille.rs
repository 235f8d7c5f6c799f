//! The top of the sync tower: routes, JSON, and a handler that may panic.

use std::thread;
use std::time::{Duration, Instant};

use rouille::{Request, Response, router, try_or_400};
use serde::Deserialize;
use serde_json::json;
use while_you_wait::{Failure, Serve, server_timing};

// ANCHOR: routes-and-json
#[derive(Deserialize)]
struct Who {
    name: String,
}

fn bug() -> Response {
    panic!("a bug in a handler")
}

fn answer(request: &Request, delay: Duration) -> Response {
    let started = Instant::now();
    let response = router!(request,
        (GET) (/sync) => {
            thread::sleep(delay);
            Response::json(&json!({ "message": "answered by rouille" }))
        },
        (POST) (/greet) => {
            let who: Who = try_or_400!(rouille::input::json_input(request));
            Response::json(&json!({ "message": format!("hello, {}", who.name) }))
        },
        (GET) (/panic) => { bug() },
        _ => Response::empty_404()
    );
    response.with_additional_header("Server-Timing", server_timing(started))
}

pub fn serve(serve: &Serve) -> Result<(), Failure> {
    let delay = serve.delay;
    let server =
        rouille::Server::new(serve.addr, move |request| answer(request, delay))?;
    serve.listening(server.server_addr());
    server.run();
    Ok(())
}
// ANCHOR_END: routes-and-json
