//! Sockets: many at once, one that resets, one that is dropped while a task waits for it.

use std::future::poll_fn;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::thread;
use std::time::Duration;

use hyper::rt::Write as _;
use while_you_wait::runtime::hyper_io::HyperIo;
use while_you_wait::runtime::net::{TcpListener, TcpStream};
use while_you_wait::runtime::{held, sleep, spawn, yield_now};

use crate::runtime::within_patience;

fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().expect("an address")
}

/// Sends back what comes, until the peer is done.
async fn echo(mut stream: TcpStream) -> std::io::Result<usize> {
    let mut total = 0;
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Ok(total);
        }
        total += read;
        stream.write_all(&buffer[..read]).await?;
    }
}

/// One more client says this, and all of it comes, whatever becomes of others.
async fn is_served(listener: &mut TcpListener, said: &[u8]) {
    let address = listener.local_addr().expect("its address");
    let mut client = std::net::TcpStream::connect(address).expect("it connects");
    let (stream, _) = listener.accept().await.expect("it accepts");
    let echoing = spawn(echo(stream));
    client.write_all(said).expect("it writes");
    client.shutdown(Shutdown::Write).expect("it is done");
    assert_eq!(echoing.await.expect("no panic").expect("no error"), said.len());
}

#[test]
fn five_hundred_connections_at_once() {
    const CONNECTIONS: usize = 500;
    let total: usize = within_patience(|| async {
        let mut listener = TcpListener::bind(any_port()).expect("a port");
        let address = listener.local_addr().expect("its address");
        let client = thread::spawn(move || {
            // All open before the first byte, all answered in the opposite order.
            let mut streams: Vec<_> = (0..CONNECTIONS)
                .map(|_| std::net::TcpStream::connect(address).expect("it connects"))
                .collect();
            for (n, stream) in streams.iter_mut().enumerate() {
                write!(stream, "hello from {n}").expect("it writes");
                stream.shutdown(Shutdown::Write).expect("it is done");
            }
            for (n, mut stream) in streams.into_iter().enumerate().rev() {
                let mut answer = String::new();
                stream.read_to_string(&mut answer).expect("it reads");
                assert_eq!(answer, format!("hello from {n}"));
            }
        });
        let mut tasks = Vec::new();
        for _ in 0..CONNECTIONS {
            let (stream, _) = listener.accept().await.expect("it accepts");
            tasks.push(spawn(echo(stream)));
        }
        let mut total = 0;
        for task in tasks {
            total += task.await.expect("no panic").expect("no error");
        }
        client.join().expect("the client saw all its answers");
        assert_eq!(held().waits, 0);
        total
    });
    let sent: usize = (0..CONNECTIONS).map(|n| format!("hello from {n}").len()).sum();
    assert_eq!(total, sent);
}

#[test]
fn a_peer_that_does_not_read_stops_its_own_task_only() {
    // Far more than the buffers between two sockets hold: the writer has to wait for the reader.
    const BYTES: usize = 8 * 1024 * 1024;
    within_patience(|| async {
        let mut listener = TcpListener::bind(any_port()).expect("a port");
        let address = listener.local_addr().expect("its address");
        let mut slow = std::net::TcpStream::connect(address).expect("it connects");
        let (mut stream, _) = listener.accept().await.expect("it accepts");
        let writer = spawn(async move { stream.write_all(&vec![7; BYTES]).await });
        while held().waits == 0 {
            yield_now().await;
        }
        is_served(&mut listener, b"still there?").await;

        let reader = thread::spawn(move || {
            let mut all = Vec::new();
            slow.read_to_end(&mut all).map(|_| all.len())
        });
        writer.await.expect("no panic").expect("all was taken in the end");
        assert_eq!(reader.join().expect("no panic").expect("it reads"), BYTES);
    });
}

#[test]
fn a_peer_that_resets_is_an_error_to_its_task_and_to_no_other() {
    within_patience(|| async {
        let mut listener = TcpListener::bind(any_port()).expect("a port");
        let address = listener.local_addr().expect("its address");
        let rude = std::net::TcpStream::connect(address).expect("it connects");
        let (mut stream, _) = listener.accept().await.expect("it accepts");
        // Bytes that it has not read when it closes: that is what makes its system send a reset.
        stream.write_all(b"unread").await.expect("it writes");
        let reading = spawn(async move { stream.read(&mut [0; 16]).await });
        while held().waits == 0 {
            yield_now().await;
        }
        drop(rude);
        let outcome = reading.await.expect("an error is no panic");
        // Not every system says reset: some call it the end of the stream.
        assert!(matches!(outcome, Err(_) | Ok(0)), "{outcome:?}");
        is_served(&mut listener, b"hello").await;
    });
}

#[test]
fn a_task_that_is_dropped_while_it_reads_is_forgotten_and_its_peer_sees_the_end() {
    within_patience(|| async {
        let mut listener = TcpListener::bind(any_port()).expect("a port");
        let address = listener.local_addr().expect("its address");
        let mut client = std::net::TcpStream::connect(address).expect("it connects");
        let (stream, _) = listener.accept().await.expect("it accepts");
        let echoing = spawn(echo(stream));
        while held().waits == 0 {
            yield_now().await;
        }
        echoing.abort();
        assert!(echoing.await.is_err());
        assert_eq!(held().waits, 0);
        let mut rest = Vec::new();
        let reader = thread::spawn(move || client.read_to_end(&mut rest));
        sleep(Duration::from_millis(1)).await;
        assert_eq!(reader.join().expect("no panic").expect("a plain end"), 0);
    });
}

#[test]
fn bytes_that_come_one_at_a_time_all_come() {
    let total = within_patience(|| async {
        let mut listener = TcpListener::bind(any_port()).expect("a port");
        let address = listener.local_addr().expect("its address");
        let client = thread::spawn(move || {
            let mut stream = std::net::TcpStream::connect(address).expect("it connects");
            stream.set_nodelay(true).expect("an option");
            for n in 0..=255u8 {
                stream.write_all(&[n]).expect("it writes");
                let mut back = [0];
                stream.read_exact(&mut back).expect("it comes back");
                assert_eq!(back, [n]);
            }
        });
        let (stream, _) = listener.accept().await.expect("it accepts");
        let total = echo(stream).await.expect("no error");
        client.join().expect("all came back");
        total
    });
    assert_eq!(total, 256);
}

/// Who has said all may still listen; hyper ends what it says in this way.
#[test]
fn a_peer_reads_the_end_of_what_was_shut_down_and_goes_on_writing() {
    let heard = within_patience(|| async {
        let mut listener = TcpListener::bind(any_port()).expect("a port");
        let address = listener.local_addr().expect("its address");
        let client = thread::spawn(move || {
            let mut stream = std::net::TcpStream::connect(address).expect("it connects");
            let mut said = String::new();
            stream.read_to_string(&mut said).expect("it reads to the end");
            stream.write_all(said.as_bytes()).expect("the other half is open");
        });
        let (mut stream, _) = listener.accept().await.expect("it accepts");
        stream.write_all(b"all").await.expect("it writes");
        let mut io = HyperIo(stream);
        poll_fn(|cx| Pin::new(&mut io).poll_shutdown(cx)).await.expect("it is open");
        let mut buffer = [0; 8];
        let read = io.0.read(&mut buffer).await.expect("it reads");
        client.join().expect("no panic");
        buffer[..read].to_vec()
    });
    assert_eq!(heard, b"all");
}
