//! What a person is shown of a record: at every width, in whole words, and never silently nothing.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use tests::{example, recorded, recorded_runs};

const CHAPTERS: [&str; 6] = ["chap1", "chap2", "chap3", "chap4", "chap5", "chap6"];

/// As a reader shows a record again, in a terminal so wide, or where none ends the lines.
fn shown(chapter: &str, record: &Path, width: Option<usize>) -> String {
    let mut command = Command::new(example(chapter));
    command.arg("show").arg(record).env_remove("COLUMNS");
    if let Some(width) = width {
        command.env("COLUMNS", width.to_string());
    }
    let ran = tests::output(&mut command);
    assert!(ran.status.success(), "{chapter}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("text")
}

/// A record of the book without its experiments of many samples, which take long to read and look
/// like the others.
fn small(chapter: &str, folder: &Path) -> PathBuf {
    let runs = recorded_runs(chapter);
    let samples = |lines: &String| lines.lines().filter(|line| line.starts_with('[')).count();
    let large = runs.iter().filter(|(_, lines)| samples(lines) > 500);
    let large: BTreeSet<&str> = large.map(|(run, _)| run.experiment.as_str()).collect();
    let rest = runs.iter().filter(|(run, _)| !large.contains(run.experiment.as_str()));
    let file = folder.join(format!("{chapter}.jsonl"));
    fs::write(&file, rest.map(|(_, lines)| lines.as_str()).collect::<String>()).expect("a file");
    file
}

/// Whether it is a word, and no part of a drawing.
fn is_word(word: &&str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

#[test]
fn at_every_width_lines_fit_and_words_stay_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    for chapter in CHAPTERS {
        let record = small(chapter, folder.path());
        let wide = shown(chapter, &record, None);
        let words: BTreeSet<&str> = wide.split_whitespace().filter(is_word).collect();
        assert!(words.len() > 100, "{chapter} shows little: {wide}");
        for width in [40, 64] {
            let narrow = shown(chapter, &record, Some(width));
            for line in narrow.lines() {
                let letters = line.chars().count();
                assert!(letters <= width, "{chapter} at {width}: {letters} in {line:?}");
            }
            let kept: BTreeSet<&str> = narrow.split_whitespace().collect();
            let lost: Vec<_> = words.difference(&kept).collect();
            // A word longer than a line is broken, and says so.
            let broken = narrow.matches('…').count();
            assert!(lost.len() <= broken, "{chapter} at {width} lost {lost:?}");
            assert!(broken <= 2, "{chapter} at {width} breaks {broken} words");
        }
    }
    // Narrower than anything can be read, it is as if it were not.
    let record = folder.path().join("chap2.jsonl");
    assert_eq!(shown("chap2", &record, Some(1)), shown("chap2", &record, Some(40)));
}

/// Each experiment's sentence is made of what was recorded, and finds all that it asks for.
#[test]
fn every_notice_is_made_of_what_was_recorded() {
    for chapter in CHAPTERS {
        let said = shown(chapter, &recorded(chapter), None);
        for (run, _) in recorded_runs(chapter) {
            let head = format!("{} · ", run.experiment);
            assert!(said.lines().any(|line| line.starts_with(&head)), "{chapter}: no {head}");
        }
        let notices: Vec<&str> = said.lines().filter(|line| line.starts_with("Notice:")).collect();
        assert!(!notices.is_empty(), "{chapter} notices nothing");
        for notice in notices {
            assert!(!notice.contains("not measured"), "{chapter}: {notice}");
        }
        if chapter == "chap1" {
            every_request_is_in_a_row(&said);
        }
    }
}

/// Where requests met a fate that no row of the table names, a row is added for it.
fn every_request_is_in_a_row(said: &str) {
    let part = said.split("too-many-threads · ").nth(1).expect("it is recorded");
    let row = |label: &str| -> Vec<f64> {
        let line = part.lines().find(|line| line.starts_with(label));
        let line = line.unwrap_or_else(|| panic!("no row {label}: {part}"));
        let numbers = line[label.len()..].split_whitespace();
        numbers.map(|number| number.replace(',', "").parse().expect("a number")).collect()
    };
    let (ok, failed) = (row("answered"), row("not answered"));
    assert_eq!((ok.len(), failed.len()), (2, 2), "{part}");
    for (ok, failed) in ok.into_iter().zip(failed) {
        assert_eq!(ok + failed, 1_000.0, "{part}");
    }
}

#[test]
fn a_record_that_cannot_be_shown_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let text = |chapter: &str| fs::read_to_string(recorded(chapter)).expect("it is recorded");
    let (ours, other) = (text("chap2"), text("chap3"));
    let renamed = ours.replace("\"experiment\":\"", "\"experiment\":\"un");
    let cut: String = ours.lines().take(9).map(|line| format!("{line}\n")).collect();
    for (record, why) in [
        (folder.path().join("none.jsonl").display().to_string(), "cannot read this file"),
        (folder.path().display().to_string(), "cannot read this file"),
        (file("empty.jsonl", ""), "this record holds no run"),
        (file("other.jsonl", &other), "this is a record of chap3, and not of chap2"),
        (file("renamed.jsonl", &renamed), "chap2 has twice"),
        (file("cut.jsonl", &cut), "cut.jsonl, line 9: "),
    ] {
        let ran = tests::run("chap2", &["show", &record]);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(2), "{record}: {said}");
        assert!(said.contains(why) && said.lines().count() == 1, "{record}: {said}");
        assert!(ran.stdout.is_empty(), "{record} is shown, and refused");
    }
}

