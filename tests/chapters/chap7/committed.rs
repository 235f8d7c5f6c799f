//! What somebody was told of is there, whatever happens then.

use std::time::{Duration, Instant};

use chap7::database::access::Access;
use chap7::database::blocking::{Blocking, Postgres};
use chap7::database::sqlite::{Sqlite, Writing};
use chap7::work::{Pool, Trouble, Work};

use super::{cluster, post};

#[test]
fn a_full_disk_is_said_and_what_was_committed_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("full.db");
    let full = Writing { pages: Some(1), ..Writing::default() };
    drop(Sqlite::open(&file, Pool::default(), Writing::default()).unwrap());
    // The file has no room for one page more: its rows can be changed, and none can be added.
    let pool = Pool { size: 1, ..Pool::default() };
    let database = Sqlite::open(&file, pool, full).unwrap();
    let before = database.work(Work::Read(7), Duration::ZERO).unwrap().answer;
    let connection = chap7::database::sqlite::open(&file, full).unwrap();
    let grown = connection.execute_batch(
        "begin immediate; create table more (what blob);
         with recursive n(n) as (select 1 union all select n + 1 from n where n < 10000)
         insert into more select zeroblob(1000) from n; commit",
    );
    let trouble = Trouble::from(grown.expect_err("there is no room"));
    assert_eq!((trouble.clone(), trouble.status().0), (Trouble::Full, 507));
    drop(connection);
    assert_eq!(database.work(Work::Read(7), Duration::ZERO).unwrap().answer, before);
}

/// A writer that is killed in the middle loses nothing that it has told anybody of.
#[test]
fn what_sqlite_has_committed_outlives_its_server() {
    let (mut server, addr) = tests::serve("chap7", "wal");
    let told = tests::get(&addr, "/database");
    let file = told.split("sqlite ").nth(1).expect("it says where").trim().to_string();
    let copy = tempfile::tempdir().unwrap();
    let kept = copy.path().join("kept.db");
    let client = std::thread::spawn({
        let addr = addr.clone();
        move || {
            let (mut told, began) = (100, Instant::now());
            while began.elapsed() < Duration::from_secs(1) {
                told = post(&addr, "change 9").unwrap_or(told);
            }
            told
        }
    });
    let told = client.join().unwrap();
    // As the disk has it now, with nobody asked to close anything.
    for end in ["", "-wal"] {
        std::fs::copy(format!("{file}{end}"), format!("{}{end}", kept.display())).unwrap();
    }
    let _ = server.0.kill();
    let found = chap7::database::sqlite::open(&kept, Writing::default()).unwrap();
    let balance: i64 =
        found.query_row("select balance from accounts where id = 9", [], |row| row.get(0)).unwrap();
    assert!(told > 100 && balance == told, "told {told}, kept {balance}");
}

/// One of its processes is killed: PostgreSQL throws the others out, reads its log again, and goes
/// on by itself. Nothing is lost that somebody was told of.
#[cfg(unix)]
#[test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
fn what_postgresql_has_committed_outlives_its_crash() {
    use nix::sys::signal::{Signal, kill};
    let postgres = cluster("127.0.0.1:0");
    let access = Access::of(postgres.addr);
    let database = Postgres::new(&access, Pool { size: 1, ..Pool::default() }).unwrap();
    let change = || database.work(Work::Change(9), Duration::ZERO);
    let mut onlooker = access.now().expect("it answers");
    let pid: i32 = onlooker.query_one("select pg_backend_pid()", &[]).unwrap().get(0);
    let mut told = 100;
    std::thread::scope(|scope| {
        let changes = scope.spawn(|| {
            let mut told = 100;
            loop {
                match change() {
                    Ok(done) => told = done.answer,
                    Err(why) => break (told, why),
                }
            }
        });
        while told < 110 {
            told = onlooker
                .query_one("select balance from accounts where id = 9", &[])
                .unwrap()
                .get(0);
        }
        kill(nix::unistd::Pid::from_raw(pid), Signal::SIGKILL).expect("it lives");
        let (last, why) = changes.join().unwrap();
        assert!(matches!(why, Trouble::Away(_)), "{why}");
        told = last;
    });
    let mut found = 0;
    let back = tests::comes_true(|| match database.work(Work::Read(9), Duration::ZERO) {
        Ok(done) => {
            found = done.answer;
            true
        }
        Err(why) => {
            assert_eq!(why.status().0, 503, "{why}");
            false
        }
    });
    assert!(back, "it never came back");
    // The last change may have been kept with nobody told of it.
    assert!((told..=told + 1).contains(&found), "told {told}, kept {found}");
}
