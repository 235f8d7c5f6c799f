//! The frame of one page: what is around its text.

use std::sync::LazyLock;

use maud::{Markup, html};
use regex::{Captures, Regex};

use super::chapters::{Chapter, Chapters};
use crate::texts::parts;
use crate::words::frame as words;

/// What mdBook writes, and what stands there afterwards. Each is found once on every page.
const MENDS: [(&str, &str); 4] = [
    MAIN,
    // All that is said stands in a landmark.
    (
        "<div id=\"mdbook-menu-bar\" class=\"menu-bar sticky\">",
        "<div id=\"mdbook-menu-bar\" class=\"menu-bar sticky\" role=\"banner\">",
    ),
    // A label takes no focus, and may not say whether what it opens is open. The checkbox behind it
    // stays the state that the style sheets ask.
    (
        "<label id=\"mdbook-sidebar-toggle\" class=\"icon-button\" for=\"mdbook-sidebar-toggle-anchor\" ",
        "<noscript><label class=\"icon-button\" for=\"mdbook-sidebar-toggle-anchor\">☰</label></noscript>\
         <button id=\"mdbook-sidebar-toggle\" class=\"icon-button\" type=\"button\" \
         onclick=\"setTimeout(() => document.getElementById('mdbook-sidebar-toggle-anchor').click())\" ",
    ),
    (
        "</label>\n                        <button id=\"mdbook-theme-toggle\"",
        "</button>\n                        <button id=\"mdbook-theme-toggle\"",
    ),
];

/// Where the text of a page begins, as a link leads there.
const MAIN: (&str, &str) = ("<main>", "<main id=\"text\" tabindex=\"-1\">");

static BOOK_TITLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"<h1 class="menu-title">(.*?)</h1>"#));
static DESCRIPTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"<meta name="description" content="[^"]*">"#));
static SEARCH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"<div id="mdbook-search-wrapper" class="hidden">"#));
/// What searches, in the order in which it is needed.
static SEARCHER: LazyLock<Regex> = LazyLock::new(|| {
    let script = |name| format!(r#"<script src="([^"]*{name}[^"]*)"></script>"#);
    let scripts = ["elasticlunr", "mark", "searcher"].map(script);
    pattern(&scripts.join(r"\s*"))
});
/// A way to the page before or after, below the text or at its side.
static WAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?s)<a rel="(?:prev|next prefetch)" href="([^"]*)" class="(mobile-nav-chapters|nav-chapters) (previous|next)"[^>]*>(.*?)</a>"#,
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a fixed pattern")
}

pub fn is_finished(html: &str) -> bool {
    html.contains(MAIN.1)
}

/// # Errors
/// Something that a mend is for is not there, or not once.
pub fn finish(html: &str, path: &str, chapters: &Chapters) -> Result<String, String> {
    // The text is long, is read over and over below, and may speak of anything.
    let (before, text, after) = parts(html).ok_or("no <main>")?;
    let text = match path {
        "404.html" => mended(text.into(), &words::LOST)?,
        _ => text.into(),
    };
    let frame = [before, TEXT, after].concat();
    Ok(around(frame, path, chapters)?.replacen(TEXT, &text, 1))
}

/// Stands for the text of a page.
const TEXT: &str = "\0";

fn mended(mut html: String, mends: &[(&str, &str)]) -> Result<String, String> {
    for (from, to) in mends {
        once(&html, from)?;
        html = html.replace(from, to);
    }
    Ok(html)
}

