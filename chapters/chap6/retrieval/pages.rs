//! The book's pages as passages: their prose, without code, tables and what the press fills in.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::Passage;

/// Longer than this a passage is cut, where a paragraph ends. In bytes.
const LONG: usize = 1_200;

/// The passages of all pages in a folder that its `SUMMARY.md` names, by the names of their files.
///
/// # Errors
/// The folder or a page in it cannot be read.
pub fn read(folder: &Path) -> io::Result<Vec<Passage>> {
    let summary = fs::read_to_string(folder.join("SUMMARY.md"))?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".md") && summary.contains(&format!("({name})")) {
            files.push(path);
        }
    }
    files.sort();
    let mut passages = Vec::new();
    for file in files {
        let name =
            file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let html = if name == "README" {
            "index.html".into()
        } else {
            format!("{name}.html")
        };
        passages.extend(of(&fs::read_to_string(file)?, &html));
    }
    Ok(passages)
}

/// The passages of one page, which the built book has under the name `html`.
pub fn of(page: &str, html: &str) -> Vec<Passage> {
    let mut reading = Reading { html: html.into(), ..Reading::default() };
    // Inside of these no text is prose.
    let mut aside = 0;
    for event in
        Parser::new_ext(page, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES)
    {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Table(_) | Tag::HtmlBlock) => {
                aside += 1
            }
            Event::End(TagEnd::CodeBlock | TagEnd::Table | TagEnd::HtmlBlock) => {
                aside -= 1
            }
            _ if aside > 0 => {}
            Event::Start(Tag::Heading { .. }) => reading.paragraph_ends(),
            Event::End(TagEnd::Heading(level)) => reading.heading_ends(level),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                reading.paragraph_ends()
            }
            Event::Text(text) | Event::Code(text) => reading.line.push_str(&text),
            Event::SoftBreak | Event::HardBreak => reading.line.push(' '),
            _ => {}
        }
    }
    reading.paragraph_ends();
    reading.passage_ends();
    reading.passages
}

#[derive(Default)]
struct Reading {
    html: String,
    page: String,
    heading: String,
    anchor: String,
    /// how often an anchor was given out: the second of a name is `name-1`
    anchors: HashMap<String, usize>,
    line: String,
    text: String,
    passages: Vec<Passage>,
}

impl Reading {
    fn heading_ends(&mut self, level: HeadingLevel) {
        let heading = std::mem::take(&mut self.line).trim().to_string();
        self.passage_ends();
        let anchor = anchor(&heading);
        let before = self.anchors.entry(anchor.clone()).or_default();
        self.anchor =
            if *before == 0 { anchor } else { format!("{anchor}-{before}") };
        *before += 1;
        match level {
            HeadingLevel::H1 => {
                (self.page, self.heading) = (heading, String::new())
            }
            _ => self.heading = heading,
        }
    }

    fn paragraph_ends(&mut self) {
        let paragraph = said(&std::mem::take(&mut self.line));
        if self.text.len() + paragraph.len() > LONG {
            self.passage_ends();
        }
        if !paragraph.is_empty() {
            self.text.push_str(&paragraph);
            self.text.push('\n');
        }
    }

    fn passage_ends(&mut self) {
        let text = std::mem::take(&mut self.text).trim().to_string();
        if text.is_empty() {
            return;
        }
        let title = match self.heading.as_str() {
            "" => self.page.clone(),
            heading => format!("{}: {heading}", self.page),
        };
        let link = format!("/book/{}#{}", self.html, self.anchor);
        self.passages.push(Passage { title, link, text });
    }
}

/// As mdBook names a heading's place: letters and digits, small, and a dash for each space.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter_map(|c| match c {
        c if c.is_whitespace() => Some('-'),
        c if c.is_alphanumeric() || c == '_' || c == '-' => {
            Some(c.to_ascii_lowercase())
        }
        _ => None,
    });
    kept.collect()
}

/// A paragraph without the sentences in which the press has a number to fill in: half a sentence is
/// worse than none. What only points to a test is cut out.
fn said(paragraph: &str) -> String {
    let mut text = paragraph.to_string();
    while let Some(begin) = text.find("{{claim ") {
        let Some(length) = text[begin..].find("}}") else { break };
        text.replace_range(begin..begin + length + 2, "");
    }
    let whole: Vec<&str> =
        sentences(&text).filter(|sentence| !sentence.contains("{{")).collect();
    whole.join(" ")
}

/// Sentences end with a mark and a space, or with their line.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let mut marks = rest
            .char_indices()
            .filter(|(_, c)| matches!(c, '.' | '?' | '!' | '\n'));
        let end = marks.find_map(|(at, c)| {
            let after = &rest[at + 1..];
            (c == '\n' || after.starts_with(char::is_whitespace)).then_some(at + 1)
        });
        let (sentence, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(sentence.trim())
    })
}
