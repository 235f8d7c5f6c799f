//! Clients who connect at one moment, ask, and stay. How many of them are answered?

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use while_you_wait::load::Target;
use while_you_wait::record::{Fact, Value};

// ANCHOR: ask-and-stay
const CLIENTS: usize = 100;

pub fn ask(target: &Target) -> Result<Vec<Fact>, String> {
    let (all_here, all_heard) = (Barrier::new(CLIENTS), Barrier::new(CLIENTS));
    let heard = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    all_here.wait();
                    let connected = TcpStream::connect(target.addr);
                    let heard = connected
                        .as_ref()
                        .is_ok_and(|stream| hears(stream, target));
                    // Nobody hangs up before everybody has had their answer, or has
                    // given up.
                    all_heard.wait();
                    heard
                })
            })
            .collect();
        clients
            .into_iter()
            .filter_map(|client| client.join().ok())
            .filter(|heard| *heard)
            .count()
    });
    let fact = |name: &str, count: usize| Fact {
        name: name.into(),
        value: Value::Number(count as f64),
        unit: "count".into(),
    };
    Ok(vec![fact("answered", heard), fact("left-waiting", CLIENTS - heard)])
}

fn hears(mut stream: &TcpStream, target: &Target) -> bool {
    let ask = format!("GET {} HTTP/1.1\r\nhost: here\r\n\r\n", target.path);
    let mut answer = [0; 12];
    stream.write_all(ask.as_bytes()).is_ok()
        && stream.set_read_timeout(Some(Duration::from_secs(2))).is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && answer == *b"HTTP/1.1 200"
}
// ANCHOR_END: ask-and-stay
