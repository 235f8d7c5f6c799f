//! The sync server, rouille's: a thread for each request, and it waits where it stands.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use rouille::{Request, Response, Server};
use while_you_wait::{Failure, Serve};

use chap7::database::blocking::Blocking;
use chap7::servers::counts::Counts;
use chap7::work::{Done, Trouble, Work, timing};

/// # Errors
/// It cannot listen there.
pub fn serve(
    serve: &Serve,
    database: Arc<dyn Blocking>,
    about: String,
) -> Result<(), Failure> {
    let (wait, counts) = (serve.delay, Counts::default());
    let handler = move |request: &Request| match request.url().as_str() {
        "/query" => query(request, &*database, wait, &counts),
        "/read" => answer(database.work(Work::Read(1), wait)),
        "/health" => Response::text("ok"),
        "/database" => Response::text(about.clone()),
        "/counters" => Response::json(&counts.told()),
        _ => Response::empty_404(),
    };
    let server = Server::new(serve.addr, handler).map_err(|why| why as Failure)?;
    serve.listening(server.server_addr());
    server.run();
    Ok(())
}

fn query(
    request: &Request,
    database: &dyn Blocking,
    wait: Duration,
    counts: &Counts,
) -> Response {
    counts.asked();
    let mut asked = String::new();
    let body =
        request.data().map(|body| body.take(1024).read_to_string(&mut asked));
    let done = match (body, asked.parse()) {
        (Some(Ok(_)), Ok(work)) => database.work(work, wait),
        (_, Err(why)) => return Response::text(why).with_status_code(400),
        _ => return Response::text("the body is no text").with_status_code(400),
    };
    counts.done();
    answer(done)
}

fn answer(done: Result<Done, Trouble>) -> Response {
    match done {
        Ok(done) => Response::text(done.answer.to_string())
            .with_unique_header("Server-Timing", timing(done.held)),
        Err(why) => {
            let (status, again) = why.status();
            let response = Response::text(why.to_string()).with_status_code(status);
            if again {
                response.with_unique_header("Retry-After", "1")
            } else {
                response
            }
        }
    }
}
