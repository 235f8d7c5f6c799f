//! Probes and counters: what the kit asks of a server beside and after its load.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use while_you_wait::load::{Target, send, settled};
use while_you_wait::record::Value;
use while_you_wait::record::outcome::Outcome;
use while_you_wait::{Load, Probe};

fn one_at_a_time(work: Duration, body: &'static str) -> SocketAddr {
    serve(work, move || body.to_string())
}

/// Answers one connection after another, on one thread that ends with the test's process.
fn serve(work: Duration, body: impl Fn() -> String + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let addr = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that left is no concern of the next one.
            let _ = answer(stream, work, &body());
        }
    });
    addr
}

fn answer(mut stream: TcpStream, work: Duration, body: &str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(tests::PATIENCE))?;
    let mut head = [0; 1024];
    let n = stream.read(&mut head)?;
    if head[..n].starts_with(b"GET /work ") {
        thread::sleep(work);
    }
    let length = body.len();
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
}

#[test]
fn a_server_that_stands_still_cannot_hold_probes_back() {
    let (work, every) = (Duration::from_millis(400), Duration::from_millis(50));
    let addr = one_at_a_time(work, "{}");
    let probe = Probe { path: "/health", requests: 4, every, ..Probe::default() };
    let load = Load { lanes: 1, probe: Some(probe), ..Load::requests(1) };
    let (sender, receiver) = mpsc::channel();
    send(&load, &Target { addr, path: "/work".into() }, sender).expect("five connections");

    let mut samples: Vec<_> = receiver.into_iter().map(|exchange| exchange.sample).collect();
    samples.sort_by_key(|sample| sample.lane);
    assert!(samples.iter().all(|sample| sample.outcome == Outcome::Ok));
    // Lane 0 is the load's; each probe has a lane of its own and was due on time.
    let due: Vec<(u32, u64)> = samples.iter().skip(1).map(|s| (s.lane, s.due)).collect();
    assert_eq!(due, [(1, 50_000), (2, 100_000), (3, 150_000), (4, 200_000)]);
    // Each was sent although the one before had no answer yet, and answered when the work was over.
    let end_of_work = samples[0].first_byte.expect("it was answered");
    for probe in &samples[1..] {
        assert!(probe.sent.expect("it was sent") < end_of_work);
        assert!(probe.first_byte.expect("it was answered") + 1_000 > end_of_work);
    }
}

#[test]
fn counters_become_facts() {
    let addr = one_at_a_time(Duration::ZERO, r#"{"work-finished":3,"dropped":0}"#);
    let facts = settled(addr, "/counters", Duration::ZERO).expect("it answers");
    let found: Vec<_> = facts.iter().map(|fact| (fact.name.as_str(), &fact.value)).collect();
    let expected = [("dropped", &Value::Number(0.0)), ("work-finished", &Value::Number(3.0))];
    assert_eq!(found, expected);
}

#[test]
fn counters_are_asked_until_two_answers_agree() {
    let asked = AtomicUsize::new(0);
    let addr = serve(Duration::ZERO, move || {
        let finished = asked.fetch_add(1, Ordering::SeqCst).min(3);
        format!(r#"{{"finished":{finished}}}"#)
    });
    let facts = settled(addr, "/counters", Duration::from_millis(1)).expect("it answers");
    assert_eq!(facts[0].value, Value::Number(3.0));
}

#[test]
fn what_is_no_counter_is_refused() {
    for answer in ["[1]", r#"{"dropped":"many"}"#, r#"{"Dropped":1}"#] {
        let addr = one_at_a_time(Duration::ZERO, answer);
        assert!(settled(addr, "/counters", Duration::ZERO).is_err(), "{answer} was taken");
    }
}
