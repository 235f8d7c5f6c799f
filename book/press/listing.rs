//! A block that is cut from a file shows what it shows, and has a link to the file as a whole.

use std::ops::Range;
use std::path::Path;

use crate::include::Include;
use crate::mistake::slashed;
use crate::page::{Fence, Page};
use crate::words::listing as words;
use crate::{html, source};

/// What to put in the place of the includes of a page's fences, and around those fences. `path` is
/// the page, from the book's `src`.
pub fn edits(page: &Page, path: &Path, includes: &[Include]) -> Vec<(Range<usize>, String)> {
    let mut edits = Vec::new();
    for fence in &page.fences {
        let of = includes.iter().filter(|include| fence.range.contains(&include.at));
        let of: Vec<&Include> = of.collect();
        if !of.is_empty() {
            edits.push((fence.range.clone(), listing(page, path, fence, &of)));
        }
    }
    edits
}

fn listing(page: &Page, path: &Path, fence: &Fence, includes: &[&Include]) -> String {
    // A fence may be indented or stand behind a `>`; whatever is added does so too.
    let begin = page.text[..fence.range.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &page.text[begin..fence.range.start];
    let margin: String = before.chars().map(|c| if c == '>' { c } else { ' ' }).collect();
    let mut block: Vec<String> = Vec::new();
    let mut at = fence.range.start;
    for line in page.text[fence.range.clone()].split_inclusive('\n') {
        let here = at..at + line.len();
        at = here.end;
        let line = line.trim_end();
        // An empty line of a quote may have no space behind its `>`.
        let margins = [margin.as_str(), margin.trim_end()];
        let line = margins.iter().find_map(|margin| line.strip_prefix(margin)).unwrap_or(line);
        let included = includes.iter().filter(|include| here.contains(&include.at));
        let mut shown = included.flat_map(|include| &include.shown).peekable();
        if shown.peek().is_some() {
            // mdBook would expand its own directives in them.
            block.extend(shown.map(|(_, line)| line.replace("{{#", "\\{{#")));
        } else if line != "#" && !line.starts_with("# ") || !fence.info.starts_with("rust") {
            block.push(line.into());
        }
        // What else is hidden by hand makes the block whole for skeptic alone, as the file does.
    }
    if let [_, inside @ .., _] = block.as_mut_slice() {
        dedent(inside);
    }
    let mut lines: Vec<String> = vec!["<div class=\"listing\">".into(), String::new()];
    lines.append(&mut block);
    lines.push(String::new());
    lines.push(ways(path, includes));
    lines.extend([String::new(), "</div>".into(), String::new()]);
    lines.join(&format!("\n{margin}"))
}

/// What is cut out of the middle of a function begins at the edge, too.
fn dedent(lines: &mut [String]) {
    let words = lines.iter().filter(|line| !line.trim().is_empty());
    let indent = words.map(|line| line.len() - line.trim_start_matches(' ').len()).min();
    for line in lines {
        line.drain(..indent.unwrap_or(0).min(line.len()));
    }
}

/// A link a file, to the first line that the block shows of it.
fn ways(path: &Path, includes: &[&Include]) -> String {
    let mut files: Vec<&Include> = Vec::new();
    for include in includes {
        if !files.iter().any(|known| known.file == include.file) {
            files.push(include);
        }
    }
    html::block(maud::html! {
        p.whole-file {
            @for include in files {
                @let file = slashed(&include.file);
                @let line = include.shown.first().map_or(1, |(line, _)| *line);
                a href=(format!("{}#l{line}", html::link(path, &source::page_of(&include.file))))
                    aria-label=(words::whole(&file)) { (file) } " "
            }
        }
    })
}
