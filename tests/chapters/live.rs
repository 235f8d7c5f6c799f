//! What a page may ask for is what the chapters' programs take, and every figure has its place in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use press::directive::Directive;
use press::live::plan::{Order, Plan};
use press::live::{ROWS, row_of};
use press::project::Project;
use press::runs::Recorded;
use serde_json::json;
use while_you_wait::record::read;
use while_you_wait::views::names::Runs;

/// Every figure of the book, as its page asks for it.
fn figures() -> BTreeMap<String, Directive> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(tests::root().join("book/en")).expect("the book has pages") {
        let file = entry.expect("an entry").path();
        if file.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a page is text");
        // What stands between fences is shown as it is: the book talks about itself there.
        let woven = text.split("\n```").step_by(2);
        let words = woven.flat_map(str::lines).filter_map(|line| line.trim().strip_prefix("{{"));
        for words in words.filter_map(|words| words.strip_suffix("}}")) {
            let Ok(figure) = words.parse::<Directive>() else { continue };
            if figure.is_figure() {
                found.insert(words.to_string(), figure);
            }
        }
    }
    found
}

/// As a page sends it.
fn ordered(runs: &Runs, figure: &str, number: impl Fn(u32, u32) -> u32) -> Order {
    let plan = Plan::asked(runs, figure).unwrap_or_else(|why| panic!("{figure}: {why}"));
    let numbers: BTreeMap<&str, u32> =
        plan.knobs.iter().map(|knob| (knob.name(), number(knob.least, knob.most))).collect();
    let asked = json!({"figure": figure, "numbers": numbers}).to_string();
    Plan::ordered(runs, asked.as_bytes()).unwrap_or_else(|why| panic!("{figure}: {why}"))
}

#[test]
fn every_figure_can_be_run_from_the_least_to_the_most() {
    let runs = Recorded::of(&Project::at(tests::root())).runs;
    let figures = figures();
    assert!(figures.len() > 15, "{figures:?}");
    let mut used = BTreeSet::new();
    let nowhere = tempfile::tempdir().expect("a folder").path().join("gone/run.jsonl");
    for (words, directive) in &figures {
        let plan = Plan::of(&runs, directive).unwrap_or_else(|| panic!("{words} cannot be run"));
        assert_eq!(plan.figure(), *words, "a page asks for it by its own words");
        used.extend(plan.experiments.iter().map(|name| format!("{}.{name}", plan.chapter)));
        let chosen = [
            plan.clone().usual(),
            ordered(&runs, words, |least, _| least),
            ordered(&runs, words, |_, most| most),
        ];
        for order in chosen {
            // Where the record cannot be written nothing is run; all else was understood by then.
            let mut args: Vec<&str> = order.args.iter().map(String::as_str).collect();
            args.extend(["--json", nowhere.to_str().expect("a path")]);
            let ran = tests::run(&plan.chapter, &args);
            let said = String::from_utf8_lossy(&ran.stderr);
            assert!(said.contains("name a file in a folder that can"), "{args:?}: {said}");
        }
    }
    let declared: BTreeSet<String> = ROWS.iter().map(|row| row.experiment.to_string()).collect();
    assert_eq!(declared, used, "a row for each experiment of a figure, and no other");
    assert!(row_of("chap1", "ten").is_some() && row_of("chap1", "eleven").is_none());
}

/// The least of the one and the most of the others: within each range, and hours in all.
#[test]
fn what_would_wait_too_long_on_any_server_is_refused() {
    let runs = Recorded::of(&Project::at(tests::root())).runs;
    let (mut refused, mut taken) = (0, 0);
    for (words, directive) in &figures() {
        let plan = Plan::of(&runs, directive).unwrap_or_else(|| panic!("{words} cannot be run"));
        let most = |name: &str| plan.knobs.iter().find(|knob| knob.name() == name).map(|k| k.most);
        let (Some(requests), Some(_), Some(wait)) =
            (most("requests"), most("concurrency"), most("delay"))
        else {
            continue;
        };
        let numbers = json!({"requests": requests, "concurrency": 1, "delay": wait});
        let asked = json!({"figure": words, "numbers": numbers}).to_string();
        let seconds = requests * wait / 1000;
        match Plan::ordered(&runs, asked.as_bytes()) {
            Err(why) => {
                assert!(
                    seconds > 40 && why.contains(&format!("take {seconds} s")),
                    "{words}: {why}"
                );
                refused += 1;
            }
            Ok(_) => {
                assert!(seconds <= 40, "{words} would wait {seconds} s");
                taken += 1;
            }
        }
    }
    assert!(refused > 5 && taken > 0, "{refused} and {taken}");
}

#[test]
fn an_experiment_of_the_chapter_is_run_with_what_was_typed() {
    let typed = [
        "--experiment",
        "ten",
        "--case",
        "axum",
        "--requests",
        "4",
        "--concurrency",
        "2",
        "--delay",
        "20ms",
    ];
    let ran = tests::run("chap1", &[&typed[..], &["--json", "-"]].concat());
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    let runs = read(&String::from_utf8(ran.stdout).expect("text")).expect("a record");
    assert_eq!(runs.len(), 1);
    let header = &runs[0].header;
    assert_eq!((header.experiment.as_str(), header.case.as_str()), ("ten", "axum"));
    assert_eq!((header.load.requests, header.load.concurrency), (4, 2));
    assert_eq!(header.delay_us, 20_000);
    assert!(header.command.ends_with(&typed.join(" ")), "{}", header.command);
    assert!(!said.contains("Notice:"), "a notice is about the settings of the book: {said}");
}
