//! A system that lets nobody watch more files: the book is served all the same, and it is said.

use std::process::{Command, Stdio};

use tests::Running;
use tests::fixture::Fixture;

/// A press in a user namespace of its own, whose limit it is: the machine's stays as it is.
fn within(limit: &str, most: u32, fixture: &Fixture) -> (Running, String, String) {
    let set = format!("echo {most} > /proc/sys/user/{limit} && exec \"$0\" --port 0");
    let mut press = Command::new("unshare")
        .args(["--user", "--map-root-user", "sh", "-c", &set])
        .arg(tests::example("press"))
        .current_dir(fixture.root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("unshare is part of Linux");
    let stdout = press.stdout.take().expect("piped");
    let stderr = press.stderr.take().expect("piped");
    let press = Running(press);
    let warning = tests::said_first(stderr, "the press", |line| Some(line.to_string()));
    (press, warning, tests::listening(stdout, "the press"))
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs a user namespace, which a container may not be allowed to make"]
fn the_book_is_served_where_no_file_can_be_watched() {
    for (limit, most, named) in [
        ("max_inotify_watches", 2, "fs.inotify.max_user_watches"),
        ("max_inotify_instances", 0, "fs.inotify.max_user_instances"),
    ] {
        let fixture = Fixture::new();
        let (_press, warning, address) = within(limit, most, &fixture);
        assert!(warning.starts_with("files cannot be watched: "), "{limit}: {warning}");
        assert!(warning.contains(named) && warning.contains("served as it is now"), "{warning}");
        assert!(tests::get(&address, "/one.html").contains("A handler waits"), "{limit}");
    }
}
