//! Runs of one's own, their record, and what a person is shown.

use std::fs;

use while_you_wait::names::{Name, Runs};
use while_you_wait::record::{Run, read, read_file};

const SMALL: [&str; 8] =
    ["--case", "axum", "--delay", "50ms", "--requests", "6", "--concurrency", "3"];

fn number(runs: &[Run], name: &str) -> f64 {
    let name: Name = name.parse().unwrap();
    Runs::from(runs.to_vec()).measured(&name).unwrap().value().unwrap()
}

#[test]
fn the_record_goes_to_stdout_and_the_people_to_stderr() {
    let ran = tests::run("chap1", &[&SMALL[..], &["--json", "-"]].concat());
    assert!(ran.status.success());
    let runs = read(&String::from_utf8(ran.stdout).unwrap()).unwrap();
    assert_eq!(runs.len(), 1);
    let header = &runs[0].header;
    assert_eq!((header.experiment.as_str(), header.case.as_str()), ("custom", "axum"));
    assert_eq!((header.load.requests, header.load.concurrency), (6, 3));
    assert_eq!(header.delay_us, 50_000);
    assert!(header.command.starts_with("cargo run --example chap1"), "{}", header.command);
    assert!(!header.command.contains("--json"), "{}", header.command);
    assert_eq!(number(&runs, "chap1.custom.axum.ok"), 6.0);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains("being served") && said.contains("total time"), "{said}");
    assert!(!said.contains('\u{1b}'), "colour where there is no terminal: {said}");
}

#[test]
fn a_file_gets_the_same_lines_and_every_repeat() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    let to_file = ["--repeats", "2", "--json", file.to_str().unwrap()];
    let ran = tests::run("chap1", &[&SMALL[..], &to_file].concat());
    assert!(ran.status.success());
    let runs = read_file(&file).unwrap();
    assert_eq!(runs.iter().map(|run| run.header.repeat).collect::<Vec<_>>(), [1, 2]);
    assert!(String::from_utf8_lossy(&ran.stdout).contains("total time"));
}

#[test]
fn a_record_cut_in_half_is_refused_with_its_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.jsonl");
    let ran = tests::run("chap1", &[&SMALL[..], &["--json", file.to_str().unwrap()]].concat());
    assert!(ran.status.success());
    let whole = fs::read_to_string(&file).unwrap();
    let half: Vec<&str> = whole.lines().take(4).collect();
    fs::write(&file, half.join("\n")).unwrap();
    let bad = read_file(&file).unwrap_err().to_string();
    assert!(bad.contains("run.jsonl, line 4: ") && bad.contains("record it again"), "{bad}");
}

#[test]
fn requests_that_time_out_stay_in_the_record() {
    let timeout = ["--timeout", "100ms", "--delay", "5s", "--json", "-"];
    let ran = tests::run("chap1", &[&["--case", "axum", "--requests", "3"], &timeout[..]].concat());
    let runs = read(&String::from_utf8(ran.stdout).unwrap()).unwrap();
    assert_eq!(number(&runs, "chap1.custom.axum.timed-out"), 3.0);
}

#[test]
fn very_many_requests_leave_a_histogram() {
    let many = ["--case", "axum", "--delay", "0s", "--requests", "20001", "--concurrency", "50"];
    let ran = tests::run("chap1", &[&many[..], &["--keep-alive", "--json", "-"]].concat());
    let runs = read(&String::from_utf8(ran.stdout).unwrap()).unwrap();
    assert!(runs[0].samples.is_empty() && runs[0].histogram.is_some());
    assert_eq!(number(&runs, "chap1.custom.axum.ok"), 20_001.0);
    assert!(number(&runs, "chap1.custom.axum.p99") >= number(&runs, "chap1.custom.axum.p50"));
}

#[test]
fn list_names_all_that_can_be_asked_for() {
    let ran = tests::run("chap1", &["list"]);
    let said = String::from_utf8(ran.stdout).unwrap();
    for name in ["rouille-1", "rouille-threads", "axum-4096", "ten", "many-1000", "backlog"] {
        assert!(said.lines().any(|line| line.trim_start().starts_with(name)), "{said}");
    }
    assert!(said.contains("(with --full)"), "{said}");
}
