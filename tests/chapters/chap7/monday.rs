//! What the page has for Monday: the pool is as large as it says, and who finds it empty is refused soon.

use std::sync::mpsc;
use std::thread;

use chap7::database::access::Access;

use super::cluster;

/// Twenty ask at once and each waits for a lock; ten have a connection, and ten are refused before
/// anybody is answered.
#[test]
#[ignore = "needs PostgreSQL and Python: python3 chapters/chap7/python/ready.py"]
fn ten_have_a_connection_and_who_waits_is_told_to_come_again() {
    let postgres = cluster("127.0.0.1:0");
    let access = Access::of(postgres.addr);
    let mut server = tests::python("chap7", "python");
    server.arg(tests::root().join("chapters/chap7/python/serve.py"));
    server
        .args(["--app", "monday", "--port", "0"])
        .env("DELAY", "0")
        .env("DATABASE", format!("{}:{}@{}/postgres", access.user, access.password, access.addr));
    let (_server, addr) = tests::start(&mut server, "monday");

    for driver in ["sync", "async"] {
        let set = tests::get(&addr, &format!("/{driver}/settings"));
        assert!(set.ends_with("5s 10s"), "{driver}: {set}");

        let mut locking = access.now().unwrap();
        locking.execute("select pg_advisory_lock(7)", &[]).unwrap();
        let (telling, told) = mpsc::channel();
        for _ in 0..20 {
            let (telling, addr) = (telling.clone(), addr.clone());
            thread::spawn(move || telling.send(tests::get(&addr, &format!("/{driver}/lock"))));
        }
        let next = || told.recv_timeout(tests::PATIENCE).expect("everybody is answered");
        for _ in 0..10 {
            let answer = next().to_lowercase();
            assert!(answer.starts_with("http/1.1 503"), "{driver}: {answer}");
            assert!(answer.contains("retry-after: 1"), "{driver}: {answer}");
        }
        drop(locking); // and the lock goes with its session
        for _ in 0..10 {
            let answer = next();
            assert!(answer.starts_with("HTTP/1.1 200"), "{driver}: {answer}");
        }
    }
}
