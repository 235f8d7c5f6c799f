//! Chapter 3's server on its own runtime, spoken to byte by byte; and what it adds to the record.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use tests::{Running, whole};
use while_you_wait::record::read;

const CASES: [&str; 2] = ["our-runtime", "tokio-1"];

fn serve(case: &str) -> (Running, String) {
    tests::serve("chap3", case)
}

fn connect(addr: &str) -> TcpStream {
    tests::connect(addr).expect("it listens")
}

#[test]
fn one_connection_carries_many_requests_until_it_says_close() {
    for case in CASES {
        let (_server, addr) = serve(case);
        let mut stream = connect(&addr);
        // All three at once: what comes early waits in the buffer, and is not lost.
        stream
            .write_all(
                b"GET /async HTTP/1.1\r\nHost: x\r\n\r\nHEAD /nowhere HTTP/1.1\r\nHost: x\r\n\r\nGET /async HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n",
            )
            .unwrap();
        let said = whole(stream);
        assert_eq!(said.matches("HTTP/1.1 200 OK").count(), 2, "{case}: {said}");
        assert_eq!(said.matches("HTTP/1.1 404 Not Found").count(), 1, "{case}: {said}");
        assert_eq!(said.matches("server-timing: handler;dur=").count(), 2, "{case}: {said}");
        assert_eq!(said.matches("connection: close").count(), 1, "{case}: {said}");
        let body = said.split("\r\n\r\n").last().unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok(), "{case}: {body}");
    }
}

#[test]
fn a_request_may_come_byte_by_byte() {
    for case in CASES {
        let (_server, addr) = serve(case);
        let mut stream = connect(&addr);
        stream.set_nodelay(true).unwrap();
        for byte in b"GET /async HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" {
            stream.write_all(&[*byte]).unwrap();
        }
        let said = whole(stream);
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{case}: {said}");
    }
}

#[test]
fn what_is_no_request_is_refused_and_the_connection_closed() {
    let bad: [&[u8]; 5] = [
        b"nonsense\r\n\r\n",
        b"GET /async HTTP/2.0\r\n\r\n",
        b"GET /async HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /async HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
    ];
    for case in CASES {
        let (_server, addr) = serve(case);
        for request in bad {
            let mut stream = connect(&addr);
            stream.write_all(request).unwrap();
            let said = whole(stream);
            let request = String::from_utf8_lossy(request);
            assert!(said.starts_with("HTTP/1.1 400 Bad Request"), "{case}: {request:?}: {said}");
        }
        // A head that never ends is refused too, and bad clients harm nobody else.
        let mut endless = connect(&addr);
        endless.write_all(&[b'a'; 8 * 1024 + 1]).unwrap();
        endless.shutdown(Shutdown::Write).unwrap();
        assert!(whole(endless).starts_with("HTTP/1.1 400"), "{case}");
        let mut stream = connect(&addr);
        stream.write_all(b"GET /async HTTP/1.0\r\n\r\n").unwrap();
        assert!(whole(stream).starts_with("HTTP/1.1 200 OK"), "{case}: HTTP/1.0 closes by itself");
    }
}

#[test]
fn a_client_that_hangs_up_halfway_harms_nobody() {
    for case in CASES {
        let (_server, addr) = serve(case);
        for _ in 0..50 {
            let mut stream = connect(&addr);
            stream.write_all(b"GET /async HT").unwrap();
        }
        let mut stream = connect(&addr);
        stream.write_all(b"GET /async HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
        assert!(whole(stream).starts_with("HTTP/1.1 200 OK"), "{case}");
    }
}

/// On Linux, going on after a stop ends the operating system's wait, as any signal does.
#[cfg(unix)]
#[test]
fn a_server_that_was_stopped_while_it_waits_goes_on() {
    use nix::sys::signal::{Signal, kill};
    for case in CASES {
        let (server, addr) = serve(case);
        let pid = nix::unistd::Pid::from_raw(server.0.id().try_into().expect("a process id"));
        for _ in 0..3 {
            for signal in [Signal::SIGSTOP, Signal::SIGCONT] {
                thread::sleep(Duration::from_millis(10)); // it waits by now, or has stopped
                kill(pid, signal).expect("it runs");
            }
            let said = whole(tests::asked(&addr, "/async"));
            assert!(said.starts_with("HTTP/1.1 200 OK"), "{case}: {said}");
        }
    }
}

#[test]
fn the_traced_server_adds_its_polls_and_wakes_to_the_record() {
    let ran = tests::run("chap3", &["--case", "traced", "--requests", "2", "--json", "-"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let runs = read(&String::from_utf8(ran.stdout).unwrap()).unwrap();
    let run = &runs[0];
    assert!(run.events.iter().all(|event| event.at <= run.end.at), "in the run's own time");
    assert!(run.events.is_sorted_by_key(|event| event.at));
    // Not "done": the run ends with the answer's last byte, which the server may outlive or not.
    for what in ["spawned", "polled", "pending", "woken"] {
        let of = |lane: &str| run.events.iter().any(|e| e.lane == lane && e.what == what);
        assert!(of("task 1") && of("task 2"), "{what}: {:?}", run.events);
    }
    let task = run.fact("task-future").expect("the server's own facts are the run's");
    assert_eq!(task.unit, "bytes");
}

#[test]
fn a_server_without_a_trace_adds_no_events() {
    let ran = tests::run("chap3", &["--case", "our-runtime", "--requests", "2", "--json", "-"]);
    let runs = read(&String::from_utf8(ran.stdout).unwrap()).unwrap();
    assert!(runs[0].events.is_empty());
}
