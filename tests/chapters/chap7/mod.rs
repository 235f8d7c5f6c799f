//! Chapter 7's faults: no database, a wrong password, one that dies in the middle, a full disk, and
//! what is left behind by whoever is killed.

mod away;
mod committed;
mod killed;
mod left;
mod monday;
mod refusals;
mod unknown;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;

use chap7::database::cluster::Cluster;

fn nowhere() -> SocketAddr {
    // Bound and let go: nobody listens there.
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The one sentence of a chapter that could not do what it was told.
fn refused(args: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new(tests::example("chap7"));
    let output = tests::output(command.args(args).envs(variables.iter().copied()));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
    (output.status.code(), said)
}

/// The number in an answer, where it is one.
fn post(addr: &str, work: &str) -> Option<i64> {
    answer(addr, work)?.split("\r\n\r\n").nth(1)?.trim().parse().ok()
}

/// The status of an answer, where there is one.
fn status(addr: &str, work: &str) -> Option<u16> {
    answer(addr, work)?.split(' ').nth(1)?.parse().ok()
}

fn answer(addr: &str, work: &str) -> Option<String> {
    let mut stream = TcpStream::connect(addr).ok()?;
    let length = work.len();
    write!(stream, "POST /query HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\n\r\n{work}").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

const NEEDS: &str = "PostgreSQL is installed: see .ci/run";

fn cluster(addr: &str) -> Cluster {
    Cluster::start(addr.parse().unwrap()).map_err(|why| why.to_string()).expect(NEEDS)
}
