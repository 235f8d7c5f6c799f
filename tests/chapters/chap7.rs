//! Chapter 7's faults: no database, a wrong password, one that dies in the middle, a full disk, and
//! what is left behind by whoever is killed.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chap7::database::access::{Access, PASSWORD};
use chap7::database::awaiting::Awaiting;
use chap7::database::blocking::{Blocking, Postgres};
use chap7::database::cluster::{Cluster, FOLDER};
use chap7::database::sqlite::{Sqlite, Writing};
use chap7::work::{Pool, Trouble, Work};

fn nowhere() -> SocketAddr {
    // Bound and let go: nobody listens there.
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The one sentence of a chapter that could not do what it was told.
fn refused(args: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new(tests::example("chap7"));
    let output = tests::output(command.args(args).envs(variables.iter().copied()));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
    (output.status.code(), said)
}

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
    for text in ["drop", "read 0", "read 1001", "change x", "read"] {
        let read = text.parse::<Work>();
        assert_eq!(read.is_ok(), text == "read", "{text}: {read:?}");
    }
}

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

/// The number in an answer, where it is one.
fn post(addr: &str, work: &str) -> Option<i64> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(addr).ok()?;
    let length = work.len();
    write!(stream, "POST /query HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{work}").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split("\r\n\r\n").nth(1)?.trim().parse().ok()
}

/// The folder of a killed server is swept by a shell that outlives it.
#[cfg(unix)]
#[test]
fn a_killed_server_leaves_no_file() {
    let (mut server, addr) = tests::serve("chap7", "sqlite-blocking");
    let told = tests::get(&addr, "/database");
    let file =
        std::path::PathBuf::from(told.split("sqlite ").nth(1).expect("it says where").trim());
    assert!(file.exists());
    server.0.kill().unwrap();
    let _ = server.0.wait();
    let patience = Instant::now() + tests::PATIENCE;
    while file.exists() {
        assert!(Instant::now() < patience, "{} is still there", file.display());
        std::thread::sleep(Duration::from_millis(10));
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

const NEEDS: &str = "PostgreSQL is installed: see .ci/run";

fn cluster(addr: &str) -> Cluster {
    Cluster::start(addr.parse().unwrap()).map_err(|why| why.to_string()).expect(NEEDS)
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

#[tokio::test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
async fn a_statement_that_takes_too_long_is_ended_and_its_connection_is_good() {
    let postgres = tokio::task::spawn_blocking(|| cluster("127.0.0.1:0")).await.unwrap();
    let hurried = Pool { size: 1, statement: Duration::from_millis(100), ..Pool::default() };
    let database = Awaiting::new(&Access::of(postgres.addr), hurried).unwrap();
    let long = database.work(Work::Wait, Duration::from_secs(30)).await;
    assert_eq!(long, Err(Trouble::TooLong));
    let next = database.work(Work::Read(1), Duration::ZERO).await;
    assert_eq!(next.unwrap().answer, 100);
}

/// Killed in the middle: whoever was served is told, whoever comes then is told at once, and all is
/// well when it is back.
#[tokio::test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
async fn a_database_that_dies_is_503_at_once_and_the_pool_recovers() {
    let postgres = tokio::task::spawn_blocking(|| cluster("127.0.0.1:0")).await.unwrap();
    let addr = postgres.addr;
    let database = Awaiting::new(&Access::of(addr), Pool::default()).unwrap();
    let served = tokio::spawn({
        let database = database.clone();
        async move { database.work(Work::Wait, Duration::from_secs(30)).await }
    });
    database.work(Work::Read(1), Duration::ZERO).await.unwrap();
    tokio::task::spawn_blocking(move || drop(postgres)).await.unwrap();

    let told = served.await.unwrap().expect_err("its database is gone");
    assert_eq!(told.status().0, 503, "{told}");
    let began = Instant::now();
    for _ in 0..8 {
        let told = database.work(Work::Read(1), Duration::ZERO).await.expect_err("it is gone");
        assert_eq!(told.status(), (503, true), "{told}");
    }
    assert!(began.elapsed() < tests::PATIENCE / 2, "eight refusals took {:?}", began.elapsed());

    let back = tokio::task::spawn_blocking(move || Arc::new(cluster(&addr.to_string()))).await;
    let next = database.work(Work::Read(1), Duration::ZERO).await;
    assert_eq!(next.unwrap().answer, 100, "the pool makes new connections");
    tokio::task::spawn_blocking(move || drop(back)).await.unwrap();
}

/// The same of a pool that would rather wait.
#[test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
fn who_would_wait_on_a_thread_for_a_database_that_is_away_is_refused_at_once() {
    let postgres = cluster("127.0.0.1:0");
    let addr = postgres.addr;
    let settings = Pool { wait: tests::PATIENCE, ..Pool::default() };
    let database = Postgres::new(&Access::of(addr), settings).unwrap();
    database.work(Work::Read(1), Duration::ZERO).unwrap();
    drop(postgres);

    let began = Instant::now();
    for _ in 0..2 * settings.size {
        let told = database.work(Work::Read(1), Duration::ZERO).expect_err("it is gone");
        assert!(matches!(told, Trouble::Away(_)), "{told}");
    }
    assert!(began.elapsed() < settings.wait, "refusals took {:?}", began.elapsed());

    let _back = cluster(&addr.to_string());
    assert_eq!(database.work(Work::Read(1), Duration::ZERO).unwrap().answer, 100);
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

/// What somebody else left in the folder for temporary files is neither used nor taken away.
#[cfg(unix)]
#[test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
fn an_old_clusters_folder_is_nobodys_trouble() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    // PostgreSQL is not run by root, and whoever runs it must get in.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let old = folder.path().join("chap7.before/data");
    std::fs::create_dir_all(&old).unwrap();
    std::fs::write(old.join("postmaster.pid"), format!("{}\n", std::process::id())).unwrap();

    let mut program = Command::new(tests::example("chap7"));
    program.args(["serve", "postgres", "--port", "0"]).env("TMPDIR", folder.path());
    let (server, addr) = tests::start(&mut program, "postgres");
    assert!(Access::of(addr.parse().unwrap()).check().is_ok());
    let clusters = || std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(clusters(), 2, "the old one and the new one");
    drop(server);
    assert!(tests::comes_true(|| clusters() == 1), "its own goes with it");
    assert!(old.join("postmaster.pid").exists());
}

/// Nobody could end it any more: its stdin is closed by the system.
#[cfg(unix)]
#[test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
fn a_postgresql_whose_program_is_killed_is_gone() {
    let (mut server, addr) = tests::serve("chap7", "postgres");
    assert!(Access::of(addr.parse().unwrap()).check().is_ok());
    server.0.kill().unwrap();
    let _ = server.0.wait();
    let patience = Instant::now() + tests::PATIENCE;
    while std::net::TcpStream::connect(&addr).is_ok() {
        assert!(Instant::now() < patience, "PostgreSQL still listens at {addr}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
