//! The load generator against a server that follows a script: each way to be wrong has its
//! outcome, and outcomes always add up to N.

mod open;
mod pacing;
mod probe;
mod requests;
mod scripted;
mod server_timing;
mod sse;
mod streams;
mod time;
mod wrong;

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use scripted::{Client, GOOD, Scripted};
use while_you_wait::Load;
use while_you_wait::load::{Sent, Target, send};
use while_you_wait::record::Sample;
use while_you_wait::record::outcome::Outcome;

/// Sends a load and gives its samples, and what is known of all of them.
fn sent(addr: SocketAddr, load: Load) -> (Vec<Sample>, Sent) {
    let (sender, receiver) = mpsc::channel();
    let target = Target { addr, path: "/".into() };
    let sent = send(&load, &target, sender).expect("this machine can make so small a load");
    let samples: Vec<Sample> = receiver.into_iter().map(|exchange| exchange.sample).collect();
    if let Some(requests) = load.samples() {
        assert_eq!(samples.len(), requests as usize, "outcomes do not add up to N");
    }
    (samples, sent)
}

/// The samples of a load; whatever the server did, they are in order.
fn ask(addr: SocketAddr, load: Load) -> Vec<Sample> {
    let (samples, _) = sent(addr, load);
    for sample in &samples {
        let moments =
            [Some(sample.due), sample.connected, sample.sent, sample.first_byte, sample.done];
        let known: Vec<u64> = moments.into_iter().flatten().collect();
        assert!(known.is_sorted(), "moments out of order: {sample:?}");
    }
    samples
}

fn outcomes(samples: &[Sample]) -> Vec<Outcome> {
    samples.iter().map(|sample| sample.outcome).collect()
}

fn one_by_one(requests: u32) -> Load {
    Load { lanes: 1, keep_alive: true, ..Load::requests(requests) }
}

/// A server that answers each request of each connection alike.
fn always(answer: impl Fn(&mut Client) + Send + Sync + 'static) -> Scripted {
    Scripted::new(move |_, mut client| {
        while client.request() {
            answer(&mut client);
        }
    })
}

#[test]
fn good_answers_are_ok_and_carry_the_servers_own_time() {
    let server = always(|client| client.say(GOOD));
    let samples = ask(server.addr, one_by_one(3));
    assert_eq!(outcomes(&samples), [Outcome::Ok; 3]);
    assert_eq!(samples[0].handler, Some(1_500));
    assert_eq!(samples[0].worker.as_deref(), Some("7"));
}

#[test]
fn a_kept_connection_is_made_once() {
    let server = always(|client| client.say(GOOD));
    let samples = ask(server.addr, one_by_one(5));
    let connected: Vec<bool> = samples.iter().map(|s| s.connected.is_some()).collect();
    assert_eq!(connected, [true, false, false, false, false]);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[test]
fn one_request_per_connection_makes_as_many_as_requests() {
    let server = always(|client| client.say(GOOD));
    let samples = ask(server.addr, Load { keep_alive: false, ..one_by_one(5) });
    assert!(samples.iter().all(|sample| sample.connected.is_some()));
    assert_eq!(server.connections.load(Ordering::SeqCst), 5);
}

#[test]
fn a_server_that_refuses_keep_alive_is_asked_again_over_a_new_connection() {
    let server = Scripted::new(|_, mut client| {
        if client.request() {
            client.say(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
        }
    });
    let samples = ask(server.addr, one_by_one(4));
    assert_eq!(outcomes(&samples), [Outcome::Ok; 4]);
    assert_eq!(server.connections.load(Ordering::SeqCst), 4);
}

#[test]
fn another_status_is_an_answer_but_not_ok() {
    let server = always(|client| {
        client.say(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    });
    assert_eq!(outcomes(&ask(server.addr, one_by_one(2))), [Outcome::Status(503); 2]);
}

#[test]
fn a_chunked_answer_is_read_to_its_end() {
    let server = always(|client| {
        client.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n");
        client.say(b"1\r\ni\r\n0\r\n\r\n");
    });
    assert_eq!(outcomes(&ask(server.addr, one_by_one(2))), [Outcome::Ok; 2]);
}

#[test]
fn an_answer_in_single_bytes_is_slow_but_whole() {
    let server = always(|client| {
        let _ = client.stream.set_nodelay(true);
        for byte in GOOD {
            client.say(&[*byte]);
            thread::sleep(Duration::from_millis(1));
        }
    });
    let samples = ask(server.addr, one_by_one(1));
    assert_eq!(outcomes(&samples), [Outcome::Ok]);
    // Between the first byte and the last lie all the pauses: they are not lost.
    let (first, done) = (samples[0].first_byte.unwrap(), samples[0].done.unwrap());
    assert!(done - first >= 1_000 * (GOOD.len() as u64 - 1));
}

#[test]
fn lanes_do_not_wait_for_the_first_answer() {
    // Nobody is answered before all five have asked: ab would wait here for ever.
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let server = Scripted::new(move |_, mut client| {
        if client.request() {
            asked.fetch_add(1, Ordering::SeqCst);
            if tests::comes_true(|| asked.load(Ordering::SeqCst) == 5) {
                client.say(GOOD);
            }
        }
    });
    let load = Load { lanes: 5, timeout: Duration::from_secs(20), ..Load::requests(5) };
    assert_eq!(outcomes(&ask(server.addr, load)), [Outcome::Ok; 5]);
}

#[test]
fn a_ramp_opens_the_lanes_in_order_and_over_its_time() {
    let server = always(|client| client.say(GOOD));
    let ramp = Duration::from_millis(400);
    let mut samples = ask(server.addr, Load { lanes: 4, ramp, ..Load::requests(4) });
    samples.sort_by_key(|sample| sample.due);
    // A lane that opens early may answer and take the turn of one that has not opened yet, so
    // only the spread is certain: the first is due at once, and nobody before their turn.
    for sample in &samples {
        assert!(sample.due >= u64::from(sample.lane) * 100_000, "{sample:?}");
    }
}

#[test]
fn an_answer_has_not_begun_with_a_103() {
    let server = always(|client| {
        let _ = client.stream.set_nodelay(true);
        client.say(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n");
        thread::sleep(Duration::from_millis(40));
        client.say(GOOD);
    });
    for sample in ask(server.addr, one_by_one(2)) {
        assert_eq!(sample.outcome, Outcome::Ok);
        let waited = sample.first_byte.unwrap() - sample.sent.unwrap();
        assert!(waited >= 38_000, "the answer began after {waited} us");
    }
}

#[test]
fn a_103_in_one_packet_with_its_answer_leaves_it_a_first_byte() {
    let server = always(|client| client.say(&[b"HTTP/1.1 103 Hints\r\n\r\n", GOOD].concat()));
    assert!(ask(server.addr, one_by_one(2)).iter().all(|sample| sample.first_byte.is_some()));
}

#[test]
fn a_request_that_meets_the_end_of_its_connection_is_reset_and_not_sent_twice() {
    let server = Scripted::new(|_, mut client| {
        if client.request() {
            client.say(GOOD);
            thread::sleep(Duration::from_millis(1));
        }
    });
    let samples = ask(server.addr, Load { lanes: 1, ..one_by_one(40) });
    let reset = samples.iter().filter(|sample| sample.outcome == Outcome::Reset);
    assert!(reset.clone().all(|sample| sample.connected.is_none()), "only a kept one can end");
    let ok = samples.iter().filter(|sample| sample.outcome == Outcome::Ok).count();
    assert_eq!(ok + reset.count(), 40);
    assert_eq!(ok, server.connections.load(Ordering::SeqCst), "each connection answers once");
}
