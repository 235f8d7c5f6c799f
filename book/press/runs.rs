//! The recorded runs of the project, as they stand in `book/runs`.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use while_you_wait::record::read_file;
use while_you_wait::views::names::Runs;

use crate::directive::Directive;
use crate::mistake::Mistake;
use crate::project::Project;

/// The recorded runs, with the answers already given from them: a rebuild that changes only
/// prose asks the same questions of the same runs.
#[derive(Default)]
pub struct Recorded {
    pub runs: Runs,
    /// records that were refused
    pub mistakes: Vec<Mistake>,
    answers: Mutex<HashMap<(Directive, u64), Result<String, String>>>,
}

impl Recorded {
    /// Reads every record. One that is refused is a mistake of its file, and the others still count.
    pub fn of(project: &Project) -> Self {
        let mut files: Vec<PathBuf> = fs::read_dir(project.runs())
            .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
            .unwrap_or_default();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
        files.sort();
        let mut all = Vec::new();
        let mut mistakes = Vec::new();
        for file in files {
            match read_file(&file) {
                Ok(runs) => all.extend(runs),
                Err(bad) => mistakes.push(Mistake::new(project.named(&file), bad.line, bad.why)),
            }
        }
        Recorded { runs: Runs::from(all), mistakes, answers: Mutex::default() }
    }

    /// What these runs answer to a directive: worked out once, known from then on. `beside` stands for what else
    /// the answer is made of: another number where that is other.
    ///
    /// # Errors
    /// As `answer`.
    pub fn once(
        &self,
        directive: &Directive,
        beside: u64,
        answer: impl FnOnce(&Runs) -> Result<String, String>,
    ) -> Result<String, String> {
        // One that panicked has put nothing in.
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (directive.clone(), beside);
        answers.entry(key).or_insert_with(|| answer(&self.runs)).clone()
    }
}
