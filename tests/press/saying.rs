//! What the press says where nobody reads, or nothing can be written.

use std::process::{Command, Output, Stdio};

use crate::press::mdbook::press;
use tests::fixture::Fixture;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A pipe whose reader has left.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe can be made");
    drop(reader);
    writer.into()
}

fn on(fixture: &Fixture, args: &[&str], stdout: Stdio) -> Output {
    let mut command: Command = press(args);
    tests::finish_into(command.current_dir(fixture.root()), stdout)
}

#[test]
fn a_reader_that_left_is_no_success_and_no_panic() {
    let fixture = Fixture::new();
    for args in [&["check"][..], &["build"], &["--help"], &["--version"]] {
        let output = on(&fixture, args, closed());
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", said(&output));
        assert_eq!(said(&output), "", "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_no_success() {
    let fixture = Fixture::new();
    for args in [&["check"][..], &["build"], &["--help"], &["--version"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let output = on(&fixture, args, full.into());
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", said(&output));
        let said = said(&output);
        assert!(said.starts_with("cannot write to stdout: No space left"), "{args:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_woven_book_that_does_not_fit_is_no_success() {
    use std::io::Write;
    let fixture = Fixture::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let mut child = press(&["preprocess"])
        .current_dir(fixture.root())
        .stdin(Stdio::piped())
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the press starts");
    let input = crate::press::mdbook::input(&fixture);
    let input = serde_json::to_string(&input).expect("a book is JSON");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("the press reads");
    let output = child.wait_with_output().expect("the press ends");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).starts_with("cannot write to stdout"), "{}", said(&output));
}

/// mdBook and other libraries may panic, wherever that is not known yet.
#[test]
fn a_panic_is_a_failure_with_its_words() {
    let failure = press::mistake::caught("the book cannot be built", || {
        "no number".parse::<u8>().map(drop).expect("the words of a panic");
        Ok(())
    });
    let failure = failure.expect_err("it panicked").to_string();
    assert_eq!(
        failure,
        "the book cannot be built, by a fault of the press: the words of a panic: ParseIntError { kind: InvalidDigit }"
    );
}
