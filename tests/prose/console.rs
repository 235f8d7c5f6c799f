//! What a page shows of a program's output is what the program prints.

use std::fs;

use tests::{root, said};

/// A program as a page starts it, and the lines that it shows below.
struct Shown {
    page: String,
    example: String,
    lines: Vec<String>,
}

/// The blocks that show what came of `cargo run --example NAME`, started with nothing else: what a
/// server or a chapter's run prints differs from one to the next.
fn shown() -> Vec<Shown> {
    let mut found = Vec::new();
    for folder in ["book/en", "book/en/answers"] {
        for entry in fs::read_dir(root().join(folder)).expect("a folder of pages") {
            let file = entry.expect("an entry").path();
            if file.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let text = fs::read_to_string(&file).expect("a page");
            for block in text.split("```console\n").skip(1) {
                let block = block.split("```").next().expect("there is a first");
                let mut lines = block.lines();
                let command = lines.next().unwrap_or_default();
                let Some(example) = command.strip_prefix("$ cargo run --example ") else {
                    continue;
                };
                let lines: Vec<String> = lines.map(String::from).collect();
                if !example.contains(' ') && !lines.is_empty() && !lines[0].starts_with('$') {
                    let page = file.display().to_string();
                    found.push(Shown { page, example: example.into(), lines });
                }
            }
        }
    }
    found
}

/// Recorded once, with a tool that no test has. Whoever records it again must still find in it what the
/// page says of it.
#[test]
fn the_console_shows_a_task_that_is_busy_for_as_long_as_it_lives() {
    let screen = include_str!("../../chapters/choosing/console/screen.txt");
    let task = screen.lines().find(|line| line.contains("▶") && !line.starts_with("Tasks"));
    let cells: Vec<&str> = task.expect("a task that runs").split_whitespace().collect();
    let runs = cells.iter().position(|cell| *cell == "▶").expect("found by it");
    let [total, busy, .., polls, _, location] = &cells[runs + 1..] else { panic!("{cells:?}") };
    assert_eq!((total, *polls), (busy, "2"), "{screen}");
    assert!(location.starts_with("<cargo>/axum"), "{screen}");
}

/// What a page shows that the program did not print, or the other way round.
fn difference(shown: &[String], printed: &str) -> Option<String> {
    let mut printed_lines = printed.lines();
    let mut left_out = false;
    for line in shown {
        if line == "…" {
            left_out = true;
            continue;
        }
        let is_it = |printed: &str| printed.trim_end() == line.trim_end();
        let found = match left_out {
            true => printed_lines.by_ref().any(is_it),
            false => printed_lines.next().is_some_and(is_it),
        };
        if !found {
            return Some(format!("it does not print {line:?} there, but:\n{printed}"));
        }
        left_out = false;
    }
    let more: Vec<&str> = printed_lines.collect();
    (!left_out && !more.is_empty()).then(|| format!("it prints more: {more:?}"))
}

/// Some print in the order in which their waits end, a tenth of a second apart: where a busy machine kept
/// a thread for longer than that, the program is asked again.
#[test]
fn pages_show_what_programs_print() {
    const TRIES: usize = 3;
    let shown = shown();
    assert!(shown.len() >= 10, "only {} blocks show an output", shown.len());
    for Shown { page, example, lines } in shown {
        let mut differs = None;
        for _ in 0..TRIES {
            differs = difference(&lines, &said(&example, &[]));
            if differs.is_none() {
                break;
            }
        }
        if let Some(differs) = differs {
            panic!("{page}: {example}, tried {TRIES} times: {differs}");
        }
    }
}
