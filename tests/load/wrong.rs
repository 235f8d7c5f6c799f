//! Answers that are late, cut short, too long or none at all: each has its outcome.

use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::Ordering;
use std::time::Duration;

use while_you_wait::Load;
use while_you_wait::record::outcome::Outcome;

use super::{always, ask, one_by_one, outcomes};
use crate::load::scripted::{GOOD, Scripted};

#[test]
fn no_answer_is_timed_out_and_keeps_the_moment_it_was_sent() {
    let server = Scripted::new(|_, mut client| {
        client.request();
        client.never_answer();
    });
    let load = Load { timeout: Duration::from_millis(200), ..one_by_one(2) };
    let samples = ask(server.addr, load);
    assert_eq!(outcomes(&samples), [Outcome::TimedOut; 2]);
    for sample in samples {
        assert!(sample.sent.is_some() && sample.first_byte.is_none());
        assert!(sample.done.unwrap() - sample.due >= 200_000);
    }
}

#[test]
fn the_limit_leaves_requests_unfinished_and_counts_those_that_never_had_their_turn() {
    let server = Scripted::new(|_, mut client| {
        client.request();
        client.never_answer();
    });
    let load = Load { lanes: 2, limit: Duration::from_millis(300), ..Load::requests(5) };
    let samples = ask(server.addr, load);
    assert_eq!(outcomes(&samples), [Outcome::Unfinished; 5]);
    assert_eq!(samples.iter().filter(|sample| sample.sent.is_some()).count(), 2);
    assert!(samples.iter().all(|sample| sample.done.is_none()));
}

#[test]
fn a_connection_that_ends_before_the_answer_is_reset() {
    let server = Scripted::new(|_, mut client| {
        client.request();
    });
    assert_eq!(outcomes(&ask(server.addr, one_by_one(2))), [Outcome::Reset; 2]);
}

#[test]
fn a_connection_that_is_torn_down_unread_is_reset() {
    // The request is never read, so closing sends a reset.
    let server = Scripted::new(|_, client| {
        let mut one = [0];
        let _ = client.stream.peek(&mut one);
        client.reset();
    });
    assert_eq!(outcomes(&ask(server.addr, one_by_one(2))), [Outcome::Reset; 2]);
}

#[test]
fn an_answer_shorter_than_it_said_is_reset() {
    let server = Scripted::new(|_, mut client| {
        client.request();
        client.say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi");
    });
    let samples = ask(server.addr, one_by_one(2));
    assert_eq!(outcomes(&samples), [Outcome::Reset; 2]);
    assert!(samples[0].first_byte.is_some(), "what did come is kept");
}

#[test]
fn an_answer_longer_than_it_said_spoils_only_the_connection() {
    let server = always(|client| client.say(&[GOOD, b"and more"].concat()));
    let samples = ask(server.addr, one_by_one(4));
    // Each answer was whole by its own length; what trails it can be nobody's answer.
    let fine = |o: &Outcome| matches!(o, Outcome::Ok | Outcome::Malformed | Outcome::Reset);
    assert!(outcomes(&samples).iter().all(fine), "{:?}", outcomes(&samples));
    assert_eq!(samples[0].outcome, Outcome::Ok);
    assert!(server.connections.load(Ordering::SeqCst) > 1, "the spoiled connection was used again");
}

#[test]
fn garbage_is_malformed() {
    for garbage in
        ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 two hundred\r\n\r\n", "\0\0\0\0\r\n\r\n"]
    {
        let server = always(|client| client.say(garbage.as_bytes()));
        assert_eq!(
            outcomes(&ask(server.addr, one_by_one(2))),
            [Outcome::Malformed; 2],
            "{garbage:?}"
        );
    }
}

#[test]
fn garbage_in_a_chunked_body_is_malformed() {
    let server = always(|client| {
        client.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n");
    });
    assert_eq!(outcomes(&ask(server.addr, one_by_one(1))), [Outcome::Malformed]);
}

#[test]
fn nobody_listening_is_refused_and_nothing_was_sent() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let samples = ask(free, one_by_one(3));
    assert_eq!(outcomes(&samples), [Outcome::Refused; 3]);
    assert!(samples.iter().all(|sample| sample.connected.is_none() && sample.sent.is_none()));
}

#[test]
fn a_server_that_fails_every_other_request_fails_no_more_than_that() {
    let server = Scripted::new(|number, mut client| {
        if client.request() && number % 2 == 0 {
            let _ = client.stream.write_all(GOOD);
        }
    });
    let samples = ask(server.addr, Load { keep_alive: false, ..one_by_one(10) });
    let ok = samples.iter().filter(|sample| sample.outcome == Outcome::Ok).count();
    assert_eq!(ok, 5);
}
