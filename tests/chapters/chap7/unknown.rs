//! An account that nobody has is 404, whichever driver looked for it; what is no number at all is 400.

use std::process::Command;
use std::time::Duration;

use chap7::database::blocking::Blocking;
use chap7::database::sqlite::{Sqlite, Writing};
use chap7::servers::one_writer::Writer;
use chap7::work::{Pool, Trouble, Work};

use super::{cluster, status};

const UNKNOWN: [&str; 4] = ["read 0", "read 1001", "change 0", "change -7"];

#[tokio::test]
async fn an_account_that_sqlite_does_not_have_is_404() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unknown.db");
    let database = Sqlite::open(&file, Pool::default(), Writing::default()).unwrap();
    let writer = Writer::start(&file, Duration::ZERO).unwrap();
    for text in UNKNOWN {
        let work: Work = text.parse().expect("a number is a number");
        let told = database.work(work, Duration::ZERO);
        assert_eq!(told, Err(Trouble::Missing), "{text}");
        assert_eq!(writer.work(work).await, Err(Trouble::Missing), "{text}");
    }
    assert_eq!(Trouble::Missing.status(), (404, false));
}

/// Each of the chapter's servers before PostgreSQL, asked as its clients ask.
fn is_404(cases: &[&str]) {
    let postgres = cluster("127.0.0.1:0");
    let (_payments, payments) = tests::serve("chap7", "payments");
    for case in cases {
        let mut server = Command::new(tests::example("chap7"));
        server.args(["serve", case, "--port", "0", "--delay", "1ms"]);
        server.args(["--beside", &format!("postgres={}", postgres.addr)]);
        if ["held", "let-go"].contains(case) {
            server.args(["--beside", &format!("payments={payments}")]);
        }
        let (_server, addr) = tests::start(&mut server, case);
        for text in UNKNOWN {
            assert_eq!(status(&addr, text), Some(404), "{case}: {text}");
        }
        for text in ["read x", "read 99999999999", "drop 1"] {
            assert_eq!(status(&addr, text), Some(400), "{case}: {text}");
        }
        assert_eq!(status(&addr, "change 7"), Some(200), "{case}");
    }
}

#[test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
fn an_account_that_postgresql_does_not_have_is_404() {
    is_404(&[
        "postgres-async",
        "postgres-blocking",
        "postgres-threads",
        "one-cancels",
        "held",
        "let-go",
    ]);
}

#[test]
#[ignore = "needs PostgreSQL and Python: python3 chapters/chap7/python/ready.py"]
fn an_account_that_nobody_has_is_404_in_fastapi() {
    is_404(&["fastapi-sync", "fastapi-async"]);
}
