//! What stands around the text of a page.

/// What mdBook's own frame says, and what stands there instead. Each is found once on every page.
pub const INSTEAD: [(&str, &str); 1] = [(
    "<nav class=\"nav-wrapper\" aria-label=\"Page navigation\">",
    "<nav class=\"nav-wrapper\" aria-label=\"The pages before and after\">",
)];

/// What somebody reads whose address leads nowhere, likewise.
pub const LOST: [(&str, &str); 2] = [
    ("Document not found (404)", "There is no such page"),
    (
        "This URL is invalid, sorry. Please use the navigation bar or search to continue.",
        "It may have moved. The list of chapters is behind ☰, and the search knows every word of them.",
    ),
];

pub const SKIP: &str = "Skip to the text";
pub const SEARCH: &str = "Search this book";
pub const NEXT: &str = "Next";
pub const BEFORE: &str = "Before";
/// What unfolds the answers of a chapter in the list of pages.
pub const ITS_ANSWERS: &str = "Its answers";

/// Above the head of a chapter.
pub fn chapter(number: u32) -> String {
    format!("Chapter {number}")
}

/// A way to another page.
pub fn numbered(number: u32, title: &str) -> String {
    format!("{number}. {title}")
}

// Of a book that is being served.

pub const NOT_BUILT: &str = "The book cannot be built";

pub fn elsewhere(host: &str, here: &str) -> String {
    format!("this is not {host:?}; the book is at http://{here}/")
}

pub fn not_for(origin: &str) -> String {
    format!("a page of {origin:?} may not ask for this book")
}
