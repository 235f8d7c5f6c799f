//! Clients who connect, and ask a moment later, as those do whose network is slow.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use while_you_wait::load::Target;
use while_you_wait::record::{Fact, Value};

// ANCHOR: a-moment-later
const CLIENTS: u64 = 100;

pub fn ask(target: &Target) -> Result<Vec<Fact>, String> {
    let answered = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|nth| {
                scope.spawn(move || {
                    thread::sleep(Duration::from_millis(10 * nth));
                    a_moment_later(target).unwrap_or(false)
                })
            })
            .collect();
        clients
            .into_iter()
            .filter_map(|client| client.join().ok())
            .filter(|ok| *ok)
            .count()
    });
    let fact = |name: &str, count: f64| Fact {
        name: name.into(),
        value: Value::Number(count),
        unit: "count".into(),
    };
    Ok(vec![
        fact("heard", answered as f64),
        fact("cut-off", CLIENTS as f64 - answered as f64),
    ])
}

fn a_moment_later(target: &Target) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(target.addr)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    thread::sleep(Duration::from_millis(20));
    let ask = format!(
        "GET {} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n",
        target.path
    );
    stream.write_all(ask.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}
// ANCHOR_END: a-moment-later
