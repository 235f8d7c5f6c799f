//! A client that says no more: who hangs up on it, and who never does.
#![cfg(target_os = "linux")]

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use tests::connect;

use crate::chapters::robust::serve;

/// Those that chapter 4 says hang up, and those of which it says that nobody gave them a timer.
const WITH_A_TIMER: [&str; 2] = ["hyper", "tower"];
const WITHOUT: [&str; 5] = ["tcp", "axum", "std-threads", "tiny-http", "rouille"];

/// Whether the server still holds this connection after so long a silence.
fn is_held(stream: &mut TcpStream, silence: Duration) -> bool {
    stream.set_read_timeout(Some(silence)).unwrap();
    let heard = stream.read(&mut [0; 1]);
    heard.is_err_and(|why| matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

/// Half a head, and then nothing. All at once: most of this is waiting.
fn half_a_head_is_held(silence: Duration) {
    let held = move |case: &'static str| {
        let (_server, addr) = serve("chap4", case, "0s");
        let mut stream = connect(&addr).expect("it listens");
        stream.write_all(b"GET /async HTTP/1.1\r\nhost: he").unwrap();
        // A second is what the listings give it; the rest is for a busy machine.
        let patience = if WITH_A_TIMER.contains(&case) { Duration::from_secs(60) } else { silence };
        is_held(&mut stream, patience)
    };
    let cases = WITH_A_TIMER.into_iter().chain(WITHOUT);
    let all: Vec<_> = cases.map(|case| (case, thread::spawn(move || held(case)))).collect();
    for (case, is_held) in all {
        let is_held = is_held.join().expect("asking does not fail");
        assert_eq!(is_held, WITHOUT.contains(&case), "{case}");
    }
}

#[test]
fn half_a_head_is_held_where_nobody_gave_a_timer() {
    half_a_head_is_held(Duration::from_secs(5));
}

/// Longer than the half minute after which hyper hangs up by itself, where it is given a timer.
#[test]
#[ignore = "waits for 35 s: .ci/run does, or cargo test -p tests --test suite chapters:: -- --ignored"]
fn half_a_head_is_held_for_longer_than_hyper_would() {
    half_a_head_is_held(Duration::from_secs(35));
}

#[test]
fn the_timer_for_the_head_ends_idle_connections_too() {
    for (case, held) in [("hyper", false), ("axum", true)] {
        let (_server, addr) = serve("chap4", case, "0s");
        let mut stream = connect(&addr).expect("it listens");
        stream.write_all(b"GET /async HTTP/1.1\r\nhost: here\r\n\r\n").unwrap();
        let mut answer = [0; 4096];
        assert!(stream.read(&mut answer).unwrap() > 0, "{case} answers");
        let silence = Duration::from_secs(if held { 3 } else { 60 });
        assert_eq!(is_held(&mut stream, silence), held, "{case}");
    }
}
