//! A small chapter of streams: a model that talks word by word, and a gateway before it. It takes
//! the whole way that chapters take, and the tests take it with it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use while_you_wait::{
    Answer, Ask, Asked, Case, Chapter, Counters, Experiment, Failure, HangUp, Load, Probe, Serve,
};

const WORDS: u32 = 12;

/// Of events that the hose streams for a request.
const THOUSANDS: u32 = 20;
const HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

/// Talks: twelve words, one after each delay, and the word that ends.
fn model(serve: &Serve) -> Result<(), Failure> {
    let counted = Arc::new([const { AtomicU32::new(0) }; 3]);
    let delay = serve.delay;
    each(serve, move |mut client, head, body| {
        let [begun, finished, cancelled] = &*counted;
        if head.starts_with("GET /counters ") {
            let count = |of: &AtomicU32| of.load(Relaxed);
            let json = format!(
                "{{\"begun\":{},\"finished\":{},\"cancelled\":{}}}",
                count(begun),
                count(finished),
                count(cancelled)
            );
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", json.len());
            return client.write_all((head + &json).as_bytes());
        }
        begun.fetch_add(1, Relaxed);
        let said = talk(&mut client, &body, delay);
        if said.is_ok() { finished } else { cancelled }.fetch_add(1, Relaxed);
        Ok(())
    })
}

fn talk(client: &mut TcpStream, body: &str, delay: Duration) -> io::Result<()> {
    client.write_all(HEAD)?;
    for word in 0..WORDS {
        thread::sleep(delay);
        write!(client, "data: {body} {word}\n\n")?;
    }
    client.write_all(b"data: [DONE]\n\n")
}

/// Asks the model, and hands on what it says as it comes; whoever hangs up here hangs up there.
fn gateway(serve: &Serve) -> Result<(), Failure> {
    let model = serve.beside("model")?;
    each(serve, move |mut client, _, body| {
        let mut upstream = ask(model, &body)?;
        let mut word = [0; 1024];
        loop {
            let n = upstream.read(&mut word)?;
            if n == 0 {
                return Ok(());
            }
            client.write_all(&word[..n])?;
        }
    })
}

fn ask(model: SocketAddr, body: &str) -> io::Result<TcpStream> {
    let mut upstream = TcpStream::connect(model)?;
    let length = body.len();
    write!(upstream, "POST /talk HTTP/1.1\r\ncontent-length: {length}\r\n\r\n{body}")?;
    Ok(upstream)
}

/// Streams events as fast as they are taken in: to see what the generator can take.
fn hose(serve: &Serve) -> Result<(), Failure> {
    let event = b"data: {\"choices\":[{\"delta\":{\"content\":\" word\"}}]}\n\n";
    let many = event.repeat(1_000);
    each(serve, move |mut client, _, _| {
        client.write_all(HEAD)?;
        (0..THOUSANDS).try_for_each(|_| client.write_all(&many))?;
        client.write_all(b"data: [DONE]\n\n")
    })
}

/// Answers as fast as it is asked, over connections that stay.
fn hello(serve: &Serve) -> Result<(), Failure> {
    each(serve, |mut client, _, _| {
        let mut reader = BufReader::new(client.try_clone()?);
        let mut line = String::new();
        loop {
            client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")?;
            line.clear();
            while reader.read_line(&mut line)? > 2 {
                line.clear();
            }
            if line.is_empty() {
                return Ok(());
            }
        }
    })
}

/// Serves each connection on a thread of its own, one request a connection.
fn each(
    serve: &Serve,
    answer: impl Fn(TcpStream, String, String) -> io::Result<()> + Clone + Send + 'static,
) -> Result<(), Failure> {
    let listener = TcpListener::bind(serve.addr)?;
    serve.listening(listener.local_addr()?);
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            thread::sleep(Duration::from_millis(10)); // out of descriptors, and soon no longer
            continue;
        };
        let answer = answer.clone();
        thread::spawn(move || {
            stream.set_nodelay(true)?;
            let mut reader = BufReader::new(stream.try_clone()?);
            let (mut head, mut length) = (String::new(), 0);
            while reader.read_line(&mut head)? > 2 {
                let line = head.lines().last().unwrap_or_default();
                if let Some(n) = line.strip_prefix("content-length: ") {
                    length = n.parse().unwrap_or(0);
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body)?;
            answer(stream, head, String::from_utf8_lossy(&body).into_owned())
        });
    }
    Ok(())
}

