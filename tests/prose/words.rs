//! Of what figures, tables and the panels below them show, each single word has a home: it stands in the press's
//! words, in the kit, or in a record. `press::words` holds the same of sentences, in the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use press::book::{Press, build};
use press::directive::SHAPES;
use press::project::Project;
use scraper::{ElementRef, Html, Selector};
use while_you_wait::record::{Run, Value};
use while_you_wait::views::names::series_of;

use crate::press::literals::of_rust;

/// Of the kit: labels, the names of outcomes, and how numbers are written.
const HOMES: [&str; 5] = [
    "book/press/words",
    "src/views/metrics",
    "src/views/quantity.rs",
    "src/views/spread.rs",
    "src/record/outcome.rs",
];

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let all = text.split(|c: char| !c.is_alphabetic());
    all.filter(|word| word.chars().count() > 1).map(str::to_string)
}

/// The words of all texts in a source, or in a folder of them.
fn written(home: &Path) -> Vec<String> {
    if home.is_dir() {
        let inside = fs::read_dir(home).expect("a folder").map(|entry| entry.expect("one").path());
        return inside.flat_map(|path| written(&path)).collect();
    }
    let literals = of_rust(&fs::read_to_string(home).expect("source"));
    literals.iter().flat_map(|literal| words(&literal.text)).collect()
}

/// What a record calls what it has, and the texts that it found out.
fn recorded(run: &Run) -> Vec<String> {
    let mut texts = vec![series_of(run).to_string()];
    texts.extend(run.header.load.probe.as_ref().map(|probe| probe.path.clone()));
    texts.extend(run.events.iter().flat_map(|event| [event.lane.clone(), event.what.clone()]));
    texts.extend(run.facts.iter().flat_map(|fact| match &fact.value {
        Value::Text(text) => [fact.name.clone(), text.clone()],
        _ => [fact.name.clone(), fact.unit.clone()],
    }));
    texts.iter().flat_map(|text| words(text)).collect()
}

/// What somebody reads or hears of an element, but for code.
fn shown(of: ElementRef) -> Vec<String> {
    let silent = Selector::parse("code, style").expect("a selector");
    let silent: Vec<_> = of.select(&silent).map(|el| el.id()).collect();
    let mut found = Vec::new();
    for node in of.descendants() {
        let said: Vec<&str> = match node.value() {
            scraper::Node::Text(text) => vec![text],
            scraper::Node::Element(el) => {
                let counted = el.attr("data-tally").into_iter().flat_map(|all| all.split(';'));
                let counted = counted.filter_map(|tally| tally.split(':').nth(1));
                counted.chain(el.attr("aria-label")).collect()
            }
            _ => Vec::new(),
        };
        if !node.ancestors().any(|above| silent.contains(&above.id())) {
            found.extend(said.into_iter().flat_map(words));
        }
    }
    found
}

#[test]
fn each_word_that_is_drawn_has_a_home() {
    let root = tests::root();
    let folder = tempfile::tempdir().expect("a folder");
    build(&Project::at(tests::root()), Press::strict(crate::prose::record()), Some(folder.path()))
        .expect("the book is right");
    let runs = crate::prose::record();
    let mut known: BTreeSet<String> = runs.runs.all().iter().flat_map(recorded).collect();
    for home in HOMES {
        known.extend(written(&root.join(home)));
    }
    // A panel is called by its directive.
    known.extend(SHAPES.map(|(name, _)| name.to_string()));
    let drawn = Selector::parse(".figure, .measured-table, .run-it").expect("a selector");
    let (mut all, mut homeless) = (0, BTreeSet::new());
    for entry in fs::read_dir(folder.path()).expect("the book") {
        let page = entry.expect("an entry").path();
        if page.extension().is_none_or(|of| of != "html") || page.ends_with("print.html") {
            continue;
        }
        let html = Html::parse_document(&fs::read_to_string(&page).expect("a page"));
        for word in html.select(&drawn).flat_map(shown) {
            all += 1;
            if !known.contains(&word) {
                homeless.insert(word);
            }
        }
    }
    assert!(all > 5_000, "{all} words in all of the book's figures");
    assert!(homeless.is_empty(), "no home: {homeless:?}");
}
