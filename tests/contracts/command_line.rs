//! The command line of a chapter, tried with words that a person might type and with any others:
//! it is understood, or refused in one sentence. (A few thousand cases take about a second.)

use std::ffi::OsString;

use proptest::prelude::*;
use while_you_wait::{Case, Chapter, Experiment};

fn chapter() -> Chapter {
    let case = |name| Case { name, about: "", path: "/", serve: |_| Ok(()) };
    Chapter {
        name: "chap1",
        title: "",
        question: "",
        cases: vec![case("one"), case("many")],
        experiments: vec![
            Experiment { name: "ten", cases: vec!["one"], ..Experiment::default() },
            Experiment { name: "large", quick: None, cases: vec!["many"], ..Experiment::default() },
        ],
        beside: &[],
    }
}

fn understood(words: &[&str]) -> Result<(), String> {
    let words = ["chap1"].iter().chain(words).map(OsString::from).collect();
    chapter().understands(words)
}

/// What is said to be wrong: one sentence, that no terminal takes for more than text.
fn is_a_sentence(why: &str) -> bool {
    !why.trim().is_empty() && !why.contains(char::is_control) && !why.contains("panicked")
}

/// Words that mean something, so that more than the first is looked at.
fn word() -> impl Strategy<Value = OsString> {
    let known = [
        "list",
        "serve",
        "show",
        "--json",
        "-",
        "--full",
        "--experiment",
        "ten",
        "large",
        "--case",
        "one",
        "many",
        "--delay",
        "--requests",
        "--duration",
        "--warm-up",
        "--rate",
        "--poisson",
        "--concurrency",
        "--ramp",
        "--timeout",
        "--keep-alive",
        "--repeats",
        "--ab",
        "--host",
        "--port",
        "--address-space",
        "--beside",
        "one=127.0.0.1:1",
        "0",
        "1",
        "10",
        "-1",
        "0.01",
        "1e6",
        "300ms",
        "3s",
        "1us",
        "1ns",
        "10m",
        "9m 59s",
        "--help",
        "--",
        "--rate=5",
        "127.0.0.1",
    ];
    let text = prop_oneof![
        8 => proptest::sample::select(known.to_vec()).prop_map(String::from),
        2 => "[ -~]{0,12}",
        1 => any::<String>(),
        1 => "--[a-z-]{1,12}(=.{0,8})?",
        1 => "[0-9]{1,25}(ns|us|ms|s|m|h|days|years)?",
    ];
    text.prop_map(OsString::from)
}

/// As many as `PROPTEST_CASES` says, or these.
fn tries() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(asked.unwrap_or(2_000))
    }
}

proptest! {
    #![proptest_config(tries())]

    #[test]
    fn any_words_are_understood_or_refused_in_a_sentence(words in prop::collection::vec(word(), 0..9)) {
        let words: Vec<OsString> = [OsString::from("chap1")].into_iter().chain(words).collect();
        if let Err(why) = chapter().understands(words.clone()) {
            prop_assert!(is_a_sentence(&why), "{words:?}: {why:?}");
        }
    }
}

/// On Unix a word is bytes, and need not be text.
#[test]
#[cfg(unix)]
fn a_word_that_is_no_text_is_refused_in_a_sentence() {
    use std::os::unix::ffi::OsStringExt;
    let broken = OsString::from_vec(vec![0xff, b'x', 0xfe]);
    for before in [&["--case"][..], &[], &["serve"], &["--delay"], &["--rate"]] {
        let words = ["chap1"].iter().chain(before).map(OsString::from).chain([broken.clone()]);
        let why = chapter().understands(words.collect()).expect_err("it names nothing");
        assert!(is_a_sentence(&why), "{before:?}: {why:?}");
    }
}

#[test]
fn what_can_be_tried_is_understood() {
    for words in [
        &[][..],
        &["--help"],
        &["serve", "--help"],
        &["list"],
        &["list", "--json"],
        &["serve", "one", "--port", "0"],
        &["show", "run.jsonl"],
        &["--experiment", "large"],
        &["--rate", "10", "--duration", "1us"],
        &["--rate", "0.01", "--poisson", "--duration", "10m"],
        &["--duration", "1us"],
        &["--delay", "0s", "--repeats", "100"],
        &["--experiment", "ten", "--case", "one", "--requests", "3", "--delay", "1ms"],
        &["--experiment", "ten", "--experiment", "large", "--concurrency", "2"],
    ] {
        assert_eq!(understood(words), Ok(()), "{words:?}");
    }
}

#[test]
fn what_cannot_be_is_refused_with_what_would_be_right() {
    let soon = "no request is due within 1 ms: a longer --duration or a higher --rate";
    for (words, why) in [
        (&["serve"][..], "serve needs the name of a case; chap1 has one, many"),
        (&["serve", "--port", "0"], "serve needs the name of a case"),
        (&["show"], "show needs a record, such as book/runs/chap1.jsonl"),
        (&["--rate", "10", "--duration", "1ns"], "times are counted in microseconds; 0s, 1us"),
        (&["--delay", "499ns"], "times are counted in microseconds"),
        (&["--rate", "0.01", "--poisson", "--duration", "1ms"], soon),
        (&["--rate", "1", "--warm-up", "5ms", "--duration", "1ms"], soon),
        (&["--case", "one\u{1b}[31m"], "chap1 has one, many"),
        (&["--experiment", "ten", "--case", "many"], "ten has one"),
        (&["--experiment", "ten", "--rate", "5"], "ten is a closed loop, which has no --rate"),
        (&["--experiment", "ten", "--duration", "5s"], "--requests changes how many"),
        (&["--experiment", "ten", "--keep-alive"], "make up one of your own"),
        (&["--full", "--experiment", "ten", "--delay", "1s"], "leave it out to change one"),
        (&["--sideways\n\u{7}"], "--sideways"),
    ] {
        let said = understood(words).expect_err("it cannot be done");
        assert!(said.contains(why) && is_a_sentence(&said), "{words:?}: {said:?}");
    }
}
