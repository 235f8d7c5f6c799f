//! Where a record goes: an older one is there until the new one is whole, and nothing is lost.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Output;

use while_you_wait::record::read_file;

const SMALL: [&str; 8] =
    ["--case", "axum", "--delay", "20ms", "--requests", "2", "--concurrency", "1"];

/// Runs the small chapter, whose case `moon` needs what no machine has.
fn run(chapter: &str, args: &[&str], json: &Path) -> (Output, String) {
    let json = json.display().to_string();
    let ran = tests::run(chapter, &[args, &["--json", &json]].concat());
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    (ran, said)
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> =
        entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_new_record_takes_the_place_of_the_old_one_when_it_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("run.jsonl");
    fs::write(&file, "an older record\n").expect("a file");
    let (ran, said) = run("chap1", &SMALL, &file);
    assert!(ran.status.success(), "{said}");
    assert_eq!(read_file(&file).expect("it is whole").len(), 1);
    assert_eq!(files(folder.path()), ["run.jsonl"], "nothing is left beside it");
}

/// The second of two experiments fails: the first's runs are kept beside, and the old record stays.
#[test]
fn a_run_that_fails_loses_neither_the_old_record_nor_what_was_recorded() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("run.jsonl");
    fs::write(&file, "an older record\n").expect("a file");
    let both = ["--experiment", "whole", "--experiment", "unanswered"];
    let (ran, said) = run("streams", &both, &file);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    let part = folder.path().join("run.jsonl.part");
    let told =
        format!("not every request was answered; what was recorded is in {}", part.display());
    assert!(said.contains(&told), "{said}");
    assert_eq!(fs::read_to_string(&file).expect("it stays"), "an older record\n");
    let kept = read_file(&part).expect("whole runs");
    let kept: Vec<&str> = kept.iter().map(|run| run.header.experiment.as_str()).collect();
    assert_eq!(kept, ["whole", "unanswered"]);
    // And what was left so does not stop the next.
    let (ran, said) = run("streams", &both[..2], &file);
    assert!(ran.status.success(), "{said}");
    assert_eq!(files(folder.path()), ["run.jsonl"]);
}

#[test]
fn two_runs_do_not_write_one_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, part) = (folder.path().join("run.jsonl"), folder.path().join("run.jsonl.part"));
    // As a run holds it that is under way.
    let held = File::create(&part).expect("a file");
    held.try_lock().expect("nobody else has it");
    let (ran, said) = run("chap1", &SMALL, &file);
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("another run is writing it") && said.lines().count() == 1, "{said}");
    drop(held);
    let (ran, said) = run("chap1", &SMALL, &file);
    assert!(ran.status.success(), "{said}");
}

#[test]
#[cfg(unix)]
fn a_link_stays_a_link_and_a_device_is_written_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let (real, link) = (folder.path().join("real.jsonl"), folder.path().join("link.jsonl"));
    fs::write(&real, "an older record\n").expect("a file");
    std::os::unix::fs::symlink(&real, &link).expect("a link");
    let (ran, said) = run("chap1", &SMALL, &link);
    assert!(ran.status.success(), "{said}");
    assert!(link.is_symlink() && read_file(&real).is_ok());
    assert_eq!(files(folder.path()), ["link.jsonl", "real.jsonl"]);
    let (ran, said) = run("chap1", &SMALL, &PathBuf::from("/dev/null"));
    assert!(ran.status.success(), "{said}");
    let (ran, said) = run("chap1", &SMALL, &PathBuf::from("/dev/full"));
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("the record could not be written"), "{said}");
}

/// Who names a case that cannot be run here is told so, after all others were run and shown.
#[test]
fn what_a_custom_run_lacks_is_named_and_no_success() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("run.jsonl");
    let load = ["--requests", "2", "--concurrency", "1", "--delay", "0s"];
    let (ran, said) =
        run("streams", &[&["--case", "moon", "--case", "model"][..], &load].concat(), &file);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert_eq!(said.trim_end(), "error: moon was not run: no machine has the moon; look up");
    let shown = String::from_utf8_lossy(&ran.stdout);
    assert!(shown.contains("moon: not run: no machine has the moon"), "{shown}");
    let runs = read_file(&file).expect("the record is whole");
    let found: Vec<_> = runs.iter().map(|run| (run.header.case.as_str(), run.absent())).collect();
    assert_eq!(found, [("model", None), ("moon", Some("no machine has the moon; look up"))]);
    // Who names none wants what there is.
    let ran = tests::run("streams", &[&["--experiment", "whole-moon"][..]].concat());
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// A load of a time that is over before a request is due.
#[test]
fn a_run_in_which_nothing_was_asked_is_no_success() {
    let ran = tests::run("chap1", &["--case", "axum", "--duration", "1us", "--warm-up", "1us"]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("axum: the time was over before a request was due"), "{said}");
}
