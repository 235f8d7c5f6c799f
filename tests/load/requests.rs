//! What a request is: on the wire, and in the record.

use std::sync::mpsc;
use std::time::Duration;

use while_you_wait::load::{Target, send};
use while_you_wait::record::outcome::Outcome;
use while_you_wait::{Answer, Ask, HangUp, Load};

use crate::load::scripted::{GOOD, Scripted};
use crate::load::streams::exchanges;

#[test]
fn requests_carry_their_method_headers_and_numbered_bodies() {
    let (asked, requests) = mpsc::channel();
    let server = Scripted::new(move |_, mut client| {
        while let Some(request) = client.whole_request() {
            let _ = asked.send(request);
            client.say(GOOD);
        }
    });
    let ask = Ask::json(|number| format!("{{\"n\":{number}}}").into());
    let load = Load { ask, lanes: 1, keep_alive: true, ..Load::requests(12) };
    assert!(exchanges(server.addr, &load).iter().all(|e| e.sample.outcome == Outcome::Ok));
    let requests: Vec<(String, Vec<u8>)> = requests.try_iter().collect();
    for (number, (head, body)) in requests.iter().enumerate() {
        assert!(head.starts_with("POST / HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("content-type: application/json\r\n"), "{head}");
        assert_eq!(*body, format!("{{\"n\":{number}}}").into_bytes());
    }
    assert_eq!(requests.len(), 12);
}

#[test]
fn a_plain_get_is_what_it_always_was_to_the_letter() {
    for (keep_alive, close) in [(true, ""), (false, "connection: close\r\n")] {
        let (asked, requests) = mpsc::channel();
        let server = Scripted::new(move |_, mut client| {
            while let Some((head, _)) = client.whole_request() {
                let _ = asked.send(head);
                client.say(GOOD);
            }
        });
        let load = Load { lanes: 1, keep_alive, ..Load::requests(1) };
        exchanges(server.addr, &load);
        let addr = server.addr;
        let expected = format!("GET / HTTP/1.1\r\nhost: {addr}\r\n{close}\r\n");
        assert_eq!(requests.recv_timeout(tests::PATIENCE).expect("it was asked"), expected);
    }
}

/// Whatever is no plain GET of a patient client is said; what each thing by itself is, too.
#[test]
fn what_a_request_is_stands_in_the_record() {
    let said = |ask: Ask| Load { ask, ..Load::default() }.settings().ask;
    let plain = Ask::default();
    assert_eq!(said(plain), None);
    assert_eq!(said(Ask { headers: &[("x", "y")], ..plain }), None);
    let settings = |ask| said(ask).expect("it is no plain GET");
    assert_eq!(settings(Ask { method: "HEAD", ..plain }).method, "HEAD");
    let body = Some((|_| "".into()) as fn(u32) -> hyper::body::Bytes);
    assert!(!settings(Ask { body, ..plain }).streamed);
    assert!(settings(Ask { answer: Answer::Events { last: None }, ..plain }).streamed);
    let after = HangUp::After(Duration::from_millis(7));
    let hung_up = settings(Ask { hang_up: after, ..plain });
    assert_eq!((hung_up.hang_up_us, hung_up.hang_up_events), (Some(7_000), None));
    let hung_up = settings(Ask { hang_up: HangUp::AfterEvents(3), ..plain });
    assert_eq!((hung_up.hang_up_us, hung_up.hang_up_events), (None, Some(3)));
    assert_eq!(settings(Ask { bytes_per_second: Some(9), ..plain }).bytes_per_second, Some(9));
}

#[test]
fn a_method_that_is_none_is_this_machines_failure() {
    let server = Scripted::new(|_, mut client| {
        while client.request() {
            client.say(GOOD);
        }
    });
    let ask = Ask { method: "GET IT", ..Ask::default() };
    let load = Load { ask, lanes: 1, ..Load::requests(1) };
    let (sender, _receiver) = mpsc::channel();
    let target = Target { addr: server.addr, path: "/".into() };
    let why = send(&load, &target, sender).err().expect("it cannot be asked");
    assert!(why.contains("GET IT / cannot be asked"), "{why}");
}
