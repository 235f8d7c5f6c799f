//! What a chapter declares: every name in it exists, or its program says which does not.

use std::time::Duration;

use while_you_wait::{Asked, Case, Chapter, Experiment, Load};

/// A chapter in which all is well.
fn chapter() -> Chapter {
    Chapter {
        name: "chap9",
        title: "",
        question: "",
        cases: vec![case("one"), case("two")],
        experiments: vec![Experiment {
            name: "ten",
            cases: vec!["one"],
            asked: Asked::ByLoad(Load { lanes: 5, ..Load::requests(10) }),
            delay: Duration::ZERO,
            facts: &["dropped"],
            columns: &["ok", "total", "status-503", "timed-out", "dropped", "rss-peak"],
            notice: |seen| format!("{} and {}", seen.of("one", "p50"), seen.of("one", "dropped")),
            ..Experiment::default()
        }],
        beside: &[],
    }
}

fn case(name: &'static str) -> Case {
    Case { name, about: "", path: "/", serve: |_| Ok(()) }
}

/// The chapter's one experiment, changed.
fn with(change: impl FnOnce(&mut Experiment)) -> Result<(), String> {
    let mut chapter = chapter();
    change(&mut chapter.experiments[0]);
    chapter.check()
}

#[test]
fn a_chapter_whose_names_exist_is_well() {
    assert_eq!(chapter().check(), Ok(()));
    assert_eq!(with(|ten| ten.notice = |_| String::new()), Ok(()));
}

#[test]
fn a_name_that_does_not_exist_is_said_with_what_would_be_right() {
    for (found, says) in [
        (with(|ten| ten.cases.push("three")), "no case is called \"three\"; chap9 has one, two"),
        (with(|ten| ten.columns = &["totl"]), "called \"totl\" (did you mean total?)"),
        (with(|ten| ten.columns = &["droped"]), "called \"droped\" (did you mean dropped?)"),
        (with(|ten| ten.facts = &[]), "called \"dropped\""),
        (with(|ten| ten.notice = |seen| seen.of("one", "p5").to_string()), "called \"p5\""),
        // Of the chapter, but not of this experiment: it would be "not measured" for ever.
        (
            with(|ten| ten.notice = |seen| seen.of("two", "p50").to_string()),
            "its notice: no case is called \"two\"; ten has one",
        ),
    ] {
        let why = found.expect_err(says);
        assert!(why.starts_with("chap9 is mistaken: in ten, ") && why.contains(says), "{why}");
    }
}

#[test]
fn names_are_of_one_shape_and_no_two_are_the_same() {
    for (found, says) in [
        (with(|ten| ten.cases.push("one")), "the case one is named twice"),
        (with(|ten| ten.facts = &["dropped", "dropped"]), "the fact dropped is named twice"),
        (with(|ten| ten.facts = &["dropped", "p50"]), "\"p50\" is a metric that everybody knows"),
        (with(|ten| ten.name = "Ten"), "made of a-z, 0-9 and -"),
    ] {
        let why = found.expect_err(says);
        assert!(why.contains(says), "{why}");
    }
    let mut twice = chapter();
    twice.cases.push(case("two"));
    assert!(twice.check().unwrap_err().contains("the case two is named twice"));
    let mut twice = chapter();
    twice.experiments.extend(chapter().experiments);
    assert!(twice.check().unwrap_err().contains("the experiment ten is named twice"));
}

/// Every program checks itself before it does anything; `list` does nothing more.
#[test]
fn what_every_chapter_declares_exists() {
    let mut chapters = 0;
    for entry in std::fs::read_dir(tests::root().join("chapters")).expect("there are chapters") {
        let file = entry.expect("there are chapters").path();
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if file.extension().is_some_and(|extension| extension == "rs") && name.starts_with("chap") {
            let ran = tests::run(name, &["list"]);
            let said = String::from_utf8_lossy(&ran.stderr);
            assert!(ran.status.success(), "{said}");
            chapters += 1;
        }
    }
    assert!(chapters >= 5, "found {chapters} chapters");
}
