//! Whatever cannot be done is said in one sentence, before anybody is served.

use std::process::Command;

use chap7::database::access::{Access, PASSWORD};
use chap7::database::awaiting::Awaiting;
use chap7::database::blocking::Postgres;
use chap7::database::cluster::FOLDER;
use chap7::database::sqlite::{Sqlite, Writing};
use chap7::work::{Pool, Work};

use super::{cluster, nowhere, refused};

#[test]
fn a_server_without_its_database_says_so_and_ends() {
    let beside = format!("postgres={}", nowhere());
    let serve = ["serve", "postgres-async", "--port", "0", "--beside", &beside];
    let (status, said) = refused(&serve, &[]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("no PostgreSQL answers at 127.0.0.1:"), "{said}");
}

#[test]
fn without_postgresql_the_chapter_says_what_brings_it() {
    let (status, said) = refused(&["serve", "postgres", "--port", "0"], &[(FOLDER, "")]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("apt-get install postgresql"), "{said}");

    let mut command = Command::new(tests::example("chap7"));
    command.args(["--experiment", "connections"]).env(FOLDER, "");
    let output = tests::output(&mut command);
    assert!(output.status.success(), "it goes on without");
    assert!(String::from_utf8_lossy(&output.stdout).contains("apt-get install postgresql"));
}

#[test]
fn a_pool_of_nobody_is_refused() {
    let none = Pool { size: 0, ..Pool::default() };
    let access = Access::of(nowhere());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none.db");
    let refusals = [
        Awaiting::new(&access, none).err(),
        Postgres::new(&access, none).err(),
        Sqlite::open(&file, none, Writing::default()).err(),
    ];
    for refusal in refusals {
        let why = refusal.expect("it is refused").to_string();
        assert!(why.contains("would let everybody wait for ever"), "{why}");
    }
}

#[test]
fn work_that_nobody_knows_is_refused_with_what_is_known() {
    for text in ["drop", "read 99999999999", "change x", "read"] {
        let read = text.parse::<Work>();
        assert_eq!(read.is_ok(), text == "read", "{text}: {read:?}");
    }
}

/// What the page says of the sync driver: it has a runtime inside, and does not begin within another.
#[tokio::test]
async fn the_sync_driver_panics_in_an_async_handler() {
    let access = Access::of(nowhere());
    let called = std::panic::catch_unwind(|| access.now().map(drop).is_ok());
    let why = called.expect_err("it does not even connect");
    let why = why.downcast_ref::<&str>().map(ToString::to_string);
    assert!(why.is_some_and(|why| why.contains("Cannot start a runtime from within a runtime")));
}

#[test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
fn a_wrong_password_is_said_in_one_sentence() {
    let postgres = cluster("127.0.0.1:0");
    let beside = format!("postgres={}", postgres.addr);
    let serve = ["serve", "postgres-async", "--port", "0", "--beside", &beside];
    let (status, said) = refused(&serve, &[(PASSWORD, "wrong")]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("does not take chap7's password"), "{said}");
}

#[test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
fn a_taken_port_is_said_in_one_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (status, said) = refused(&["serve", "postgres", "--port", &port], &[]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains(&format!("port {port} of 127.0.0.1 is taken")), "{said}");
}
