//! Chapter 6: a question in Korean finds Korean passages, and pages in English.

use chap6::retrieval::words::Terms;
use chap6::retrieval::{Library, Passage};

/// The rows of a table, but for its head.
fn rows(table: &str) -> Vec<Vec<&str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect()).collect()
}

const PASSAGES: &str = include_str!("../../../chapters/chap6/korean/passages.tsv");
const QUESTIONS: &str = include_str!("../../../chapters/chap6/korean/questions.tsv");
const PAGES: &str = include_str!("../../../chapters/chap6/korean/pages.tsv");

fn passages() -> Vec<Passage> {
    let passage = |row: &Vec<&str>| Passage {
        title: row[1].into(),
        link: row[0].into(),
        text: row[2].into(),
    };
    rows(PASSAGES).iter().map(passage).collect()
}

fn book(terms: Terms) -> Library {
    Library::read(&tests::root().join("book/en"), terms).expect("the book's pages")
}

/// Of so many questions how many find what they should among the first, and which do not.
fn found<'a>(library: &Library, questions: &[Vec<&'a str>], first: usize) -> (usize, Vec<&'a str>) {
    let finds = |row: &&Vec<&str>| {
        let name = row[1].replace(".md", ".html");
        library.find(row[0], first).iter().any(|passage| passage.link.contains(&name))
    };
    let missed: Vec<_> = questions.iter().filter(|row| !finds(row)).map(|row| row[0]).collect();
    (questions.len() - missed.len(), missed)
}

#[test]
fn a_korean_question_finds_its_korean_passage_first() {
    let questions = rows(QUESTIONS);
    assert!(questions.len() >= 20);
    let library = Library::of(passages(), Terms::of_the_book().expect("a table"));
    let (_, missed) = found(&library, &questions, 1);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_korean_question_finds_its_page_in_the_english_book() {
    let questions = rows(PAGES);
    assert!(questions.len() >= 15);
    let library = book(Terms::of_the_book().expect("a table"));
    let (_, missed) = found(&library, &questions, 3);
    assert!(missed.is_empty(), "{missed:#?}");
    // And mostly as the first of all.
    let (first, missed) = found(&library, &questions, 1);
    assert!(first * 4 >= questions.len() * 3, "{missed:#?}");
    // It is the table that does it.
    let (without, _) = found(&book(Terms::default()), &questions, 3);
    assert!(without * 3 < questions.len(), "{without} found without a term");
}

#[test]
fn the_table_of_terms_is_in_order() {
    let table = include_str!("../../../chapters/chap6/terms.tsv");
    let mut terms: Vec<&str> = Vec::new();
    for line in table.lines() {
        let (korean, english) = line.split_once('\t').unwrap_or_else(|| panic!("{line:?}"));
        assert!(!terms.contains(&korean), "{korean} stands there twice");
        assert!(!english.is_empty() && english.is_ascii(), "{line:?}");
        terms.push(korean);
    }
    assert!(terms.len() >= 100, "{}", terms.len());
}
