//! Chapter 6's gateway among what nobody here wrote: the official client before it, a real model's
//! server and one that misbehaves behind it. (A proxy in between is chapter 6's own experiment.)

mod before_a_real_model;
mod before_ours;
mod faults;

use std::future::pending;
use std::process::{Command, Stdio};
use std::thread;

use chap6::gateway::upstream::Upstream;
use chap6::gateway::{self, Settings};
use chap6::retrieval::{Library, words::Terms};
use serde_json::Value;
use tests::Running;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

fn python(script: &str) -> Command {
    let mut python = tests::python("chap6", "python");
    python.arg(tests::root().join(script));
    python
}

/// What the official client says of a server.
fn official(addr: &str, what: &str) -> Value {
    asked(addr, what, "What happens when a client hangs up?")
}

fn asked(addr: &str, what: &str, question: &str) -> Value {
    let mut client = python("tests/clients/official.py");
    let ran = tests::output(client.args([&format!("http://{addr}"), what, question]));
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{what}: {said}");
    serde_json::from_slice(&ran.stdout).unwrap_or_else(|why| panic!("{what}: {why}"))
}

/// A case of the chapter, and what it needs.
fn chap6(case: &str, args: &[&str]) -> (Running, String) {
    let mut program = Command::new(tests::example("chap6"));
    tests::start(program.args(["serve", case, "--port", "0"]).args(args), case)
}

fn gateway_before(model: &str) -> (Running, String) {
    chap6("limited", &["--beside", &format!("model={model}")])
}

/// A gateway with settings of its own, for as long as it is kept.
struct Gateway {
    addr: String,
    stop: Option<oneshot::Sender<()>>,
    serves: Option<thread::JoinHandle<()>>,
}

impl Gateway {
    fn start(settings: Settings, model: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("any port");
        listener.set_nonblocking(true).expect("as tokio wants it");
        let addr = listener.local_addr().expect("it has one").to_string();
        let model = Upstream::at(&format!("http://{model}"), None).expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let serves = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let listener = TcpListener::from_std(listener).expect("a socket");
                let book = tests::root().join("book/en");
                let library = Library::read(&book, Terms::default()).expect("the book");
                let serve = gateway::serve(listener, settings, model, library, pending());
                tokio::select! {
                    served = serve => served.expect("it serves"),
                    _ = stopped => {}
                }
            });
        });
        Gateway { addr, stop: Some(stop), serves: Some(serves) }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.serves.take().expect("once").join();
    }
}

fn json(addr: &str, path: &str) -> Value {
    let answer = tests::get(addr, path);
    let body = answer.split_once("\r\n\r\n").expect("a head").1;
    // Chunked or not: there is one value in it.
    let begin = body.find(['{', '[']).unwrap_or_else(|| panic!("{answer}"));
    let mut values = serde_json::Deserializer::from_str(&body[begin..]).into_iter();
    values.next().expect("a value").unwrap_or_else(|why| panic!("{why}: {answer}"))
}

fn count(addr: &str, name: &str) -> u64 {
    let counted = json(addr, "/counters");
    counted[name].as_u64().unwrap_or_else(|| panic!("no {name} in {counted}"))
}

/// A server that misbehaves as it is told to.
fn llmock(args: &[&str]) -> (Running, String) {
    let mut program = tests::python("chap6", "llmock");
    program.args(["serve", "--port", "0", "--log-level", "info"]).args(args);
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut server = Running(program.spawn().expect("it starts"));
    let stderr = server.0.stderr.take().expect("piped just above");
    let addr = tests::said_first(stderr, "llmock", |line| {
        let (_, addr) = line.split_once("running on http://")?;
        Some(addr.split_whitespace().next().unwrap_or_default().to_string())
    });
    (server, addr)
}
