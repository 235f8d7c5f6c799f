//! The glossary's words stand where it says, and are new nowhere before.

use std::collections::BTreeMap;
use std::fs;

use tests::root;

/// A word, in Korean too, and the page and the section in which it first stands.
struct Entry {
    word: String,
    korean: String,
    page: String,
    section: String,
}

fn entries() -> Vec<Entry> {
    let rows = page("glossary.md");
    let rows = rows.lines().filter(|line| line.starts_with("| <span id="));
    rows.map(|row| {
        let cells: Vec<&str> = row.split(" | ").collect();
        let text = |cell: &str| {
            cell.split(['>', '<']).filter(|part| !part.is_empty()).nth(1).map(String::from)
        };
        let link = cells[3].split(['(', ')']).find(|part| part.contains(".md")).expect("a link");
        let (page, section) = link.split_once('#').unwrap_or((link, ""));
        Entry {
            word: cells[0].rsplit('>').next().expect("a word").into(),
            korean: text(cells[1]).expect("a word in Korean"),
            page: page.into(),
            section: section.into(),
        }
    })
    .collect()
}

fn page(file: &str) -> String {
    fs::read_to_string(root().join("book/en").join(file)).expect("a page")
}

/// The sections of the chapters, in the order in which they are read: page, anchor, text on one line.
/// A page's first has no anchor.
fn sections() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for line in page("SUMMARY.md").lines().filter(|line| line.starts_with("- [")) {
        let file = line.split(['(', ')']).nth(1).expect("a link");
        let mut section = (file.to_string(), String::new(), String::new());
        let mut code = false;
        for line in page(file).lines() {
            code ^= line.starts_with("```");
            if line.starts_with("##") && !code {
                found.push(section);
                section = (file.into(), anchor(line), String::new());
            }
            section.2 += &line.to_lowercase();
            section.2.push(' ');
        }
        found.push(section);
    }
    found
}

/// A heading as a link names it.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn a_word_stands_where_the_glossary_says_and_is_new_nowhere_before() {
    let sections = sections();
    let entries = entries();
    assert!(entries.len() > 40, "the glossary has {} words", entries.len());
    for Entry { word, page, section, .. } in entries {
        let at = sections.iter().position(|one| one.0 == page && one.1 == section);
        let at = at.unwrap_or_else(|| panic!("{word}: {page} has no section {section:?}"));
        let lower = word.to_lowercase();
        assert!(sections[at].2.contains(&lower), "{word} does not stand in {page}#{section}");
        // What is new stands in italics.
        let new = format!("*{lower}*");
        let earlier = sections[..at].iter().find(|one| one.2.contains(&new));
        assert!(
            earlier.is_none(),
            "{word} is new in {}#{}",
            earlier.unwrap().0,
            earlier.unwrap().1
        );
    }
}

/// The chat of chapter 6 and the glossary say the same in Korean.
#[test]
fn korean_words_are_those_of_the_table() {
    let table = include_str!("../../chapters/chap6/terms.tsv");
    let table: BTreeMap<&str, &str> =
        table.lines().filter_map(|row| row.split_once('\t')).collect();
    let mut known = 0;
    for Entry { word, korean, .. } in entries() {
        let Some(english) = table.get(korean.as_str()) else { continue };
        known += 1;
        let lower = word.to_lowercase();
        let english: Vec<String> = english.split(", ").map(str::to_lowercase).collect();
        let same = |said: &String| *said == lower || lower.split(' ').any(|part| part == said);
        assert!(english.iter().any(same), "{korean} is {english:?} in the table, and {word} here");
    }
    assert!(known > 40, "only {known} words of the glossary are in the table");
}
