//! Finding what the book says about a question: its pages as passages, an index of their words,
//! and a table of terms, so that a question in Korean finds pages in English.

pub mod bm25;
pub mod pages;
pub mod words;

use std::io;
use std::path::Path;

use serde::Serialize;

use bm25::Index;
use words::Terms;

/// A piece of the book, short enough to be handed to a model with a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Passage {
    /// the page's title, and the heading above it
    pub title: String,
    /// where it stands in the built book: `/book/one-at-a-time.html#predict`
    pub link: String,
    pub text: String,
}

/// All passages, and where their words stand.
pub struct Library {
    passages: Vec<Passage>,
    index: Index,
    terms: Terms,
}

impl Library {
    /// Reads the pages in a folder, once. What is asked later reads no file.
    ///
    /// # Errors
    /// The folder or a page in it cannot be read.
    pub fn read(folder: &Path, terms: Terms) -> io::Result<Self> {
        Ok(Library::of(pages::read(folder)?, terms))
    }

    pub fn of(passages: Vec<Passage>, terms: Terms) -> Self {
        // What a passage is called says more than a sentence in it: it counts twice.
        let texts =
            passages.iter().map(|p| format!("{} {} {}", p.title, p.title, p.text));
        let index = Index::of(texts.map(|text| words::of(&text)));
        Library { passages, index, terms }
    }

    /// At most `most` passages that share words with the question, the best first. A long question
    /// costs no more than a short one: only its last words are looked for.
    pub fn find(&self, question: &str, most: usize) -> Vec<Passage> {
        let words = self.terms.expand(question);
        let found =
            self.index.best(&words[words.len().saturating_sub(MOST_WORDS)..], most);
        found.into_iter().map(|nth| self.passages[nth].clone()).collect()
    }

    pub fn passages(&self) -> &[Passage] {
        &self.passages
    }
}

/// More than anybody asks in one sentence.
const MOST_WORDS: usize = 64;