fn around(html: String, path: &str, chapters: &Chapters) -> Result<String, String> {
    let mut html = mended(mended(html, &MENDS)?, &words::INSTEAD)?;
    // Whoever has no mouse need not pass the whole sidebar.
    let skip = html! { a.skip href="#text" { (words::SKIP) } }.into_string();
    html = mended(html, &[("<body>", &format!("<body>\n    {skip}"))])?;
    let here = chapters.at(path);
    // A page has one h1, and it is its own.
    html = replace(&html, &BOOK_TITLE, |of| format!("<div class=\"menu-title\">{}</div>", &of[1]))?;
    html = replace(&html, &DESCRIPTION, |_| about(here, path, chapters).into_string())?;
    if html.contains("mdbook-search-toggle") {
        html = replace(&html, &SEARCH, |of| of[0].replace(">", " role=\"search\">"))?;
        let field = "name=\"searchbar\" ";
        once(&html, field)?;
        html = html.replace(field, &format!("{field}aria-label=\"{}\" ", words::SEARCH));
        html = replace(&html, &SEARCHER, |of| {
            let parts = format!("[\"{}\", \"{}\", \"{}\"]", &of[1], &of[2], &of[3]);
            format!("<script>\n{}</script>", include_str!("search.js").replace("PARTS", &parts))
        })?;
    }
    let ways = WAY.find_iter(&html).count();
    let wanted = if path == "404.html" || path == "print.html" { 0 } else { 2 };
    if ways < wanted || !ways.is_multiple_of(2) {
        return Err(format!("{ways} links to the pages before and after"));
    }
    html = WAY.replace_all(&html, |of: &Captures| way(of, path, chapters)).into_owned();
    if let Some(number) = here.and_then(|chapter| chapter.number) {
        let head = MAIN.1;
        let eyebrow = html! { p.eyebrow { (words::chapter(number)) } }.into_string();
        html = html.replace(head, &format!("{head}\n{eyebrow}"));
    }
    Ok(html)
}

/// mdBook's script. It listens for the end of the page only to keep browsers from keeping it, which
/// they no longer do for that.
///
/// # Errors
/// It does not.
pub fn script(script: &str) -> Result<String, String> {
    let unload = "window.onunload = function() { };";
    once(script, unload)?;
    Ok(script.replace(unload, ""))
}

fn once(html: &str, what: &str) -> Result<(), String> {
    match html.matches(what).count() {
        1 => Ok(()),
        n => Err(format!("{n} times {}", what.trim())),
    }
}

fn replace(html: &str, what: &Regex, by: impl Fn(&Captures) -> String) -> Result<String, String> {
    match what.find_iter(html).count() {
        1 => Ok(what.replace(html, |of: &Captures| by(of)).into_owned()),
        n => Err(format!("{n} times {what}")),
    }
}

/// What a search engine, or a message that holds a link to the page, shows of it.
fn about(here: Option<&Chapter>, path: &str, chapters: &Chapters) -> Markup {
    let title = here.map_or(&chapters.title, |chapter| &chapter.title);
    let question = here.and_then(|chapter| chapter.question.as_ref());
    let description = question.unwrap_or(&chapters.description);
    let card = format!("{}card.png", "../".repeat(path.matches('/').count()));
    html! {
        meta name="description" content=(description);
        meta property="og:type" content="book";
        meta property="og:title" content=(title);
        meta property="og:description" content=(description);
        meta property="og:image" content=(card);
        meta name="twitter:card" content="summary_large_image";
    }
}

/// A way that says where it leads. The one below the text says it in words; the one at its side is
/// what the arrow keys follow, and is not shown.
fn way(of: &Captures, from: &str, chapters: &Chapters) -> String {
    let (href, class, to) = (&of[1], &of[2], &of[3]);
    let rel = if to == "next" { "next" } else { "prev" };
    let target = href.trim_start_matches("../");
    let Some(chapter) = chapters.way(from, target, to == "next") else { return of[0].to_string() };
    let href = format!("{}{}", "../".repeat(from.matches('/').count()), chapter.path);
    let word = if to == "next" { words::NEXT } else { words::BEFORE };
    if class == "nav-chapters" {
        return html! { a rel=(rel) href=(href) class=(format!("nav-chapters {to}")) hidden { (chapter.title) } }
            .into_string();
    }
    html! {
        a rel=(rel) href=(href) class=(["onward", to].join(" ")) {
            small { (word) } " "
            b { @if let Some(number) = chapter.number { (number) ". " } (chapter.title) } " "
            @if let Some(question) = chapter.question.as_ref().filter(|_| to == "next") { span { (question) } }
        }
    }
    .into_string()
}
