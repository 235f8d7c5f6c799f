//! Where the directives of a page stand, and how they stand there.

use std::ops::Range;

use crate::directive::Directive;
use crate::mistake::Mistake;
use crate::page::Page;

/// A directive where it stands; `None` for one that cannot be read and is reported already.
pub struct Found {
    pub range: Range<usize>,
    pub directive: Option<Directive>,
    /// not for one that should stand alone and does not: it is reported, and woven all the same, so
    /// that what leads to it arrives, and one slip is one mistake
    pub placed: bool,
}

/// The press's directives of a page. Code and comments are left alone: the book talks about itself.
pub fn directives(page: &Page, mistakes: &mut Vec<Mistake>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (at, _) in page.text.match_indices("{{") {
        // Braces inside of what was found belong to it, and it is reported already.
        if found.last().is_some_and(|before| at < before.range.end) {
            continue;
        }
        let rest = &page.text[at + 2..];
        let escaped = page.text[..at].ends_with('\\');
        if escaped || page.is_literal(at) || rest.trim_start().starts_with('#') {
            continue;
        }
        let mut wrong = |what: String| {
            mistakes.push(Mistake::new(&page.file, Some(page.line(at)), what));
        };
        let line = rest.split('\n').next().unwrap_or_default();
        let Some(length) = line.find("}}") else {
            wrong("a directive is opened by {{ and not closed by }} on its line".into());
            continue;
        };
        let range = at..at + length + 4;
        if line[..length].contains("{{") {
            let text = &page.text[range.clone()];
            wrong(format!("{text} opens a directive before the one before it is closed by }}}}"));
            found.push(Found { range, directive: None, placed: false });
            continue;
        }
        let (directive, placed) = match line[..length].parse::<Directive>() {
            Ok(directive) if directive.is_block() && !alone(page, &range) => {
                let text = &page.text[range.clone()];
                wrong(format!("{text} must stand in a paragraph of its own"));
                (Some(directive), false)
            }
            Ok(directive) => (Some(directive), true),
            Err(what) => {
                wrong(what);
                (None, false)
            }
        };
        found.push(Found { range, directive, placed });
    }
    found
}

fn alone(page: &Page, range: &Range<usize>) -> bool {
    let whole = &page.text[range.clone()];
    page.paragraphs.iter().any(|paragraph| {
        paragraph.contains(&range.start) && page.text[paragraph.clone()].trim() == whole
    })
}

/// Whether the `nth` directive is a claim, and a claim stands right before it.
pub fn follows_a_claim(page: &Page, found: &[Found], nth: usize) -> bool {
    let is_claim =
        |found: &Found| found.placed && matches!(found.directive, Some(Directive::Claim { .. }));
    let Some(before) = nth.checked_sub(1).map(|before| &found[before]) else { return false };
    let between = &page.text[before.range.end..found[nth].range.start];
    let together = between.trim().is_empty() && !between.contains("\n\n");
    is_claim(before) && is_claim(&found[nth]) && together
}
