//! What the search looks through: words, and no numbers of figures and tables.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tests::fixture::Fixture;

use crate::press::running::Served;

/// The index that the pages of a book refer to.
fn index(folder: &Path) -> String {
    let page = fs::read_to_string(folder.join("one.html")).expect("a page");
    fs::read_to_string(folder.join(name(&page))).expect("the index has the name that pages know")
}

fn name(page: &str) -> &str {
    let at = page.find("searchindex-").expect("a page names its index");
    page[at..].split(['"', '\'']).next().expect("there is a rest")
}

/// Pages are shown as soon as they are there; until their words have been looked through, a search
/// finds those of before.
#[test]
fn a_book_that_is_written_is_searched_from_the_first_printing_to_the_last() {
    let fixture = Fixture::new();
    let served = Served::start(&fixture);
    let index = || format!("/{}", name(&served.get("/one.html").text()));
    let first = index();
    assert!(served.get(&first).text().contains("A handler waits"), "before anybody may ask");
    for word in ["Gooseberry", "Currant"] {
        fixture.append(&format!("{word} is another."));
        assert!(served.shows("/one.html", word));
        assert_eq!(index(), first);
        let kept = served.get(&first).text();
        assert!(kept.contains("A handler waits"), "there is always one");
        assert!(served.shows(&first, word), "{word} is found by a search in the end");
    }
}

#[test]
fn the_index_holds_words_and_names_and_no_number_of_a_figure() {
    let fixture = Fixture::with(
        "Rhubarb is a word.\n\n```rust\n# fn main() { hidden()\nlet a = rhubarb_of((1,2));\n# }\n```",
    );
    let folder = fixture.build().expect("a right book");
    let (page, index) = (fixture.html("one.html"), index(&folder));
    // Of a table below a figure, and of its legend.
    for shown in ["2000.750", "queueing"] {
        assert!(page.contains(shown), "{shown} is on the page");
        assert!(!index.contains(shown), "{shown} is found by a search");
    }
    for word in ["Rhubarb is a word", "let a rhubarb_of 1 2"] {
        assert!(index.contains(word), "{word} is not found by a search: {index}");
    }
    assert!(!index.contains("rhubarb_of(("), "code is cut at spaces alone");
    assert!(!index.contains("hidden"), "what no page shows is found by a search");
}

#[test]
fn what_is_beside_the_pages_is_not_taken_for_the_index() {
    let fixture = Fixture::new();
    fixture.replace(
        "book.toml",
        "[output.html]",
        "[output.html.search]\nenable = false\n\n[output.html]",
    );
    let folder = fixture.build().expect("a book may have no search");
    let index = |name: &str| name.starts_with("searchindex");
    let mut files = fs::read_dir(folder).expect("a folder");
    assert!(!files.any(|file| index(&file.unwrap().file_name().to_string_lossy())));
}

/// A browser makes of it what elasticlunr reads; `tests/browser/search.rs` looks that it does.
#[test]
fn of_each_word_the_index_says_which_sections_have_it_and_how_often() {
    let fixture =
        Fixture::with("## Berries\n\nCurrants, a currant: gooseberry's.\n\n## Herbs\n\nCurrant.");
    let script = index(&fixture.build().expect("a right book"));
    let text = script.split_once("JSON.parse('").expect("it is a string").1;
    let text =
        text.split_once("'));").expect("it ends").0.replace("\\'", "'").replace("\\\\", "\\");
    let search: Value = serde_json::from_str(&text).expect("JSON");
    let sections: Vec<_> = search["doc_urls"].as_array().expect("a list").iter().collect();
    let section = |name: &str| {
        sections.iter().position(|url| url.as_str() == Some(name)).expect("it is a section")
    };
    let (berries, herbs) = (section("one.html#berries"), section("one.html#herbs"));
    let words = &search["index"]["index"];
    assert_eq!(words["body"]["currant"], format!("{berries}:2 {herbs}"));
    assert_eq!(words["title"]["berri"], berries.to_string());
    // What a word goes on with is no word.
    assert_eq!(words["body"]["curr"], Value::Null);
}
