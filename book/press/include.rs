//! mdBook's own directives, `{{#include …}}` and its kin. mdBook leaves a missing file's directive
//! in the page and shows a missing anchor as nothing, and both build; here both are mistakes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::mistake::{Mistake, slashed};
use crate::near;
use crate::page::Page;

const KNOWN: [&str; 4] = ["include", "rustdoc_include", "playground", "title"];

static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(\\)?\{\{\s*#\s*([^\s{}]*)[ \t]*([^{}\n]*)(\}\})?").expect("a fixed pattern")
});

/// One `{{#…}}` of a page that names a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// where it stands in the page
    pub at: usize,
    /// the file, from the project's root
    pub file: PathBuf,
    /// what stands behind the colon: an anchor, a range of lines, or nothing
    pub part: String,
    /// the lines that it shows, each with its number in the file; never a line that marks an anchor
    pub shown: Vec<(usize, String)>,
}

/// The files that a page includes, and what is wrong with its `{{#…}}`.
pub fn read(page: &Page, root: &Path) -> (Vec<Include>, Vec<Mistake>) {
    let mut includes = Vec::new();
    let mut mistakes = Vec::new();
    for found in DIRECTIVE.captures_iter(page.text) {
        let at = found.get(0).expect("the whole").start();
        let inline = page.inline_code.iter().any(|range| range.contains(&at));
        if found.get(1).is_some() || inline {
            continue;
        }
        match one(page, root, at, &found) {
            Ok(include) => includes.extend(include),
            Err(what) => mistakes.push(Mistake::new(&page.file, Some(page.line(at)), what)),
        }
    }
    (includes, mistakes)
}

fn one(
    page: &Page,
    root: &Path,
    at: usize,
    found: &regex::Captures,
) -> Result<Option<Include>, String> {
    let word = &found[2];
    if !KNOWN.contains(&word) {
        let hint = near::hint(word, KNOWN);
        return Err(format!("mdBook knows no {{{{#{word}}}}}{hint}"));
    }
    if found.get(4).is_none() {
        return Err(format!("{{{{#{word} …}}}} is not closed on its line"));
    }
    if word == "title" {
        return Ok(None);
    }
    let Some(target) = found[3].split_whitespace().next() else {
        return Err(format!("{{{{#{word}}}}} names no file"));
    };
    let (path, part) = match word {
        "playground" => (target, ""),
        _ => target.split_once(':').unwrap_or((target, "")),
    };
    let file = inside(page, root, path)?;
    let text = fs::read_to_string(root.join(&file))
        .map_err(|why| format!("cannot include {}: {why}", slashed(&file)))?;
    part_exists(&text, part).map_err(|why| format!("{}: {why}", slashed(&file)))?;
    let shown = shown(&text, part);
    Ok(Some(Include { at, file, part: part.into(), shown }))
}

/// The included file from the project's root, if it is there and belongs to the project.
fn inside(page: &Page, root: &Path, path: &str) -> Result<PathBuf, String> {
    let folder = root.join(&page.file).parent().expect("a page lies in a folder").to_path_buf();
    let file = folder
        .join(path)
        .canonicalize()
        .map_err(|_| format!("the included file {path} does not exist"))?;
    let root = root.canonicalize().map_err(|why| format!("cannot read the project: {why}"))?;
    let file = file
        .strip_prefix(&root)
        .map_err(|_| format!("the included file {path} lies outside the project"))?;
    Ok(file.to_path_buf())
}

/// Whether the anchor or the lines are there, once and with something in them.
fn part_exists(text: &str, part: &str) -> Result<(), String> {
    let numbers: Vec<&str> = part.split(':').collect();
    if numbers.iter().all(|number| number.chars().all(|c| c.is_ascii_digit())) {
        return lines_exist(text.lines().count(), &numbers);
    }
    let anchors: Vec<(usize, &str)> = marks(text, "ANCHOR:");
    let starts: Vec<usize> =
        anchors.iter().filter(|(_, name)| *name == part).map(|(line, _)| *line).collect();
    let end = marks(text, "ANCHOR_END:").into_iter().find(|(_, name)| *name == part);
    match (starts.as_slice(), end) {
        ([], _) => {
            let hint = near::hint(part, anchors.iter().map(|(_, name)| *name));
            Err(format!("there is no anchor {part:?}{hint}"))
        }
        ([_, second, ..], _) => Err(format!("the anchor {part:?} begins again at line {second}")),
        ([_], None) => Err(format!("the anchor {part:?} has no ANCHOR_END")),
        ([start], Some((end, _))) if end <= start + 1 => {
            Err(format!("there is nothing in the anchor {part:?}"))
        }
        ([_], Some(_)) => Ok(()),
    }
}

/// Whether a range such as `2:9`, `2:` or `:9` is one of a file of so many lines.
fn lines_exist(all: usize, numbers: &[&str]) -> Result<(), String> {
    for number in numbers.iter().filter(|number| !number.is_empty()) {
        // One that is too large even to be read is no line either.
        match number.parse::<usize>() {
            Ok(0) => return Err("there is no line 0, the first is 1".into()),
            Ok(line) if line <= all => {}
            _ => return Err(format!("there is no line {number}, the file has {all}")),
        }
    }
    let line = |at: usize| numbers.get(at)?.parse::<usize>().ok();
    match (line(0), line(1)) {
        _ if numbers.len() > 2 => Err("a range is of two lines, as in 2:9".into()),
        (Some(first), Some(last)) if first > last => {
            Err(format!("the lines {first}:{last} run backwards; {last}:{first} would be right"))
        }
        _ => Ok(()),
    }
}

/// The lines of a part that exists.
fn shown(text: &str, part: &str) -> Vec<(usize, String)> {
    let (first, last) = match part.split_once(':') {
        _ if part.is_empty() => (1, usize::MAX),
        Some((first, last)) => (first.parse().unwrap_or(1), last.parse().unwrap_or(usize::MAX)),
        None => match part.parse() {
            Ok(line) => (line, line),
            Err(_) => {
                let line = |mark| marks(text, mark).into_iter().find(|(_, name)| *name == part);
                let line = |mark| line(mark).expect("the anchor is there").0;
                (line("ANCHOR:") + 1, line("ANCHOR_END:") - 1)
            }
        },
    };
    without_marks(text).filter(|(line, _)| (first..=last).contains(line)).collect()
}

/// A file's lines with their numbers, without those that only mark an anchor.
pub fn without_marks(text: &str) -> impl Iterator<Item = (usize, String)> + '_ {
    let marked = |line: &str| line.contains("ANCHOR:") || line.contains("ANCHOR_END:");
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.to_string()));
    lines.filter(move |(_, line)| !marked(line))
}

/// Lines that carry a mark, with the name behind it; as mdBook reads them.
fn marks<'a>(text: &'a str, mark: &str) -> Vec<(usize, &'a str)> {
    let name = |line: &'a str| {
        let rest = line[line.find(mark)? + mark.len()..].trim_start();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
        Some(&rest[..end.unwrap_or(rest.len())])
    };
    text.lines().enumerate().filter_map(|(at, line)| Some((at + 1, name(line)?))).collect()
}
