//! Chapter 7. Most handlers wait for a database, and there are fewer connections to it than requests.
//! Who waits for whom, and what is left when somebody goes?

use std::process::ExitCode;

use chap7::servers::payments;
use while_you_wait::{Case, Chapter, Failure, Serve};

mod cases;
mod experiments;

use cases::{postgres, sqlite};

const POSTGRES: &[&str] = &["postgres"];

/// Its name, what is special about it, how it serves, and what it needs beside it.
type Row = (
    &'static str,
    &'static str,
    fn(&Serve) -> Result<(), Failure>,
    &'static [&'static str],
);

#[rustfmt::skip] // a table is read in rows
const CASES: &[Row] = &[
    ("postgres", "the database itself, in a folder of its own", postgres::database, &[]),
    ("payments", "another service, which takes its time", payments::serve, &[]),

    ("sqlite-inline", "SQLite in an async handler", sqlite::inline, &[]),
    ("sqlite-blocking", "SQLite on the blocking pool", sqlite::blocking, &[]),
    ("sqlite-threads", "SQLite, and a thread per request", sqlite::threads, &[]),

    ("postgres-blocking", "a sync driver on the blocking pool", postgres::blocking, POSTGRES),
    ("postgres-threads", "a sync driver, and a thread per request", postgres::threads, POSTGRES),
    ("postgres-async", "an async driver", postgres::awaiting, POSTGRES),
    ("fastapi-sync", "FastAPI, SQLAlchemy and psycopg, def", postgres::fastapi_sync, POSTGRES),
    ("fastapi-async", "FastAPI, SQLAlchemy and asyncpg, async def", postgres::fastapi_async, POSTGRES),

    ("pool-1", "one connection", postgres::pool::<1>, POSTGRES),
    ("pool-2", "two connections", postgres::pool::<2>, POSTGRES),
    ("pool-4", "four connections", postgres::pool::<4>, POSTGRES),
    ("pool-8", "eight connections", postgres::pool::<8>, POSTGRES),
    ("pool-16", "sixteen connections", postgres::pool::<16>, POSTGRES),
    ("pool-64", "sixty-four connections", postgres::pool::<64>, POSTGRES),

    ("for-ever-threads", "waits for a connection, on a thread, however long", postgres::for_ever_threads, POSTGRES),
    ("for-ever", "waits for a connection, however long", postgres::for_ever, POSTGRES),
    ("a-while", "waits three queries long, then says 503", postgres::a_while, POSTGRES),
    ("at-once", "says 503 when no connection is free", postgres::at_once, POSTGRES),
    ("short-queue", "lets eight wait, and says 503 to more", postgres::short_queue, POSTGRES),

    ("two-for-ever", "takes a second connection, however long that takes", postgres::two_for_ever, POSTGRES),
    ("two-in-time", "takes a second connection, or gives up", postgres::two_in_time, POSTGRES),
    ("one-lent", "lends the one that it has", postgres::one_lent, POSTGRES),
    ("two-pools", "takes the second from another pool", postgres::two_pools, POSTGRES),

    ("held", "keeps its transaction open while it asks to be paid", postgres::held, &["postgres", "payments"]),
    ("let-go", "asks to be paid, and then begins", postgres::let_go, &["postgres", "payments"]),

    ("one-async", "an async driver, and one connection", postgres::one_async, POSTGRES),
    ("one-cancels", "the same, and who leaves ends their query", postgres::one_cancels, POSTGRES),
    ("one-blocking", "a sync driver on the blocking pool, and one connection", postgres::one_blocking, POSTGRES),
    ("one-threads", "a sync driver, a thread per request, and one connection", postgres::one_threads, POSTGRES),
    ("one-fastapi-sync", "FastAPI with psycopg, and one connection", postgres::one_fastapi_sync, POSTGRES),
    ("one-fastapi-async", "FastAPI with asyncpg, and one connection", postgres::one_fastapi_async, POSTGRES),
    ("one-sqlite", "SQLite on the blocking pool, and one connection", sqlite::one, &[]),

    ("journal", "SQLite with its rollback journal", sqlite::journal, &[]),
    ("wal", "SQLite with a write-ahead log", sqlite::wal, &[]),
    ("wal-read-first", "the same, and says late that it will write", sqlite::read_first, &[]),
    ("wal-impatient", "the same, and waits for nobody", sqlite::impatient, &[]),
    ("one-writer", "the same, and one task writes for all", sqlite::one_writer, &[]),
];

const BESIDE: [(&str, &[&str]); CASES.len()] = {
    let mut beside: [(&str, &[&str]); CASES.len()] = [("", &[]); CASES.len()];
    let mut at = 0;
    while at < CASES.len() {
        beside[at] = (CASES[at].0, CASES[at].3);
        at += 1;
    }
    beside
};

fn main() -> ExitCode {
    let case =
        |&(name, about, serve, _): &_| Case { name, about, path: "/query", serve };
    Chapter {
        name: "chap7",
        title: "Waiting for a database",
        question: "Most handlers wait for a database, and there are fewer connections to it than requests. Who waits for whom, and what is left when somebody goes?",
        cases: CASES.iter().map(case).collect(),
        experiments: experiments::all(),
        beside: &BESIDE,
    }
    .main()
}
