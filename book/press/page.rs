//! A page as the press sees it: which stretches are prose, which are code, where each line is.

use std::ops::Range;
use std::path::PathBuf;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

/// A page's source, cut by what Markdown makes of it. Ranges are bytes of `text`.
#[derive(Debug)]
pub struct Page<'a> {
    /// from the project's root
    pub file: PathBuf,
    pub text: &'a str,
    pub fences: Vec<Fence>,
    /// `inline code`
    pub inline_code: Vec<Range<usize>>,
    /// indented code and HTML comments: nobody reads these as prose, and nothing is woven there
    pub comments: Vec<Range<usize>>,
    /// the text of each paragraph, heading, cell or item
    pub prose: Vec<Vec<Piece>>,
    /// paragraphs, by their whole range
    pub paragraphs: Vec<Range<usize>>,
    /// the addresses of links and images, with where they stand
    pub links: Vec<(usize, String)>,
    /// while cutting: an HTML comment has been opened and not closed
    in_comment: bool,
}

/// A fenced code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    pub range: Range<usize>,
    /// what stands behind the opening backticks: `rust,no_run`
    pub info: String,
    pub body: String,
}

/// A run of text as the reader sees it, and where it comes from.
#[derive(Debug, Clone)]
pub struct Piece {
    pub range: Range<usize>,
    pub text: String,
}

impl<'a> Page<'a> {
    pub fn read(file: impl Into<PathBuf>, text: &'a str) -> Self {
        let mut page = Page {
            file: file.into(),
            text,
            fences: Vec::new(),
            inline_code: Vec::new(),
            comments: Vec::new(),
            prose: vec![Vec::new()],
            paragraphs: Vec::new(),
            links: Vec::new(),
            in_comment: false,
        };
        page.cut();
        page
    }

    /// The line of a byte, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }

    /// Whether nothing at `at` is woven: code, or a comment.
    pub fn is_literal(&self, at: usize) -> bool {
        self.fences.iter().any(|fence| fence.range.contains(&at))
            || self.inline_code.iter().chain(&self.comments).any(|range| range.contains(&at))
    }

    fn cut(&mut self) {
        // Which block of code we are in: a fence by its place in the list, or an indented one.
        let mut code: Option<Option<usize>> = None;
        let mut autolink = false;
        for (event, range) in Parser::new_ext(self.text, options()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    code = Some(Some(self.fences.len()));
                    let info = info.to_string();
                    self.fences.push(Fence { range, info, body: String::new() });
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                    code = Some(None);
                    self.comments.push(range);
                }
                Event::End(TagEnd::CodeBlock) => code = None,
                Event::Text(text) => match code {
                    Some(Some(fence)) => self.fences[fence].body.push_str(&text),
                    Some(None) => {}
                    None if autolink => {}
                    None => self.push(range, text.to_string()),
                },
                Event::SoftBreak | Event::HardBreak => self.push(range, " ".into()),
                Event::Code(_) => {
                    self.inline_code.push(range.clone());
                    self.push(range, "`".into());
                }
                Event::Html(html) | Event::InlineHtml(html) => self.html(range, &html),
                Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                    autolink = matches!(link_type, LinkType::Autolink | LinkType::Email);
                    self.links.push((range.start, dest_url.to_string()));
                }
                Event::End(TagEnd::Link) => autolink = false,
                Event::Start(Tag::Image { dest_url, .. }) => {
                    self.links.push((range.start, dest_url.to_string()));
                }
                Event::Start(Tag::Paragraph) => {
                    self.paragraphs.push(range);
                    self.prose.push(Vec::new());
                }
                Event::Start(
                    Tag::Heading { .. }
                    | Tag::Item
                    | Tag::TableCell
                    | Tag::HtmlBlock
                    | Tag::DefinitionListTitle
                    | Tag::DefinitionListDefinition,
                )
                | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell) => {
                    self.prose.push(Vec::new());
                }
                _ => {}
            }
        }
    }

    fn push(&mut self, range: Range<usize>, text: String) {
        self.prose.last_mut().expect("there is always one").push(Piece { range, text });
    }

    /// Raw HTML: its text is prose, its tags are not.
    fn html(&mut self, range: Range<usize>, html: &str) {
        if self.in_comment || html.trim_start().starts_with("<!--") {
            self.in_comment = !html.contains("-->");
            self.comments.push(range);
            return;
        }
        let mut in_tag = false;
        let text: String = html
            .chars()
            .map(|c| {
                let shown = !in_tag && c != '<';
                in_tag = (in_tag || c == '<') && c != '>';
                if shown { c.to_string() } else { " ".repeat(c.len_utf8()) }
            })
            .collect();
        self.push(range, text);
    }
}

/// The Markdown that mdBook reads, less the smart punctuation, which would hide where text is from.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
}
