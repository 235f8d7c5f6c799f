//! The folds of a page: what a reader opens who has predicted what is in it.

use std::ops::Range;

use crate::page::Page;

const OPENING: &str = "<details class=\"prediction\">";

/// One fold, as the author wrote it.
#[derive(Debug, Clone)]
pub struct Fold {
    /// which of the page's, from 1
    pub nth: usize,
    /// its opening tag
    pub tag: Range<usize>,
    pub text: String,
}

/// The folds of a page in order.
pub fn folds(page: &Page) -> Vec<Fold> {
    let at = page.text.match_indices(OPENING).map(|(at, _)| at).filter(|at| !page.is_literal(*at));
    let fold = |(at, nth): (usize, usize)| {
        let tag = at..at + OPENING.len();
        let rest = &page.text[tag.end..];
        let text = rest[..rest.find("</details>").unwrap_or(rest.len())].to_string();
        Fold { nth, tag, text }
    };
    at.zip(1..).map(fold).collect()
}

impl Fold {
    /// What links lead to.
    pub fn id(&self) -> String {
        format!("prediction-{}", self.nth)
    }

    pub fn opening(&self) -> String {
        format!("<details class=\"prediction\" id=\"{}\">", self.id())
    }

    /// Whether a directive in it names this experiment.
    pub fn shows(&self, experiment: &str) -> bool {
        self.text.match_indices(experiment).any(|(at, _)| {
            let next = self.text[at + experiment.len()..].chars().next();
            !next.is_some_and(|c| c.is_alphanumeric() || c == '-')
        })
    }

    /// The line of a program's output that begins with these words.
    pub fn printed(&self, words: &str) -> Option<&str> {
        let blocks = self.text.split("```console\n").skip(1);
        let lines = blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines());
        lines.map(str::trim).find(|line| line.starts_with(words))
    }
}
