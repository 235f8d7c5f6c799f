//! Nothing is left behind by whoever is killed.

use std::process::Command;
use std::time::{Duration, Instant};

use chap7::database::access::Access;

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
