//! The database's first process is killed, and with it all others; whoever is in charge starts it again
//! on what it left.

#![cfg(unix)]

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Instant;

use chap7::database::access::Access;
use chap7::database::cluster::{installed, shell};
use tempfile::TempDir;

use super::{NEEDS, post, status};

/// A PostgreSQL whose folder stays when it ends.
struct Kept {
    addr: SocketAddr,
    folder: TempDir,
    postmaster: Child,
}

impl Kept {
    fn new() -> Kept {
        let folder = tempfile::tempdir().unwrap();
        // PostgreSQL is not run by root, and whoever runs it must get in.
        let everybody = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(folder.path(), everybody).unwrap();
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let Access { user, .. } = Access::of(addr);
        let make = r#""$1"/initdb -D data -U "$2" --auth trust --no-sync >log 2>&1"#;
        let made = by(folder.path(), make).arg(user).status().expect("a shell");
        assert!(made.success(), "{}", said(folder.path()));
        let postmaster = start(folder.path(), addr);
        let kept = Kept { addr, folder, postmaster };
        let answers = tests::comes_true(|| kept.answers());
        assert!(answers, "it does not answer: {}", said(kept.folder.path()));
        kept.access().now().unwrap().batch_execute(ACCOUNTS).unwrap();
        kept
    }

    fn access(&self) -> Access {
        Access::of(self.addr)
    }

    fn answers(&self) -> bool {
        self.access().check().is_ok()
    }

    /// Its processes that have a client or do PostgreSQL's own work.
    fn children(&self) -> Vec<u32> {
        let mut onlooker = self.access().now().unwrap();
        let all = onlooker.query("select pid from pg_stat_activity", &[]).unwrap();
        all.iter().map(|row| row.get::<_, i32>(0) as u32).collect()
    }

    fn kill(&mut self) {
        self.postmaster.kill().unwrap();
        self.postmaster.wait().unwrap();
    }

    /// Where one of the old processes is still about to end, PostgreSQL will not start beside it.
    fn start_again(&mut self) {
        let back = tests::comes_true(|| {
            if !matches!(self.postmaster.try_wait(), Ok(None)) {
                self.postmaster = start(self.folder.path(), self.addr);
            }
            self.answers()
        });
        assert!(back, "it does not start again: {}", said(self.folder.path()));
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.postmaster.kill();
        let _ = self.postmaster.wait();
    }
}

const ACCOUNTS: &str = "
    create table accounts (id int primary key, balance bigint not null);
    insert into accounts select id, 100 from generate_series(1, 1000) id;
";

/// By whoever may run PostgreSQL, in that folder.
fn by(folder: &Path, script: &str) -> Command {
    let mut command = shell();
    command.args(["-c", script, "kept"]).arg(installed().expect(NEEDS)).current_dir(folder);
    command
}

/// What it said last.
fn said(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap_or_default()
}

fn start(folder: &Path, addr: SocketAddr) -> Child {
    let serve = r#"exec "$1"/postgres -D data -p "$2" -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories= >log 2>&1"#;
    by(folder, serve).arg(addr.port().to_string()).spawn().expect("a shell")
}

fn survives(case: &str) {
    let mut postgres = Kept::new();
    let mut server = Command::new(tests::example("chap7"));
    server.args(["serve", case, "--port", "0", "--delay", "1ms"]);
    server.args(["--beside", &format!("postgres={}", postgres.addr)]);
    let (_server, addr) = tests::start(&mut server, case);

    // Four clients, each with an account of its own: what each was told last.
    let told: Vec<AtomicI64> = (0..4).map(|_| AtomicI64::new(100)).collect();
    let children = std::thread::scope(|scope| {
        for (nth, told) in told.iter().enumerate() {
            let addr = &addr;
            scope.spawn(move || {
                while let Some(balance) = post(addr, &format!("change {}", 1 + nth)) {
                    told.store(balance, Relaxed);
                }
            });
        }
        let all_were_served = || told.iter().all(|told| told.load(Relaxed) > 105);
        let served = tests::comes_true(all_were_served);
        let children = postgres.children();
        // In the middle of whatever is under way; a client ends at its first answer without a number.
        postgres.kill();
        assert!(served, "{case}: nobody was served");
        children
    });

    let began = Instant::now();
    for _ in 0..8 {
        assert_eq!(status(&addr, "read 1"), Some(503), "{case}");
    }
    assert!(began.elapsed() < tests::PATIENCE / 2, "{case}: refusals took {:?}", began.elapsed());
    for child in children {
        assert!(tests::comes_true(|| tests::is_gone(child)), "{case}: process {child} goes on");
    }
    let stale = postgres.folder.path().join("data/postmaster.pid");
    assert!(stale.exists(), "whoever is killed does not tidy up");

    postgres.start_again();
    let back = tests::comes_true(|| status(&addr, "read 1") == Some(200));
    assert!(back, "{case}: its pool makes no new connections");
    for (nth, told) in told.iter().enumerate() {
        let (told, found) = (told.load(Relaxed), post(&addr, &format!("read {}", 1 + nth)));
        let found = found.expect("it is there");
        // The last change may have been kept with nobody told of it.
        assert!((told..=told + 1).contains(&found), "{case}: told {told}, kept {found}");
    }

    let children = postgres.children();
    let addr = postgres.addr;
    drop(postgres);
    for child in children {
        assert!(tests::comes_true(|| tests::is_gone(child)), "{case}: process {child} is left");
    }
    assert!(TcpStream::connect(addr).is_err(), "{case}: somebody still listens");
}

#[test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
fn an_async_server_survives_the_death_of_its_database() {
    survives("postgres-async");
}

#[test]
#[ignore = "needs PostgreSQL: as .ci/run installs it"]
fn a_server_of_threads_survives_the_death_of_its_database() {
    survives("postgres-threads");
}
