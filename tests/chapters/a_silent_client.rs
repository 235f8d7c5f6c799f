//! A client that says no more: who hangs up on it, and who never does. The first by its name, so that
//! its long wait begins before all others.
#![cfg(target_os = "linux")]

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use tests::connect;

use crate::robust::serve;

/// Whether the server still holds this connection after so long a silence.
fn is_held(stream: &mut TcpStream, silence: Duration) -> bool {
    stream.set_read_timeout(Some(silence)).unwrap();
    let heard = stream.read(&mut [0; 1]);
    heard.is_err_and(|why| matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

/// Half a head, and silence for longer than the half minute after which hyper hangs up by itself
/// where it is given a timer.
#[test]
fn half_a_head_is_held_where_nobody_gave_a_timer() {
    let held = |case: &'static str| {
        let (_server, addr) = serve("chap4", case, "0s");
        let mut stream = connect(&addr).expect("it listens");
        stream.write_all(b"GET /async HTTP/1.1\r\nhost: he").unwrap();
        is_held(&mut stream, Duration::from_secs(35))
    };
    let cases = ["tcp", "axum", "std-threads", "tiny-http", "rouille", "hyper", "tower"];
    let all = cases.map(|case| (case, thread::spawn(move || held(case))));
    for (case, is_held) in all {
        let has_a_timer = ["hyper", "tower"].contains(&case);
        assert_eq!(is_held.join().expect("asking does not fail"), !has_a_timer, "{case}");
    }
}

#[test]
fn the_timer_for_the_head_ends_idle_connections_too() {
    for (case, held) in [("hyper", false), ("axum", true)] {
        let (_server, addr) = serve("chap4", case, "0s");
        let mut stream = connect(&addr).expect("it listens");
        stream.write_all(b"GET /async HTTP/1.1\r\nhost: here\r\n\r\n").unwrap();
        let mut answer = [0; 4096];
        assert!(stream.read(&mut answer).unwrap() > 0, "{case} answers");
        // A second is what the listing gives it; the rest is for a busy machine.
        let silence = Duration::from_secs(if held { 3 } else { 60 });
        assert_eq!(is_held(&mut stream, silence), held, "{case}");
    }
}
