//! Serving while files change: nothing ends a press, nothing starves it, and nothing is left of it.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
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

/// A press remembers what it made; and whoever edits one thing after the other reads what a press reads that
/// remembers nothing.
#[test]
fn what_is_served_after_edits_is_what_a_build_makes() {
    let fixture = Fixture::new();
    fixture.write("Cargo.toml", "[dependencies]\n");
    let served = Served::start(&fixture);
    let question = "{{predict number chap1.ten waits}}\n\n<details class=\"prediction\">\n\n{{table chap1.ten waits}}\n\n</details>";
    for (path, from, to) in [
        ("book/en/one.md", "A handler waits", "Each handler waits"),
        ("book/en/one.md", "{{table chap1.ten total waits}}", question),
        ("book/en/one.md", "<details", "<details class=\"prediction\"></details>\n\n<details"),
        ("chapters/chap1.rs", "fn main() {", "use tokio::time;\nfn main() {"),
        ("Cargo.toml", "[dependencies]", "[dependencies]\ntokio = \"1\""),
        ("book.toml", "title = \"While You Wait\"", "title = \"While We Wait\""),
    ] {
        fixture.replace(path, from, to);
        served.says(&format!("{path} changed: rebuilt"));
        let built = whole(&fixture.build().expect("a right book")).expect("it is there");
        let is_served = || {
            // The search comes after the pages.
            let shelves = fs::read_dir(fixture.root().join("target/press")).expect("it is there");
            let shelves = shelves.map(|entry| entry.expect("an entry").path());
            shelves
                .flat_map(|shelf| ["0", "1"].map(|printing| shelf.join(printing)))
                .any(|printing| whole(&printing).is_ok_and(|served| served == built))
        };
        let until = Instant::now() + PATIENCE;
        while !is_served() {
            assert!(Instant::now() < until, "after an edit of {path} another book is served");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The files of a book. That of its search has a name made of mdBook's own, which a press that serves makes
/// without words.
fn whole(folder: &Path) -> io::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it lies in it").to_path_buf();
                files.insert(name, fs::read(&path)?);
            }
        }
    }
    let is_index = |name: &&PathBuf| name.to_string_lossy().starts_with("searchindex");
    let index = files.keys().find(is_index).cloned().ok_or(io::ErrorKind::NotFound)?;
    let search = files.remove(&index).expect("it was found");
    let (old, new) = (index.to_string_lossy(), "searchindex.js");
    for bytes in files.values_mut() {
        if let Ok(text) = std::str::from_utf8(bytes) {
            *bytes = text.replace(old.as_ref(), new).into_bytes();
        }
    }
    files.insert(new.into(), search);
    Ok(files)
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
        let first = settled(&changes, PATIENCE);
        done.store(true, Ordering::Relaxed);
        assert_eq!(first, Ok(PathBuf::from("one.md")));
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
