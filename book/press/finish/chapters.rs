//! What the frame of a page says of this and the other pages: their titles, and the question with
//! which each chapter begins.

use maud::html;
use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;

use crate::mistake::slashed;
use crate::words::frame as words;

pub struct Chapter {
    /// `one-at-a-time.html`
    pub path: String,
    pub title: String,
    /// `1` of a chapter that is counted
    pub number: Option<u32>,
    /// belongs to the one before it: its answers
    is_part: bool,
    /// the line in italics below its head
    pub question: Option<String>,
}

pub struct Chapters {
    /// of the whole book
    pub title: String,
    pub description: String,
    all: Vec<Chapter>,
}

impl Chapters {
    pub fn of(book: &MDBook) -> Self {
        let mut all = Vec::new();
        for item in book.iter() {
            let BookItem::Chapter(chapter) = item else { continue };
            let Some(path) = &chapter.path else { continue };
            let is_part = !chapter.parent_names.is_empty();
            let number = chapter.number.as_ref().filter(|number| number.len() == 1);
            all.push(Chapter {
                path: slashed(&path.with_extension("html")).replace("README.html", "index.html"),
                title: chapter.name.clone(),
                number: number.map(|number| number[0]),
                is_part,
                question: question(&chapter.content),
            });
        }
        let description = book.config.book.description.clone().unwrap_or_default();
        let title = book.config.book.title.clone().unwrap_or_default();
        Chapters { title, description, all }
    }

    pub fn pages(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|chapter| chapter.path.as_str())
    }

    /// Where a way from one page to the next, or to the one before, leads: from a chapter to a
    /// chapter, and not into the answers of either.
    pub fn way(&self, from: &str, to: &str, forward: bool) -> Option<&Chapter> {
        let here = self.at(from)?;
        let at = self.all.iter().position(|chapter| chapter.path == to)?;
        let whole = |chapter: &&Chapter| !chapter.is_part;
        let found = match forward {
            _ if here.is_part => None,
            true => self.all[at..].iter().find(whole),
            false => self.all[..=at].iter().rfind(whole),
        };
        Some(found.unwrap_or(&self.all[at]))
    }

    pub fn at(&self, path: &str) -> Option<&Chapter> {
        self.all.iter().find(|chapter| chapter.path == path)
    }
}

/// The paragraph in italics that a page begins with, below its head: in plain words.
fn question(markdown: &str) -> Option<String> {
    let mut blocks = markdown.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    let _head = blocks.next().filter(|head| head.starts_with("# "))?;
    let words = blocks.next()?.strip_prefix('*')?.strip_suffix('*')?;
    let plain = !words.contains(['*', '`', '{', '[', '<']);
    plain.then(|| words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What unfolds a chapter's answers: an anchor that leads nowhere and takes no focus, in mdBook.
const FOLD: &str = "<a class=\"chapter-fold-toggle\"><div>❱</div></a>";

/// The sidebar's list, with its question below each chapter's name. `script`: it stands in a string
/// of JavaScript.
pub fn list(html: &str, chapters: &Chapters, script: bool) -> Result<String, String> {
    let mut html = html.to_string();
    for chapter in chapters.all.iter().filter(|chapter| chapter.number.is_some()) {
        let Some(question) = &chapter.question else { continue };
        let link = format!("<a href=\"{}\"", chapter.path);
        let at = html.find(&link).ok_or(format!("no link to {}", chapter.path))?;
        let end = html[at..].find("</a>").ok_or("a link without an end")? + at;
        let mut words = html! { span.question { (question) } }.into_string();
        if script {
            words = words.replace('\\', "\\\\").replace('\'', "\\'");
        }
        html.insert_str(end, &words);
    }
    let parts = chapters.all.iter().any(|chapter| chapter.is_part);
    if parts && !html.contains(FOLD) {
        return Err(format!("nowhere {FOLD}"));
    }
    let button = html! {
        button type="button" class="chapter-fold-toggle" aria-label=(words::ITS_ANSWERS) { div { "❱" } }
    };
    Ok(html.replace(FOLD, &button.into_string()))
}
