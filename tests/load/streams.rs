//! Answers that come bit by bit, from a server that follows a script, and clients that leave them.

use std::net::SocketAddr;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use while_you_wait::load::{Exchange, Target, send};
use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::{Chunks, Sample};
use while_you_wait::{Answer, Ask, HangUp, Load};

use crate::load::scripted::{Client, Scripted};

const HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
const END: &str = "0\r\n\r\n";

/// Two servers' distance in time that no busy machine makes of nothing.
const WHILE: Duration = Duration::from_millis(30);

fn chunk(bytes: &[u8]) -> Vec<u8> {
    let mut frame = format!("{:x}\r\n", bytes.len()).into_bytes();
    frame.extend(bytes);
    frame.extend(b"\r\n");
    frame
}

fn streamed(last: Option<&'static str>) -> Load {
    let ask = Ask { answer: Answer::Events { last }, ..Ask::default() };
    Load { ask, lanes: 1, ..Load::requests(1) }
}

pub fn exchanges(addr: SocketAddr, load: &Load) -> Vec<Exchange> {
    let (sender, receiver) = mpsc::channel();
    let target = Target { addr, path: "/".into() };
    send(load, &target, sender).expect("this machine can make so small a load");
    receiver.into_iter().collect()
}

/// Sends one request to a server that streams these frames, each its own write, and ends the
/// stream as HTTP wants.
fn stream_of(frames: &[&[u8]], load: &Load) -> Exchange {
    let frames: Vec<Vec<u8>> = frames.iter().map(|frame| chunk(frame)).collect();
    let server = Scripted::new(move |_, mut client| {
        if client.request() {
            let _ = client.stream.set_nodelay(true);
            client.say(HEAD.as_bytes());
            for frame in &frames {
                client.say(frame);
            }
            client.say(END.as_bytes());
        }
    });
    exchanges(server.addr, load).remove(0)
}

fn count(frames: &[&[u8]]) -> usize {
    stream_of(frames, &streamed(None)).events.len()
}

#[test]
fn events_are_counted_and_not_frames() {
    let korean = "data: 안녕\n\n".as_bytes();
    assert_eq!(count(&[b"data: 1\n\n", b"data: 2\n\n", b"data: 3\n\n"]), 3);
    assert_eq!(count(&[b"data: 1\n\ndata: 2\n\ndata: 3\n\n"]), 3, "several in one frame");
    assert_eq!(count(&[b"da", b"ta: 1", b"\n", b"\nda", b"ta: 2\n\n"]), 2, "one over several");
    assert_eq!(count(&[&korean[..8], &korean[8..]]), 1, "cut in the middle of a letter");
    assert_eq!(count(&[b"data: 1\r", b"\n\r", b"\ndata: 2\r\n\r\n"]), 2, "cut in a line's end");
    assert_eq!(count(&[b": ping\n\n", b"data: 1\n\n", b": ping\n\n", b"id: 2\n\n"]), 1);
    assert_eq!(count(&[]), 0);
}

#[test]
fn the_moments_of_events_lie_in_their_answer_and_in_order() {
    let Exchange { sample, events } =
        stream_of(&[b"data: 1\n\n", b"data: 2\n\ndata: 3\n\n"], &streamed(None));
    assert_eq!(sample.outcome, Outcome::Ok);
    let moments: Vec<u64> =
        sample.first_byte.into_iter().chain(events.clone()).chain(sample.done).collect();
    assert_eq!(moments.len(), 5);
    assert!(moments.is_sorted(), "{moments:?}");
    assert_eq!(events[1], events[2], "two that came in one frame came at one moment");
}

#[test]
fn a_stream_is_over_with_its_last_event_or_was_cut_short() {
    let done = Some("[DONE]");
    let whole = stream_of(&[b"data: 1\n\n", b"data: [DONE]\n\n"], &streamed(done));
    assert_eq!(
        (whole.sample.outcome, whole.events.len()),
        (Outcome::Ok, 1),
        "the last is no token"
    );
    let cut = stream_of(&[b"data: 1\n\n", b"data: 2\n\n"], &streamed(done));
    assert_eq!((cut.sample.outcome, cut.events.len()), (Outcome::CutShort, 2));
    let longer = stream_of(&[b"data: 1\n\n", b"data: [DONE] not\n\n"], &streamed(done));
    assert_eq!(longer.sample.outcome, Outcome::CutShort, "an end is the whole of its event");
    for half in ["data: 2\n", "data: 2", "da"] {
        let cut = stream_of(&[b"data: 1\n\n", half.as_bytes()], &streamed(None));
        assert_eq!((cut.sample.outcome, cut.events.len()), (Outcome::CutShort, 1), "{half:?}");
    }
}

