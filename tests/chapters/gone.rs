//! Nothing is left behind: a server goes with whoever started it, however that one ended.
#![cfg(target_os = "linux")] // finds a process's children in /proc

use std::fs;
use std::process::{Child, Command, Stdio};

use tests::{Running, comes_true, is_gone, within_patience};

/// Starts a run that would take a minute, and gives it with the process of its server.
fn long_run() -> (Running, u32) {
    let run = Command::new(tests::example("chap1"))
        .args(["--case", "axum", "--requests", "1", "--delay", "60s"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let run = Running(run);
    let server = within_patience(|| child_of(&run.0)).expect("the run starts its server");
    (run, server)
}

fn child_of(parent: &Child) -> Option<u32> {
    let tasks = fs::read_dir(format!("/proc/{}/task", parent.id())).ok()?;
    tasks.flatten().find_map(|task| {
        let children = fs::read_to_string(task.path().join("children")).ok()?;
        children.split_whitespace().next()?.parse().ok()
    })
}

fn assert_gone(server: u32) {
    assert!(comes_true(|| is_gone(server)), "the server {server} outlived its run");
}

#[test]
fn a_killed_run_takes_its_server_along() {
    let (mut run, server) = long_run();
    assert!(!is_gone(server));
    run.0.kill().unwrap();
    run.wait("a run that was told to end");
    assert_gone(server);
}

#[test]
fn an_interrupted_run_takes_its_server_along() {
    let (mut run, server) = long_run();
    // To the run alone: a terminal's Ctrl-C reaches both, and hides whether the server would go.
    let sent = tests::output(Command::new("kill").args(["-INT", &run.0.id().to_string()]));
    assert!(sent.status.success());
    run.wait("a run that was told to end");
    assert_gone(server);
}

#[test]
fn a_run_that_ended_well_left_nothing() {
    let (server, mut run) = {
        let mut command = Command::new(tests::example("chap1"));
        command.args(["--case", "axum", "--requests", "2", "--delay", "500ms"]);
        let run = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let run = Running(run.unwrap());
        (within_patience(|| child_of(&run.0)).expect("the run starts its server"), run)
    };
    assert!(run.wait("chap1").success());
    assert!(is_gone(server), "a run ends after its server, not before");
}
