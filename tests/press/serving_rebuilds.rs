//! Serving while files change: nothing ends a press, nothing starves it, and nothing is left of it.

use std::fs::{self, OpenOptions};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use press::serve::watch::settled;

use crate::press::mdbook::press;
use crate::press::running::{PATIENCE, Served};
use tests::fixture::Fixture;

#[cfg(target_os = "linux")]
#[test]
fn who_cannot_be_told_is_served_all_the_same() {
    let fixture = Fixture::new();
    let full = OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let mut command = press(&["--port", "0"]);
    command.stderr(full);
    let mut served = Served::by(&fixture, command);
    // Whoever read what it says leaves, as `head` does.
    let (_, nobody) = std::sync::mpsc::channel();
    served.said = nobody;
    for nth in 0..3 {
        fixture.append(&format!("Edit {nth}."));
        assert!(served.shows("/one.html", &format!("Edit {nth}.")), "{nth}");
        // Told on stderr, where there is no room.
        fixture.append("It takes 3 s.");
        thread::sleep(Duration::from_millis(300));
    }
    assert!(served.press.0.try_wait().expect("it can be asked").is_none(), "it goes on serving");
}

#[test]
fn what_ends_a_build_ends_no_later_one() {
    let fixture = Fixture::new();
    let served = Served::start(&fixture);
    let summary =
        fs::read_to_string(fixture.root().join("book/en/SUMMARY.md")).expect("it is there");
    let toml = fs::read_to_string(fixture.root().join("book.toml")).expect("it is there");
    let outside = tempfile::NamedTempFile::with_suffix(".md").expect("a file can be made");
    let stray = format!("{summary}\n[Stray]({})\n", outside.path().display());
    for (nth, (path, good, bad)) in [
        ("book/en/SUMMARY.md", &summary, stray.as_str()),
        ("book/en/SUMMARY.md", &summary, "- [Gone](gone.md)\n"),
        ("book.toml", &toml, "[book"),
        ("book.toml", &toml, "[book]\nsrc = 7\n"),
    ]
    .into_iter()
    .enumerate()
    {
        fixture.write(path, bad);
        let wrong = served.news(|news| !news.contains("null"));
        assert!(wrong.contains(path), "{wrong}");
        fixture.write(path, good);
        fixture.append(&format!("Edit {nth}."));
        assert!(served.shows("/one.html", &format!("Edit {nth}.")), "{path}: {bad}");
    }
}

#[test]
fn a_save_without_a_change_is_no_news() {
    let fixture = Fixture::new();
    let served = Served::start(&fixture);
    let shown = |served: &Served| {
        let page = served.get("/one.html").text();
        let name = page.split("data-printing=\"").nth(1).and_then(|rest| rest.split('"').next());
        name.expect("the script knows its printing").to_string()
    };
    let first = shown(&served);
    for path in ["book/en/one.md", "book.toml", "book/runs/chap1.jsonl", "chapters/chap1.rs"] {
        fixture.replace(path, "e", "e");
        served.says(&format!("{path} was saved: the book is as it was"));
        assert_eq!(shown(&served), first, "{path}");
    }
    fixture.append("A change.");
    served.says("book/en/one.md changed: rebuilt");
    assert_ne!(shown(&served), first);
}

/// Changes without a pause: whoever waited for one would wait until the writers stop.
#[test]
fn a_file_that_is_written_all_the_time_starves_no_rebuild() {
    let (send, changes) = std::sync::mpsc::sync_channel(1000);
    let done = AtomicBool::new(false);
    let begun = Instant::now();
    thread::scope(|scope| {
        // Several, so that no writer that has to wait for its turn makes a pause.
        for _ in 0..4 {
            let (send, done) = (send.clone(), &done);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) && begun.elapsed() < PATIENCE {
                    // Not waiting: nobody reads when the test is done.
                    if send.try_send(PathBuf::from("one.md")).is_err() {
                        thread::yield_now();
                    }
                }
            });
        }
        let first = settled(&changes);
        done.store(true, Ordering::Relaxed);
        assert_eq!(first, Some(PathBuf::from("one.md")));
    });
    assert!(begun.elapsed() < PATIENCE / 2, "settled after {:?}", begun.elapsed());
}

#[cfg(unix)]
#[test]
fn nothing_is_left_of_a_press() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let fixture = Fixture::new();
    let left = || {
        let entries = fs::read_dir(fixture.root().join("target/press")).expect("it is there");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        names.filter(|name| name.to_string_lossy().starts_with("serve-")).count()
    };
    let end = |served: &mut Served, signal: Signal| {
        let pid = i32::try_from(served.press.0.id()).expect("a process id");
        kill(Pid::from_raw(pid), signal).expect("it lives");
        served.press.wait("the press");
    };
    // A press of an earlier time left folders that were named for their ports.
    fixture.write("target/press/serve-41234/1/index.html", "old");
    let mut first = Served::start(&fixture);
    assert_eq!(left(), 1, "its own");
    let mut second = Served::start(&fixture);
    assert_eq!(left(), 2, "the first one still needs its own");
    assert_eq!(first.get("/one.html").status(), "200");
    end(&mut first, Signal::SIGTERM);
    assert_eq!(left(), 1, "told to end, it takes its own away");
    end(&mut second, Signal::SIGKILL);
    assert_eq!(left(), 1, "killed, it cannot");
    let mut third = Served::start(&fixture);
    assert_eq!(left(), 1, "and the next one does");
    end(&mut third, Signal::SIGINT);
    assert_eq!(left(), 0);
}