#[test]
fn a_stream_whose_connection_ends_is_reset_and_keeps_what_came() {
    let server = Scripted::new(|_, mut client| {
        if client.request() {
            client.say(HEAD.as_bytes());
            client.say(&chunk(b"data: 1\n\n"));
        }
    });
    let exchange = exchanges(server.addr, &streamed(None)).remove(0);
    assert_eq!((exchange.sample.outcome, exchange.events.len()), (Outcome::Reset, 1));
}

#[test]
fn an_error_is_no_stream() {
    let server = Scripted::new(|_, mut client| {
        if client.request() {
            client.say(b"HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\ndata: 1\n\n");
        }
    });
    let exchange = exchanges(server.addr, &streamed(Some("[DONE]"))).remove(0);
    assert_eq!((exchange.sample.outcome, exchange.events.len()), (Outcome::Status(503), 0));
}

#[test]
fn a_server_that_stalls_between_events_shows_in_their_moments() {
    let server = Scripted::new(|_, mut client| {
        if client.request() {
            client.say(HEAD.as_bytes());
            client.say(&chunk(b"data: 1\n\n"));
            thread::sleep(WHILE);
            client.say(&chunk(b"data: 2\n\n"));
            client.say(END.as_bytes());
        }
    });
    // Whoever is busy may read the first as late as the second; not each time.
    let shows = |_| {
        let events = exchanges(server.addr, &streamed(None)).remove(0).events;
        Duration::from_micros(events[1] - events[0]) >= WHILE * 9 / 10
    };
    assert!((0..5).any(shows));
}

#[test]
fn a_stream_that_stands_still_is_given_up_in_time() {
    let server = Scripted::new(|_, mut client| {
        if client.request() {
            client.say(HEAD.as_bytes());
            client.say(&chunk(b"data: 1\n\n"));
            client.never_answer();
        }
    });
    let exchange = exchanges(server.addr, &Load { timeout: WHILE * 3, ..streamed(None) }).remove(0);
    assert_eq!((exchange.sample.outcome, exchange.events.len()), (Outcome::TimedOut, 1));
}

/// A server that streams without end, and says when each client left it.
fn endless(frame: &'static [u8]) -> (Scripted, Receiver<bool>) {
    let (left, leaves) = mpsc::channel();
    let server = Scripted::new(move |_, mut client| stream_for_ever(&mut client, frame, &left));
    (server, leaves)
}

fn stream_for_ever(client: &mut Client, frame: &[u8], left: &Sender<bool>) {
    use std::io::Write;
    let _ = client.stream.set_nodelay(true);
    if client.request() {
        client.say(HEAD.as_bytes());
        let frame = chunk(frame);
        // Bounded, so that a client that never leaves fails the test and does not hang it.
        let gone = (0..20_000).any(|_| {
            thread::sleep(Duration::from_millis(1));
            client.stream.write_all(&frame).is_err()
        });
        let _ = left.send(gone);
    }
}

#[test]
fn a_client_hangs_up_at_each_of_the_first_ten_events() {
    for most in 0..=10 {
        let (server, leaves) = endless(b"data: 1\n\n");
        let mut load = streamed(Some("[DONE]"));
        load.ask.hang_up = HangUp::AfterEvents(most);
        let exchange = exchanges(server.addr, &load).remove(0);
        assert_eq!(exchange.sample.outcome, Outcome::HungUp);
        assert_eq!(exchange.events.len(), most as usize);
        assert!(exchange.sample.done >= exchange.events.last().copied());
        assert_eq!(leaves.recv_timeout(Duration::from_secs(60)), Ok(true), "the server noticed");
    }
}

