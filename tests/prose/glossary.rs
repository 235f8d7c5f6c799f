//! The glossary's words stand first where it says, and are new nowhere before.

use std::collections::BTreeMap;
use std::fs;

use tests::root;

/// Words that stand earlier than where they are explained, and why they may.
const EARLIER: [(&str, &str); 10] = [
    ("async", "a prediction names it"),
    ("await", "a table of servers names it, and the chapter that explains it"),
    ("budget", "tokio's, of turns"),
    ("drop", "Linux drops packets"),
    ("future", "explained in half a sentence, as much as is needed there"),
    ("layer", "the chapter's own title"),
    ("mean", "the verb"),
    ("poll", "a warning of the compiler's is quoted"),
    ("slot", "an answer is put into one, in a program's words"),
    ("thread", "a prediction names it"),
];

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
/// A page's first has no anchor. (The preface speaks to those who know the words from Python.)
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

/// Whether a word, or more of it, stands in a text whose lines of code, directives and links' addresses
/// are not read.
fn says(text: &str, word: &str) -> bool {
    let mut prose = String::from(text);
    for (open, close) in [("```", "```"), ("`", "`"), ("{{", "}}"), ("<", ">"), ("](", ")")] {
        while let Some((before, rest)) = prose.split_once(open) {
            let Some((_, after)) = rest.split_once(close) else { break };
            prose = format!("{before} {after}");
        }
    }
    let letter = |c: char| c.is_alphanumeric() || c == '-';
    prose.match_indices(word).any(|(at, _)| {
        let after = prose[at + word.len()..].trim_start_matches('s');
        !prose[..at].ends_with(letter) && !after.starts_with(letter)
    })
}

#[test]
fn a_word_stands_first_where_the_glossary_says() {
    let sections = sections();
    let mut earlier = Vec::new();
    for Entry { word, page, section, .. } in entries() {
        let lower = word.to_lowercase();
        let before = sections.iter().take_while(|one| (&one.0, &one.1) != (&page, &section));
        if let Some((page, section, _)) = before.into_iter().find(|one| says(&one.2, &lower)) {
            earlier.push((word, format!("{page}#{section}")));
        }
    }
    for (word, place) in &earlier {
        let known = EARLIER.iter().any(|(one, _)| one == word);
        assert!(known, "{word} stands in {place} already");
    }
    for (word, why) in EARLIER {
        let needed = earlier.iter().any(|(one, _)| one == word);
        assert!(needed, "{word} stands nowhere before ({why}): take it off the list");
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
