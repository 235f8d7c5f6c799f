//! What is recorded is what the chapters declare: in full, of release builds, and all of it. No
//! claim could else be sure of what it is held against.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::recorded_runs;
use while_you_wait::record::Header;

/// A run's name, and what it is to be.
type Declared = BTreeMap<String, Value>;

fn name(run: &Value) -> String {
    let part = |key: &str| run[key].as_str().unwrap_or_else(|| panic!("{run} has no {key}"));
    format!("{}.{}.{}, repeat {}", part("chapter"), part("experiment"), part("case"), run["repeat"])
}

/// As the chapter's program says.
fn declared(chapter: &str) -> Declared {
    let ran = tests::run(chapter, &["list", "--json"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let lines = String::from_utf8(ran.stdout).expect("JSON is UTF-8");
    let runs: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let all: Declared = runs.iter().map(|run| (name(run), run.clone())).collect();
    assert_eq!(all.len(), runs.len(), "{chapter} declares a run twice");
    all
}

/// The same fields of a recorded run.
fn settings(header: &Header) -> Value {
    json!({
        "chapter": header.chapter, "experiment": header.experiment, "case": header.case,
        "repeat": header.repeat, "repeats": header.repeats, "delay-us": header.delay_us,
        "load": header.load,
    })
}

/// Every difference between what is declared and what is recorded, each a sentence.
fn differences(mut declared: Declared, recorded: &[Header]) -> Vec<String> {
    let mut found = Vec::new();
    for header in recorded {
        let run = settings(header);
        let name = name(&run);
        match declared.remove(&name) {
            None => found.push(format!("{name} is recorded, and its chapter does not declare it")),
            Some(wanted) if wanted != run => {
                found.push(format!("{name} is declared as {wanted}, and recorded as {run}"));
            }
            Some(_) => {}
        }
        if header.machine.build != "release" {
            found.push(format!("{name} was recorded of a {} build", header.machine.build));
        }
        if !header.command.split(' ').any(|word| word == "--full") {
            found.push(format!("{name} was recorded by {:?}, without --full", header.command));
        }
    }
    found.extend(declared.keys().map(|name| format!("{name} is declared, and is not recorded")));
    found
}

/// Each chapter that there is, with what is recorded of it.
fn chapters() -> Vec<(String, Vec<Header>)> {
    let files = std::fs::read_dir(tests::root().join("chapters")).expect("there are chapters");
    let mut found = Vec::new();
    for file in files.map(|entry| entry.expect("there are chapters").path()) {
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if file.extension().is_some_and(|extension| extension == "rs") {
            let headers = recorded_runs(name).into_iter().map(|(header, _)| header).collect();
            found.push((name.into(), headers));
        }
    }
    assert!(found.len() >= 5, "found {} chapters", found.len());
    found
}

#[test]
fn every_record_is_full_release_and_complete() {
    for (chapter, recorded) in chapters() {
        let found = differences(declared(&chapter), &recorded);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

/// And the test itself sees what it is there for.
#[test]
fn what_is_missing_or_other_is_seen() {
    let (chapter, recorded) = chapters().remove(0);
    let declared = declared(&chapter);
    let found = |change: &dyn Fn(&mut Vec<Header>)| {
        let mut recorded = recorded.clone();
        change(&mut recorded);
        differences(declared.clone(), &recorded).join("\n")
    };
    let experiment = recorded[0].experiment.clone();
    let changed: [(String, &str); 7] = [
        (found(&|all| drop(all.pop())), "is not recorded"),
        (found(&|all| all.retain(|run| run.experiment != experiment)), "is not recorded"),
        (found(&|all| all[0].case = "another".into()), "does not declare it"),
        (found(&|all| all[0].delay_us /= 10), "and recorded as"),
        (found(&|all| all[0].load.requests += 1), "and recorded as"),
        (found(&|all| all[0].machine.build = "debug".into()), "of a debug build"),
        (found(&|all| all[0].command = all[0].command.replace("--full", "")), "without --full"),
    ];
    for (found, part) in changed {
        assert!(found.contains(part), "{part}: {found}");
    }
}