#[test]
fn a_client_takes_no_more_events_than_it_wants_of_a_full_frame() {
    let mut load = streamed(None);
    load.ask.hang_up = HangUp::AfterEvents(2);
    let exchange = stream_of(&[b"data: 1\n\ndata: 2\n\ndata: 3\n\n"], &load);
    assert_eq!((exchange.sample.outcome, exchange.events.len()), (Outcome::HungUp, 2));
}

#[test]
fn an_answer_that_is_whole_before_its_client_has_had_enough_is_no_hang_up() {
    for hang_up in [HangUp::AfterEvents(3), HangUp::After(Duration::from_secs(100))] {
        let mut load = streamed(None);
        load.ask.hang_up = hang_up;
        let exchange = stream_of(&[b"data: 1\n\n", b"data: 2\n\n"], &load);
        assert_eq!((exchange.sample.outcome, exchange.events.len()), (Outcome::Ok, 2));
    }
}

#[test]
fn a_client_hangs_up_before_there_is_an_answer() {
    let (left, leaves) = mpsc::channel();
    let server = Scripted::new(move |_, mut client| {
        if client.request() {
            let _ = left.send(client.is_left());
        }
    });
    let ask = Ask { hang_up: HangUp::After(WHILE), ..Ask::default() };
    let load = Load { ask, lanes: 1, keep_alive: true, ..Load::requests(2) };
    let both = exchanges(server.addr, &load);
    for Exchange { sample, .. } in &both {
        assert_eq!(sample.outcome, Outcome::HungUp);
        assert!(Duration::from_micros(sample.done.unwrap() - sample.due) >= WHILE);
        assert!(sample.sent.is_some() && sample.first_byte.is_none());
        assert_eq!(leaves.recv_timeout(Duration::from_secs(60)), Ok(true), "the server noticed");
    }
    assert!(both[1].sample.connected.is_some(), "who hung up needs another connection");
}

/// Moments of events belong to a request that had some.
#[test]
fn an_exchange_without_events_has_no_moments() {
    let mut exchange = Exchange::from(Sample::due(3, 70, Outcome::Ok));
    assert_eq!(exchange.chunks(), None);
    exchange.events = vec![80, 90];
    assert_eq!(exchange.chunks(), Some(Chunks { lane: 3, due: 70, at: vec![80, 90] }));
}

#[test]
fn a_slow_reader_takes_what_it_takes_and_holds_the_server_up() {
    // Far more than a slow reader's buffer and a server's together.
    const BYTES: usize = 4 * 1024 * 1024;
    let answer = |bytes_per_second| {
        let (told, wrote) = mpsc::channel();
        let server = Scripted::new(move |_, mut client| {
            if client.request() {
                client.say(HEAD.as_bytes());
                for n in 0..BYTES / 1024 {
                    use std::io::Write;
                    if client.stream.write_all(&chunk(&[b'x'; 1024])).is_err() {
                        let _ = told.send(n);
                        return;
                    }
                }
                let _ = told.send(BYTES / 1024);
                client.say(END.as_bytes());
            }
        });
        let mut load = Load { timeout: WHILE * 20, ..streamed(None) };
        load.ask.answer = Answer::Whole;
        load.ask.bytes_per_second = bytes_per_second;
        let outcome = exchanges(server.addr, &load).remove(0).sample.outcome;
        (outcome, wrote.recv_timeout(Duration::from_secs(60)).expect("it ends"))
    };
    let (outcome, wrote) = answer(Some(20_000));
    assert_eq!(outcome, Outcome::TimedOut);
    assert!(wrote < BYTES / 1024, "the server was held up");
    let mut load = streamed(None);
    load.ask.bytes_per_second = Some(2_000);
    // 450 bytes and a head of about a hundred, at 2,000 a second: a quarter of a second.
    let frames: Vec<&[u8]> = vec![b"data: 0123456789 0123456789 01234567890123\n\n"; 10];
    let slow = stream_of(&frames, &load);
    assert_eq!((slow.sample.outcome, slow.events.len()), (Outcome::Ok, 10));
    let took = Duration::from_micros(slow.sample.done.unwrap() - slow.sample.first_byte.unwrap());
    assert!(took >= Duration::from_millis(150), "it took {took:?}");
}