fn talking(hang_up: HangUp) -> Ask {
    let answer = Answer::Events { last: Some("[DONE]") };
    Ask { answer, hang_up, ..Ask::json(|number| format!("hello-{number}").into()) }
}

fn experiment(name: &'static str, load: Load) -> Experiment {
    Experiment {
        name,
        about: "talking to a model",
        cases: vec!["gateway"],
        asked: Asked::ByLoad(load),
        delay: Duration::from_millis(50),
        repeats: 1,
        counters: Some(Counters {
            path: "/counters",
            every: Duration::from_millis(100),
            of: &["model"],
        }),
        facts: &["model-begun", "model-finished", "model-cancelled", "model-cpu"],
        columns: &["ok", "hung-up", "events", "first-event-p50", "gap-p50", "model-cancelled"],
        ..Experiment::default()
    }
}

fn hurry(requests: u32) -> Load {
    Load { lanes: 8, keep_alive: true, ..Load::requests(requests) }
}

fn at_the_limit(name: &'static str, case: &'static str, load: Load) -> Experiment {
    Experiment {
        cases: vec![case],
        apart: true,
        histogram: true,
        quick: None,
        counters: None,
        delay: Duration::ZERO,
        columns: &[
            "ok",
            "events",
            "total",
            "throughput",
            "events-per-second",
            "load-cpu",
            "load-busy",
        ],
        ..experiment(name, load)
    }
}

/// What the model counted, asked while it talks.
const PROBE: Probe = Probe {
    path: "/counters",
    requests: 3,
    every: Duration::from_millis(20),
    ask: Ask {
        method: "GET",
        headers: &[],
        body: None,
        answer: Answer::Whole,
        hang_up: HangUp::Never,
        bytes_per_second: None,
    },
};

fn main() -> ExitCode {
    let load = Load { lanes: 3, ..Load::requests(6) };
    let with = |ask| Load { ask, ..load };
    let slow = Ask { bytes_per_second: Some(400), ..talking(HangUp::Never) };
    Chapter {
        name: "streams",
        title: "Streams",
        question: "Who talks to whom, and who hangs up?",
        cases: vec![
            Case { name: "model", about: "talks", path: "/talk", serve: model },
            Case { name: "hose", about: "streams without a pause", path: "/talk", serve: hose },
            Case { name: "hello", about: "answers at once", path: "/", serve: hello },
            Case { name: "gateway", about: "hands on", path: "/talk", serve: gateway },
            Case { name: "moon", about: "is not here", path: "/", serve: |_| Err("far".into()) },
        ],
        experiments: vec![
            experiment("whole", with(talking(HangUp::Never))),
            experiment("hung-up", with(talking(HangUp::AfterEvents(3)))),
            experiment("slow", with(slow)),
            // Counted, and probed meanwhile.
            Experiment {
                cases: vec!["model"],
                histogram: true,
                counters: None,
                columns: &["ok", "events", "probe-max"],
                ..experiment("counted", Load { probe: Some(PROBE), ..with(talking(HangUp::Never)) })
            },
            // By name alone: one that fails, and one of which a part is missing.
            Experiment {
                cases: vec!["model"],
                quick: None,
                counters: None,
                columns: &["ok"],
                ..experiment("unanswered", Load { timeout: Duration::from_millis(1), ..load })
            },
            Experiment {
                cases: vec!["model", "moon"],
                quick: None,
                counters: None,
                columns: &["ok"],
                needs: |case| match case {
                    "moon" => Err("no machine has the moon; look up".into()),
                    _ => Ok(()),
                },
                ..experiment("whole-moon", load)
            },
            // By name alone: the generator at its limit, in events and in requests.
            at_the_limit("many-events", "hose", Load { ask: talking(HangUp::Never), ..hurry(100) }),
            at_the_limit("many-requests", "hello", hurry(200_000)),
        ],
        beside: &[("gateway", &["model"])],
    }
    .main()
}
