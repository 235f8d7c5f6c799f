//! The record: what is written is read back, to the letter; what is not whole is refused.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use proptest::prelude::*;
use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::write::Writer;
use while_you_wait::record::{COLUMNS, Run, Sample, read, read_file};

use crate::contracts::{GOLDEN, golden};

/// Bytes that the test can still see after the writer took them.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub fn written(run: &Run) -> String {
    let bytes = Shared::default();
    Writer::new(bytes.clone()).run(run).expect("memory takes every byte");
    let bytes = bytes.0.take();
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

#[test]
fn golden_record_is_written_to_the_letter() {
    assert_eq!(written(&golden()), GOLDEN);
}

#[test]
fn golden_columns_are_the_columns_of_a_sample() {
    assert_eq!(golden().header.columns, COLUMNS);
}

#[test]
fn another_version_is_refused_by_name() {
    let text = GOLDEN.replace("\"version\":1", "\"version\":7");
    let bad = read(&text).unwrap_err();
    assert_eq!((&bad.file, bad.line), (&None, Some(1)));
    let why = "this record has version 7, and this program reads version 1: record it again";
    assert_eq!((bad.why.as_str(), bad.to_string()), (why, format!("line 1: {why}")));
}

/// As fields, for whoever shows the line, and as one sentence.
#[test]
fn a_refused_file_is_named_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder for a moment");
    let file = folder.path().join("run.jsonl");
    let bad = read_file(&file).unwrap_err();
    assert_eq!((bad.file.as_deref(), bad.line), (Some(file.as_path()), None));
    std::fs::write(&file, format!("{GOLDEN}{{\"kind\":\"end\",\"at\":1}}\n")).expect("written");
    let bad = read_file(&file).unwrap_err();
    let line = GOLDEN.lines().count() + 1;
    assert_eq!((bad.file.as_deref(), bad.line), (Some(file.as_path()), Some(line)));
    assert_eq!(
        bad.to_string(),
        format!("{}, line {line}: this end belongs to no run", file.display())
    );
}

#[test]
fn a_run_without_its_end_is_refused() {
    let lines: Vec<&str> = GOLDEN.lines().collect();
    let cut = lines[..lines.len() - 1].join("\n");
    let whole_then_cut = format!("{GOLDEN}{cut}");
    for text in [&cut, &whole_then_cut] {
        let bad = read(text).unwrap_err();
        assert!(bad.why.contains("chap1.ten.axum, repeat 1, has no end"), "{bad}");
    }
}

#[test]
fn a_run_that_begins_inside_another_is_refused() {
    let first = GOLDEN.lines().next().expect("it has lines");
    let bad = read(&format!("{first}\n{GOLDEN}")).unwrap_err();
    assert!(bad.line == Some(2) && bad.why.contains("has no end"), "{bad}");
}

#[test]
fn a_line_outside_a_run_is_refused() {
    for (line, kind) in [
        (r#"[0,0,1,2,3,4,5,"1","ok"]"#, "sample"),
        (r#"{"kind":"fact","name":"n","value":1,"unit":""}"#, "fact"),
        (r#"{"kind":"event","lane":"l","at":1,"what":"w"}"#, "event"),
        (r#"{"kind":"end","at":1}"#, "end"),
    ] {
        let bad = read(line).unwrap_err();
        assert_eq!((bad.line, bad.why), (Some(1), format!("this {kind} belongs to no run")));
    }
}

#[test]
fn a_record_cut_at_any_byte_is_refused_or_lacks_whole_lines_only_at_its_end() {
    // Without its last newline the record is still whole; every earlier cut is not.
    for at in 1..GOLDEN.len() - 1 {
        assert!(read(&GOLDEN[..at]).is_err(), "cut at byte {at} was accepted");
    }
}

#[test]
fn an_unknown_kind_and_an_unknown_outcome_are_refused() {
    let kind = GOLDEN.replace("\"kind\":\"event\"", "\"kind\":\"rumour\"");
    assert!(read(&kind).unwrap_err().why.contains("rumour"));
    let outcome = GOLDEN.replace("\"reset\"", "\"lost\"");
    assert!(read(&outcome).unwrap_err().why.contains("unknown outcome \"lost\""));
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Ok),
        (100..600u16).prop_map(Outcome::Status),
        Just(Outcome::Refused),
        Just(Outcome::TimedOut),
        Just(Outcome::Reset),
        Just(Outcome::Malformed),
        Just(Outcome::Unfinished),
    ]
}

pub fn samples() -> impl Strategy<Value = Sample> {
    // Durations between the moments, so that they come in order; None where nothing happened.
    let step = || proptest::option::weighted(0.8, 0..5_000u64);
    (0..8u32, 0..50_000u64, step(), step(), step(), step(), step(), outcomes()).prop_map(
        |(lane, due, connected, sent, first_byte, done, handler, outcome)| {
            let mut at = due;
            let mut next = |step: Option<u64>| {
                step.map(|us| {
                    at += us;
                    at
                })
            };
            let (connected, sent, first_byte) = (next(connected), next(sent), next(first_byte));
            let done = next(done);
            // A whole answer has an end.
            let outcome = if done.is_none() { Outcome::Unfinished } else { outcome };
            Sample {
                lane,
                due,
                connected,
                sent,
                first_byte,
                done,
                handler,
                worker: handler.map(|us| format!("w{us}")),
                outcome,
            }
        },
    )
}

/// The golden run with these samples, and a head and an end that fit them.
pub fn fitting(samples: Vec<Sample>) -> Run {
    let mut run = golden();
    run.header.load.requests = samples.len() as u32;
    run.header.load.concurrency = 8;
    let last = |s: &Sample| s.done.unwrap_or(s.due + 20_000);
    run.end.at = samples.iter().map(last).fold(run.end.at, u64::max);
    Run { samples, ..run }
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back(samples in proptest::collection::vec(samples(), 0..40)) {
        let run = fitting(samples);
        prop_assert_eq!(read(&written(&run)).unwrap(), vec![run]);
    }
}
