//! The open loop against a server that stands still, and against none at all.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use while_you_wait::load::Sent;
use while_you_wait::record::Sample;
use while_you_wait::record::outcome::Outcome;
use while_you_wait::{Arrivals, Load};

use crate::load::scripted::{GOOD, Scripted};

fn ask(addr: SocketAddr, load: Load) -> (Vec<Sample>, Sent) {
    let (mut samples, sent) = crate::load::sent(addr, load);
    samples.sort_by_key(|sample| sample.due);
    (samples, sent)
}

fn fact(sent: &Sent, name: &str) -> f64 {
    tests::fact(&sent.facts, name).unwrap_or_else(|| panic!("{name} is no number"))
}

fn every_20_ms(requests: u32, lanes: u32) -> Load {
    let arrivals = Arrivals::Constant { per_second: 50.0 };
    Load { lanes, arrivals, keep_alive: true, ..Load::requests(requests) }
}

/// Answers each request after `wait`.
fn slow(wait: Duration) -> Scripted {
    Scripted::new(move |_, mut client| {
        while client.request() {
            thread::sleep(wait);
            client.say(GOOD);
        }
    })
}

#[test]
fn requests_are_due_at_their_moments_and_find_the_lane_that_is_idle() {
    let server = slow(Duration::ZERO);
    let (samples, sent) = ask(server.addr, every_20_ms(20, 100));
    let due: Vec<u64> = samples.iter().map(|sample| sample.due).collect();
    assert!(due.iter().copied().eq((0..20).map(|nth| nth * 20_000)));
    assert!(samples.iter().all(|s| s.outcome == Outcome::Ok && s.sent.unwrap() >= s.due));
    assert_eq!(fact(&sent, "lanes-exhausted"), 0.0);
    assert!(fact(&sent, "late-p99") < 1e9);
    // On a busy machine an answer may come after the next is due; one lane a request it is not.
    assert!(server.connections.load(Ordering::SeqCst) < 20, "no connection was used again");
}

#[test]
fn a_server_that_stands_still_holds_no_request_back() {
    let server = slow(Duration::from_secs(1));
    let (samples, sent) = ask(server.addr, every_20_ms(6, 6));
    // Each went out before the first was answered, on a lane of its own.
    let answered = samples[0].done.unwrap();
    assert!(samples.iter().all(|sample| sample.sent.unwrap() < answered));
    assert_eq!(server.connections.load(Ordering::SeqCst), 6);
    assert_eq!(fact(&sent, "lanes-exhausted"), 0.0);
}

#[test]
fn where_no_lane_is_free_requests_wait_with_their_due_time_kept() {
    let server = slow(Duration::from_millis(400));
    let (samples, sent) = ask(server.addr, every_20_ms(4, 1));
    let due: Vec<u64> = samples.iter().map(|sample| sample.due).collect();
    assert_eq!(due, [0, 20_000, 40_000, 60_000]);
    assert_eq!(fact(&sent, "lanes-exhausted"), 3.0);
    // Who waited for a lane was not sent late by us: of the first alone that is asked.
    let first = (samples[0].sent.unwrap() - samples[0].due) as f64;
    assert!(fact(&sent, "late-p99") <= first * 1.01 + 1.0, "{:?}", sent.facts);
    for (nth, pair) in (1..).zip(samples.windows(2)) {
        assert!(pair[1].sent >= pair[0].done, "two at once on one lane");
        // One after another, and the wait for the lane is in the latency.
        let latency = pair[1].done.unwrap() - pair[1].due;
        assert!(latency >= (nth + 1) * 400_000 - nth * 20_000, "{latency} us");
    }
}

#[test]
fn the_limit_leaves_the_backlog_and_what_was_not_due_yet_unfinished() {
    let server = Scripted::new(|_, mut client| {
        client.request();
        client.never_answer();
    });
    let load = Load { limit: Duration::from_millis(100), ..every_20_ms(10, 2) };
    let (samples, sent) = ask(server.addr, load);
    assert!(samples.iter().all(|s| s.outcome == Outcome::Unfinished && s.done.is_none()));
    assert!(samples.iter().filter(|sample| sample.sent.is_some()).count() <= 2);
    assert!(samples.iter().all(|sample| sample.due <= sent.took && sample.lane < 2));
}

#[test]
fn nobody_listening_is_refused_at_every_moment() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (samples, _) = ask(free, every_20_ms(3, 2));
    assert!(samples.iter().all(|sample| sample.outcome == Outcome::Refused));
}

#[test]
fn random_arrivals_are_sent_at_the_moments_of_their_seed() {
    let server = slow(Duration::ZERO);
    let arrivals = Arrivals::Poisson { per_second: 200.0, seed: 3 };
    let load = Load { arrivals, lanes: 40, ..Load::requests(40) };
    let (samples, _) = ask(server.addr, load);
    assert!(samples.iter().map(|sample| sample.due).eq(load.due()));
}
