//! What every chapter's page owes its reader.

use std::fs;

use tests::root;

/// The chapters' pages, by the number that their names in the summary have.
fn chapters() -> Vec<(usize, String, String)> {
    let summary = fs::read_to_string(root().join("book/en/SUMMARY.md")).expect("a summary");
    let numbered = summary.lines().filter_map(|line| line.strip_prefix("- ["));
    let files = numbered.map(|line| line.split(['(', ')']).nth(1).expect("a link").to_string());
    let read = |file: &str| fs::read_to_string(root().join("book/en").join(file)).expect("a page");
    files.zip(1..).map(|(file, nth)| (nth, read(&file), file)).collect()
}

/// The directives that show what was measured as a block.
const SHOWING: [&str; 8] =
    ["table", "matrix", "across", "timeline", "served", "latencies", "saturation", "strip"];

/// Whoever is asked to predict sees the answer only when they open it.
#[test]
fn no_prediction_is_spoiled() {
    let mut asked = 0;
    for (_, page, file) in chapters() {
        let mut open = None;
        let mut in_fold = false;
        for (line, nth) in page.lines().zip(1..) {
            if line.starts_with("## Predict") || line.contains("**Predict") {
                open = Some(nth);
                asked += 1;
            }
            match line {
                r#"<details class="prediction">"# => (in_fold, open) = (true, None),
                "</details>" => in_fold = false,
                _ => {}
            }
            let shows = SHOWING.iter().any(|word| line.starts_with(&format!("{{{{{word} ")));
            assert!(
                !shows || in_fold || open.is_none(),
                "{file}:{nth} shows what line {} asks to predict: put it into a fold",
                open.unwrap_or_default()
            );
        }
    }
    assert!(asked > 10, "only {asked} predictions were found");
}

/// Whoever is asked to predict can tell the page: before its fold, each question has a form.
#[test]
fn each_prediction_can_be_told_to_the_page() {
    let mut told = 0;
    for (_, page, file) in chapters() {
        let mut asked = None;
        for (line, nth) in page.lines().zip(1..) {
            if line.contains("**Predict") {
                asked = Some(nth);
            }
            if line.trim_start().starts_with("{{predict ") {
                (asked, told) = (None, told + 1);
            }
            let fold = line == r#"<details class="prediction">"#;
            assert!(!fold || asked.is_none(), "{file}:{} has no form", asked.unwrap_or_default());
        }
        let folds = page.matches(r#"<details class="prediction">"#).count();
        assert!(
            page.matches("{{predict ").count() >= folds,
            "{file} has folds that nobody asked for"
        );
    }
    assert!(told > 30, "only {told} questions have forms");
}

/// Each exercise leads to its answer, and each answer back.
#[test]
fn exercises_and_answers_find_each_other() {
    for (nth, page, file) in chapters() {
        let answers = root().join(format!("book/en/answers/chap{nth}.md"));
        let answers = fs::read_to_string(&answers).expect("a chapter has answers");
        let heads = answers.lines().filter(|line| line.starts_with("## ")).count();
        assert!(heads > 0, "no answers to {file}");
        let there = page.matches(&format!("[Answer](answers/chap{nth}.md#")).count();
        assert_eq!(there, heads, "{file} has links to {there} of {heads} answers");
        for exercise in 1..=heads {
            let id = format!(r#"id="exercise-{exercise}""#);
            assert!(page.contains(&id), "{file} has no place {id}");
            let back = format!("[The exercise](../{file}#exercise-{exercise})");
            assert!(answers.contains(&back), "answers/chap{nth}.md has no {back}");
        }
    }
}

/// Figures do not say where their runs come from, so that the page does.
#[test]
fn each_chapter_says_once_where_its_runs_come_from() {
    for (nth, page, file) in chapters() {
        assert_eq!(page.matches(&format!("{{{{machine chap{nth}}}}}")).count(), 1, "{file}");
    }
}