/// Everything that is asked for and cannot be written is no success.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_no_success_and_a_reader_who_left_none_either() {
    let little = ["--case", "axum", "--delay", "0s", "--requests", "2", "--concurrency", "1"];
    let folder = tempfile::tempdir().expect("a folder");
    let record = small("chap1", folder.path()).display().to_string();
    let asked: [&[&str]; 5] =
        [&["list"], &["list", "--json"], &["--help"], &["show", &record], &little];
    for args in asked {
        let full = File::options().write(true).open("/dev/full").expect("Linux has it");
        let ran = tests::finish_into(Command::new(example("chap1")).args(args), full);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(1), "{args:?}: {said}");
        assert!(
            said.contains("cannot be written") && said.lines().count() == 1,
            "{args:?}: {said}"
        );

        let (reader, closed) = std::io::pipe().expect("a pipe");
        drop(reader);
        let ran = tests::finish_into(Command::new(example("chap1")).args(args), closed);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!((ran.status.code(), said.as_ref()), (Some(1), ""), "{args:?}");
    }
}

/// While a run goes on, too: on a terminal of forty columns no line is longer than it.
#[cfg(unix)]
#[test]
fn a_line_that_tells_how_far_it_is_fits_in_a_narrow_terminal() {
    use std::io::Read;
    use std::process::Stdio;

    let size = nix::pty::Winsize { ws_row: 24, ws_col: 40, ws_xpixel: 0, ws_ypixel: 0 };
    let pty = nix::pty::openpty(Some(&size), None).expect("a terminal");
    let mut command = Command::new(example("chap1"));
    command.args(["--case", "rouille-threads", "--requests", "1000", "--concurrency", "2"]);
    command.args(["--delay", "1ms", "--repeats", "2", "--json", "-"]);
    command.env_remove("COLUMNS").env("TERM", "xterm").stdout(Stdio::null()).stderr(pty.slave);
    let mut running = tests::Running(command.spawn().expect("it starts"));
    drop(command); // and with it our end of what it writes on
    let (mut said, mut piece) = (Vec::new(), [0; 4096]);
    let mut terminal = File::from(pty.master);
    // Where nobody writes any more, Linux says so by an error.
    while let Ok(read @ 1..) = terminal.read(&mut piece) {
        said.extend_from_slice(&piece[..read]);
    }
    assert!(running.wait("chap1").success());
    let said = String::from_utf8(said).expect("text");
    let told: Vec<&str> =
        said.split(['\r', '\n']).filter(|line| line.contains(" of 1000")).collect();
    assert!(!told.is_empty(), "it tells how far it is: {said}");
    for line in told {
        // Without what moves the cursor and clears.
        let mut seen = String::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            seen.push_str(before);
            let end =
                after.find(|c: char| c.is_ascii_alphabetic()).map_or(after.len(), |at| at + 1);
            rest = &after[end..];
        }
        seen.push_str(rest);
        assert!(seen.chars().count() <= 40, "{seen:?}");
    }
}
