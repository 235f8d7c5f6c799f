//! Loose numbers: what looks measured, and was typed. A measured number comes from the record or
//! is not in the book; a setting says so with `{{given 3 s}}`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::mistake::Mistake;
use crate::page::{Page, Piece};

static MEASURED: LazyLock<Regex> = LazyLock::new(|| {
    let words = [
        "µs|μs|us|ms|ns|s",
        "(?:micro|milli|nano)?seconds?|minutes?",
        "[kKMG]i?B|B|(?:kilo|mega|giga)?bytes?",
        "percent|(?:requests|req)\\s*/\\s*s|requests (?:a|per) second|rps",
    ]
    .join("|");
    // A hyphen joins too: a 3-second wait.
    Regex::new(&format!(r"\d[\d.,]*[\s\u{{2009}}\u{{202f}}-]?(?:%|(?:{words})\b)"))
        .expect("a fixed pattern")
});

/// Numbers with a unit in the prose of a page, outside `woven` (its directives), code and addresses.
pub fn find(page: &Page, woven: &[Range<usize>]) -> Vec<Mistake> {
    let mut found = Vec::new();
    for block in &page.prose {
        let text: String = block.iter().map(|piece| piece.text.as_str()).collect();
        for hit in MEASURED.find_iter(&text) {
            let at = origin(block, hit.start());
            if !stands_alone(&text, hit.range()) || woven.iter().any(|range| range.contains(&at)) {
                continue;
            }
            let number = hit.as_str();
            found.push(Mistake::new(
                &page.file,
                Some(page.line(at)),
                format!(
                    "{number:?} is a number typed into the prose: a result is {{{{measured …}}}}, a setting is {{{{given {number}}}}}"
                ),
            ));
        }
    }
    found
}

/// Whether a hit is a whole number, and not the end of a word or of a version, or a decade.
fn stands_alone(text: &str, hit: Range<usize>) -> bool {
    let before = text[..hit.start].chars().next_back();
    let number = &text[hit];
    let decade = ["19", "20"].iter().any(|century| {
        number.strip_prefix(century).is_some_and(|rest| rest.len() == 3 && rest.ends_with("0s"))
    });
    !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') && !decade
}

/// The byte of the page that a byte of a block's text comes from.
fn origin(block: &[Piece], mut at: usize) -> usize {
    for piece in block {
        if at < piece.text.len() {
            // An entity or an escape is shorter or longer than what it stands for.
            let same = piece.text.len() == piece.range.len();
            return piece.range.start + if same { at } else { 0 };
        }
        at -= piece.text.len();
    }
    block.last().map_or(0, |piece| piece.range.end.saturating_sub(1))
}
