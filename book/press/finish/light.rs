//! Style sheets and scripts without what only their authors read: comments, blank lines and indentation,
//! which is a third of mdBook's own. No more than that, so that no grammar need be known: what stands on
//! one line stays on it.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

static COMMENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)/\*.*?\*/").expect("a fixed pattern"));

/// # Errors
/// A file cannot be read or written.
pub fn files(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        if file.is_dir() {
            files(&file)?;
            continue;
        }
        let light: fn(&str) -> String = match file.extension().and_then(|name| name.to_str()) {
            Some("css") => style,
            Some("js") => script,
            _ => continue,
        };
        let text = fs::read_to_string(&file)?;
        let lighter = light(&text);
        if lighter.len() < text.len() {
            fs::write(&file, lighter)?;
        }
    }
    Ok(())
}

pub fn style(css: &str) -> String {
    lines(&COMMENT.replace_all(css, ""), |_| true)
}

/// Comments that share a line with code stay, for `//` may stand in a string.
pub fn script(js: &str) -> String {
    let whole = |line: &str| line.starts_with("/*") && line.ends_with("*/");
    lines(js, |line| !line.starts_with("//") && !whole(line))
}

fn lines(text: &str, keep: impl Fn(&str) -> bool) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && keep(line));
    lines.collect::<Vec<_>>().join("\n")
}
