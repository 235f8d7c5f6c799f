//! Why must one read until there is nothing left, and only then wait? The operating
//! system tells of a change, once. Who leaves bytes lying and waits to be told of
//! them waits for ever.

use std::io::{self, ErrorKind, Read, Write};
use std::time::Duration;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

// ANCHOR: told-once
/// Whether the system has any news of our socket, waiting for it for a while.
fn is_told(poll: &mut Poll, events: &mut Events) -> io::Result<bool> {
    poll.poll(events, Some(Duration::from_millis(200)))?;
    Ok(events.iter().any(|event| event.is_readable()))
}

fn main() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(8);
    let (mut client, mut server) = connected_pair()?;
    poll.registry().register(&mut server, Token(0), Interest::READABLE)?;

    client.write_all(b"GET / HTTP/1.1\r\n\r\n")?;
    println!("eighteen bytes come:     told {}", is_told(&mut poll, &mut events)?);

    let mut some = [0; 4];
    server.read_exact(&mut some)?;
    println!("four read, fourteen lie: told {}", is_told(&mut poll, &mut events)?);

    let rest = read_until_it_would_block(&mut server)?;
    println!(
        "the {rest} read, none lie:   told {}",
        is_told(&mut poll, &mut events)?
    );

    client.write_all(b"GET / HTTP/1.1\r\n\r\n")?;
    println!("the next bytes come:     told {}", is_told(&mut poll, &mut events)?);
    Ok(())
}

/// Reads what is there. "Would block" is the promise that the next change will be
/// told.
fn read_until_it_would_block(stream: &mut TcpStream) -> io::Result<usize> {
    let mut total = 0;
    loop {
        match stream.read(&mut [0; 64]) {
            Ok(0) => return Ok(total),
            Ok(read) => total += read,
            Err(why) if why.kind() == ErrorKind::WouldBlock => return Ok(total),
            Err(why) => return Err(why),
        }
    }
}
// ANCHOR_END: told-once

/// A blocking client, and the server's non-blocking end of the same connection.
fn connected_pair() -> io::Result<(std::net::TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0".parse().expect("an address"))?;
    let client = std::net::TcpStream::connect(listener.local_addr()?)?;
    loop {
        match listener.accept() {
            Ok((server, _)) => return Ok((client, server)),
            Err(why) if why.kind() == ErrorKind::WouldBlock => {
                std::thread::yield_now()
            }
            Err(why) => return Err(why),
        }
    }
}
