//! One meaning, one colour: on the book's pages and on chapter 6's chat page.

use std::fs;

use tests::root;

/// What a colour is called in the book, and on the chat page.
const SAME: [(&str, &str); 4] = [
    ("--served", "--accent"),
    ("--waiting", "--waiting"),
    ("--failed", "--failed"),
    ("--hung-up", "--hung-up"),
];

/// The values that a style sheet gives to a name, by day and by night: a line each, or both in one.
fn values(css: &str, name: &str) -> Vec<String> {
    let of = |line: &str| {
        let value = line.trim().strip_prefix(name)?.strip_prefix(": ")?.trim_end_matches(';');
        let both = value.strip_prefix("light-dark(").and_then(|rest| rest.strip_suffix(')'));
        Some(both.unwrap_or(value).split(", ").map(str::to_string).collect::<Vec<_>>())
    };
    css.lines().filter_map(of).flatten().collect()
}

#[test]
fn a_colour_means_the_same_in_the_book_and_in_the_chat() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("it is there");
    let (book, chat) = (read("book/theme/tokens.css"), read("chapters/chap6/page/chat.css"));
    for (name, there) in SAME {
        let (book, chat) = (values(&book, name), values(&chat, there));
        assert_eq!(chat.len(), 2, "{there} by day and by night");
        assert_eq!(book[..2], chat[..2], "{name}");
    }
}
