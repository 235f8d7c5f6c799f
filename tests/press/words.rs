//! Words for a reader stand in `book/press/words`, and nowhere else in the press or in a script of the book. What
//! is said to an author is told from them by how it is raised.

use std::fs;
use std::path::{Path, PathBuf};

use press::directive::SHAPES;
use press::words::scripts;

use crate::press::literals::{Literal, of_rust, of_script};

/// By these a sentence reaches an author, or whoever ran a command, and no page.
const RAISED: [&str; 16] = [
    "Err",
    "ok_or",
    "ok_or_else",
    "map_err",
    "expect",
    "caught",
    "wrong",
    "news",
    "result",
    "unreachable!",
    "debug_assert!",
    "Mistake::new",
    "Failure::Other",
    "Failure::Input",
    "Error",
    // What rustc says.
    "Test::Refused",
];

/// What is looked for is not said.
const LOOKED_FOR: [&str; 6] =
    ["contains", "ends_with", "querySelector", "querySelectorAll", "matches", "closest"];

/// Files that say nothing to a reader: what a mistake is called, and why nothing can be watched.
const OF_AUTHORS: [&str; 2] = ["mistake.rs", "serve/watch.rs"];

/// What a form is asked for by, beside the directives' names.
const QUESTIONS: [&str; 2] = ["most", "choice"];

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("its").path());
    let mut found: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { files(&path, extension) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|of| of == extension))
        .collect();
    found.sort();
    found
}

/// Only letters, at least two, but for what stands around a word in a sentence.
fn is_word(token: &str) -> bool {
    let bare = token.trim_matches(|c: char| "(),.:;!?…“”’'`".contains(c));
    bare.chars().count() > 1 && bare.chars().all(|c| c.is_alphabetic() || c == '’' || c == '\'')
}

/// Without what stands between two signs; in its place, a third.
fn without(text: &str, [open, close]: [char; 2], instead: &str) -> String {
    let mut depth = 0;
    let mut left = String::new();
    for c in text.chars() {
        if c == open {
            depth += 1;
            left += if depth == 1 { instead } else { "" };
        } else if c == close && depth > 0 {
            depth -= 1;
        } else if depth == 0 {
            left.push(c);
        }
    }
    left
}

const VALUE: &str = "\u{0}";

/// Without its values and tags.
fn plain(text: &str) -> String {
    without(&without(&text.replace("{{", ""), ['{', '}'], VALUE), ['<', '>'], " ")
}

/// Two words beside each other, or a word beside a value.
fn is_prose(text: &str) -> bool {
    let plain = plain(text);
    let tokens: Vec<&str> = plain.split_whitespace().collect();
    let named = |token: &str| QUESTIONS.contains(&token) || SHAPES.iter().any(|of| of.0 == token);
    let word = |token: &str| (is_word(token) || token == "a") && !named(token);
    let value = |token: &str| token.trim_matches(|c: char| "$,.:;()".contains(c)) == VALUE;
    tokens.windows(2).any(|two| {
        (word(two[0]) && (word(two[1]) || value(two[1]))) || (value(two[0]) && word(two[1]))
    })
}

/// In whatever language a reader reads: what is typed as it is, and what only looks like words.
fn is_code(text: &str) -> bool {
    let selects = |token: &str| token.starts_with(['.', '[', '#']);
    text.starts_with("cargo ")
        || text.starts_with("{{")
        || text == "use strict"
        || text.ends_with(';')
        || text.ends_with(" }")
        || text.split_whitespace().any(selects)
}

fn has_word(text: &str) -> bool {
    text.split_whitespace().any(is_word)
}

/// Whether a literal has words for a reader, who may be shown it by this.
fn is_shown(literal: &Literal, shows: &[&str], calls: &[&str]) -> bool {
    let inside = literal.within.last().map_or("", String::as_str);
    let after = literal.before.trim_end();
    let shown = shows.iter().any(|by| after.ends_with(by)) || calls.contains(&inside);
    !is_code(&literal.text) && (shown && has_word(&plain(&literal.text)) || is_prose(&literal.text))
}

fn is_raised(literal: &Literal) -> bool {
    let by = |name: &String| {
        let by = |raised: &&str| name == raised || name.ends_with(&format!("::{raised}"));
        RAISED.iter().any(by)
    };
    let inside = literal.within.last().map_or("", String::as_str);
    literal.within.iter().any(by) || LOOKED_FOR.contains(&inside)
}

/// Of Rust: a text in maud's HTML, an attribute that is read, a field that is drawn, or prose.
fn in_rust(literal: &Literal) -> bool {
    const SHOWS: [&str; 11] = [
        "aria-label=",
        "title=",
        "placeholder=",
        "alt=",
        "words:",
        "label:",
        "head:",
        "length:",
        "caption:",
        "title:",
        "description:",
    ];
    let in_html = literal.within.iter().any(|by| by.ends_with("html!"));
    let is_text = literal.opened_by == '{' && !literal.before.trim_end().ends_with(['=', '>']);
    !is_raised(literal)
        && (in_html && is_text && has_word(&literal.text) || is_shown(literal, &SHOWS, &[]))
}

