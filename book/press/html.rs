//! HTML that goes into Markdown.

use std::fmt::Display;

use maud::{Markup, PreEscaped};
use while_you_wait::views::quantity::Quantity;

/// As one line: a blank line would end Markdown's HTML block, and an indented one begin code.
pub fn block(markup: Markup) -> String {
    let html = markup.into_string();
    debug_assert!(!html.contains('\n'), "a woven block is one line");
    html.replace('\n', " ")
}

/// A measured value, its name within reach. A text that was recorded may break, and no sign in it
/// means anything to Markdown.
pub fn measured(name: &str, value: &Quantity) -> String {
    match value {
        Quantity::Text(text) => {
            maud::html! { span.measured.text title=(name) { (PreEscaped(inert(text))) } }
                .into_string()
        }
        value => number(name, value),
    }
}

/// A number with its unit, never torn apart at a line's end.
pub fn number(name: &str, shown: &impl Display) -> String {
    maud::html! { span.measured title=(name) { (shown.to_string()) } }.into_string()
}

/// A path from the page `from` to the file `to`, both from the book's `src`.
pub fn link(from: &std::path::Path, to: &str) -> String {
    let depth = from.components().count().saturating_sub(1);
    format!("{}{to}", "../".repeat(depth))
}

/// Inline code as HTML that nothing reads again: mdBook would expand a `{{#include}}` even there.
pub fn literal(markdown: &str) -> String {
    let fence = markdown.chars().take_while(|c| *c == '`').count();
    let code = &markdown[fence..markdown.len() - fence];
    // One space on either side only keeps a backtick from the fence.
    let code = match code.strip_prefix(' ').and_then(|code| code.strip_suffix(' ')) {
        Some(inner) if !inner.trim().is_empty() => inner,
        _ => code,
    };
    format!("<code>{}</code>", inert(&code.replace("\\{{", "{{")))
}

/// HTML that neither Markdown nor mdBook finds anything in.
fn inert(text: &str) -> String {
    let mut html = String::new();
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || c == ' ' || !c.is_ascii() => html.push(c),
            c => html.push_str(&format!("&#{};", u32::from(c))),
        }
    }
    html
}
