//! What a chapter declares that the book records of it, for programs to read.

use serde_json::{Value, json};

use super::cli::RunArgs;
use super::header::header;
use super::plan;
use crate::chapter::Chapter;

/// Each run that `--full` makes, in order: the fields of its `run` line that the chapter decides.
///
/// # Errors
/// An experiment names a case that the chapter does not have.
pub fn runs(chapter: &Chapter) -> Result<Vec<Value>, String> {
    let full = RunArgs { full: true, ..RunArgs::default() };
    let mut runs = Vec::new();
    for step in plan::steps(chapter, None, &full)? {
        for name in &step.cases {
            let case = chapter.cases.iter().find(|case| case.name == *name);
            let case = case.ok_or_else(|| format!("{} has no case {name:?}", chapter.name))?;
            for repeat in 1..=step.repeats {
                let run = header(chapter, &step, case, repeat);
                runs.push(json!({
                    "chapter": run.chapter,
                    "experiment": run.experiment,
                    "case": run.case,
                    "repeat": run.repeat,
                    "repeats": run.repeats,
                    "delay-us": run.delay_us,
                    "load": run.load,
                }));
            }
        }
    }
    Ok(runs)
}