/// Of a script: what becomes a page's text or is read out, or HTML with words in it, or prose.
fn in_script(literal: &Literal) -> bool {
    const SHOWS: [&str; 6] =
        ["textContent =", "textContent:", "\"aria-label\",", "'aria-label',", "title =", "title:"];
    let attribute = |name: &str| {
        let values = literal.text.split(name).skip(1).filter_map(|rest| rest.split('"').next());
        values.into_iter().any(|value| has_word(&plain(value)))
    };
    let html = literal.text.contains('<') && has_word(&plain(&literal.text));
    let calls = ["append", "prepend", "replaceChildren", "Option"];
    let shown = is_shown(literal, &SHOWS, &calls);
    let read = ["aria-label=\"", "title=\"", "placeholder=\""].into_iter().any(attribute);
    !is_raised(literal) && (shown || html || read)
}

#[test]
fn words_for_readers_stand_in_one_place() {
    let press = tests::root().join("book/press");
    let mut found = Vec::new();
    let mut rust = 0;
    for file in files(&press, "rs") {
        let name = file.strip_prefix(&press).expect("in it").to_string_lossy().into_owned();
        if name.starts_with("words/") || OF_AUTHORS.contains(&name.as_str()) {
            continue;
        }
        let all = of_rust(&fs::read_to_string(&file).expect("source"));
        rust += all.len();
        let words = all.into_iter().filter(in_rust);
        found.extend(words.map(|one| format!("{name}:{}: {}", one.line, one.text)));
    }
    assert!(rust > 1000, "{rust} literals in all of the press");
    assert!(found.is_empty(), "these belong into book/press/words:\n{}", found.join("\n"));
}

/// Those of the book: what it has of others' stays as it is.
fn own_scripts() -> Vec<PathBuf> {
    let book = tests::root().join("book");
    let mut all = files(&book.join("theme"), "js");
    all.retain(|file| !file.ends_with("highlight.js"));
    all.extend(files(&book.join("press"), "js"));
    all
}

#[test]
fn no_script_has_words_of_its_own() {
    let mut found = Vec::new();
    for file in own_scripts() {
        let all = of_script(&fs::read_to_string(&file).expect("a script"));
        assert!(!all.is_empty(), "{} was not read", file.display());
        let words = all.into_iter().filter(in_script);
        found.extend(words.map(|one| format!("{}:{}: {}", file.display(), one.line, one.text)));
    }
    assert!(found.is_empty(), "these belong into book/press/words:\n{}", found.join("\n"));
}

/// A sentence that a script asks for is there, and one that is there is asked for.
#[test]
fn scripts_ask_for_the_words_that_there_are() {
    for (script, words) in [
        ("theme/replay.js", scripts::REPLAY),
        ("theme/predict.js", scripts::PREDICT),
        ("theme/formula.js", scripts::FORMULA),
        ("press/serve/live/live.js", scripts::LIVE),
    ] {
        let code = fs::read_to_string(tests::root().join("book").join(script)).expect("a script");
        let names: Vec<String> = of_script(&code).into_iter().map(|one| one.text).collect();
        for (name, _) in words {
            // Or a kind of formula, which is what its sentence is called.
            let asked =
                names.iter().any(|text| text == name || text.contains(&format!("\"{name}\"")))
                    || code.contains(&format!("{name}: ("));
            assert!(asked, "{script} never asks for {name:?}");
        }
        for asks in ["say(\"", "say.parts(\"", "tell(\"", "parts(\""] {
            for asked in code.split(asks).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(words.iter().any(|(name, _)| *name == asked), "{script} lacks {asked:?}");
            }
        }
    }
}

#[test]
fn the_test_itself_tells_words_from_what_only_looks_like_them() {
    for (words, code) in [
        (true, r#"html! { p { "Done" } }"#),
        (true, r#"html! { p aria-label="done" { (x) } }"#),
        (true, r#"key(dot, "a run")"#),
        (true, r#"format!("request {n}")"#),
        (true, r#"Kind { class: "served", words: "served" }"#),
        (false, r#"Err(format!("{case} has no number"))"#),
        (false, r#"html! { svg viewBox=(format!("0 0 {x} 56")) { (words::DONE) } }"#),
        (false, r#"format!("timeline {rows}")"#),
        (false, r#"let x = ("linear", "served");"#),
    ] {
        assert_eq!(of_rust(code).iter().any(in_rust), words, "{code}");
    }
    for (words, code) in [
        (true, r#"said.textContent = "Noted.""#),
        (true, r#"make(`<button type="button">Play</button>`)"#),
        (true, r#"go.innerHTML = `<i aria-label="step back">${x}</i>`"#),
        (true, r#"el.setAttribute("aria-label", "speed")"#),
        (true, r#"x = `${y ? `Recorded: ${z}` : ""}`"#),
        (true, r#"end.append("again")"#),
        (false, r#"of(`<button class="go">${say("play")}</button>`)"#),
        (false, r#"form.querySelector("input, select")"#),
        (false, r#"throw new Error("not copied")"#),
        (false, r#"el.textContent = say("play")"#),
    ] {
        assert_eq!(of_script(code).iter().any(in_script), words, "{code}");
    }
}

#[test]
fn the_page_of_a_browser_says_which_language_the_words_are_of() {
    let book = fs::read_to_string(tests::root().join("book.toml")).expect("it is read");
    assert!(book.contains(&format!("language = \"{}\"\n", press::words::LANGUAGE)));
}
