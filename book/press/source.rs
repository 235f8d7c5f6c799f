//! The files that blocks are cut from, each as a page: whole, highlighted, without a script.
//!
//! They are written into the book's `src`, where mdBook copies whatever is no Markdown: so the
//! press and the ordinary `mdbook build` get the same book, and no sidebar and no search lists them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use maud::{DOCTYPE, PreEscaped, html};
use mdbook_preprocessor::config::BookConfig;
use regex::Regex;

use crate::include::without_marks;
use crate::mistake::slashed;
use crate::project::{Project, readable};

/// The folder in the book, and in its `src`; nothing else is in it.
const FOLDER: &str = "source";

/// Where a file's page is, from the book's `src`.
pub fn page_of(file: &Path) -> String {
    format!("{FOLDER}/{}.html", slashed(file))
}

/// Writes the pages of these files, and removes those of others. What is as it should be is left
/// alone, or whoever watches the folder would build for ever.
///
/// # Errors
/// A file cannot be read, or its page not written.
pub fn write(root: &Path, book: &BookConfig, files: &BTreeSet<PathBuf>) -> io::Result<()> {
    let src = root.join(&book.src);
    let mut pages = BTreeMap::new();
    for file in files {
        pages.insert(
            src.join(page_of(file)),
            page(book, file, &fs::read_to_string(root.join(file))?),
        );
    }
    remove_others(&src.join(FOLDER), &pages)?;
    let scratch = Project::at(root).scratch();
    fs::create_dir_all(&scratch)?;
    for (to, text) in pages {
        if fs::read_to_string(&to).is_ok_and(|old| old == text) {
            continue;
        }
        fs::create_dir_all(to.parent().expect("a page lies in a folder"))?;
        // Another press may be copying it: it finds the old page or the new one, and never a half.
        // Not beside it, where what a press that was ended leaves behind would be published.
        let mut aside = tempfile::Builder::new().prefix("source-").tempfile_in(&scratch)?;
        aside.write_all(text.as_bytes())?;
        readable(aside.path())?;
        aside.persist(to).map_err(|failed| failed.error)?;
    }
    Ok(())
}

fn remove_others(folder: &Path, pages: &BTreeMap<PathBuf, String>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, pages)?;
        } else if !pages.contains_key(&path) {
            // Also what an older press left half written. Another press may have been faster.
            match fs::remove_file(path) {
                Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
                _ => {}
            }
        }
    }
    Ok(())
}

fn page(book: &BookConfig, file: &Path, text: &str) -> String {
    let title = slashed(file);
    let home = format!("{}index.html", "../".repeat(file.components().count()));
    let lines: Vec<(usize, String)> = without_marks(text).collect();
    let code = lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n");
    let python = file.extension().is_some_and(|extension| extension == "py");
    let marked = highlighted(&code, if python { &PYTHON } else { &RUST });
    html! {
        (DOCTYPE)
        html lang=[book.language.as_ref()] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(include_str!("source.css"))) }
                script { (PreEscaped(THEME)) }
            }
            body {
                header { a href=(home) { (book.title.as_deref().unwrap_or_default()) } h1 { (title) } }
                main {
                    pre tabindex="0" role="region" aria-label=(title) {
                        code {
                            @for ((number, _), line) in lines.iter().zip(&marked) {
                                span.line id=(format!("l{number}")) data-line=(number) {
                                    (PreEscaped(line)) "\n"
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    .into_string()
}

/// The theme that the reader chose in the book; without a script, the system's.
const THEME: &str = "try { const theme = localStorage.getItem('mdbook-theme'); \
    if (theme) document.documentElement.dataset.theme = \
    /coal|navy|ayu/.test(theme) ? 'dark' : 'light' } catch { }";

/// What is marked in Rust; the groups are the classes of the page.
static RUST: LazyLock<Regex> = LazyLock::new(|| {
    let string = r####"b?r"[^"]*"|b?r#"(?s:.*?)"#|[bc]?"(?:[^"\\]|\\(?s:.))*"|b?'(?:[^'\\\n]|\\[^\n]+?)'"####;
    Regex::new(&format!(
        r"(?P<c>//[^\n]*|/\*(?s:.*?)\*/)|(?P<s>{string})|(?P<a>#!?\[[^\]\n]*\])|(?P<n>\b\d[\w]*(?:\.\d+)?)|(?P<k>\b(?:as|async|await|break|const|continue|crate|dyn|else|enum|false|fn|for|if|impl|in|let|loop|match|mod|move|mut|pub|ref|return|self|Self|static|struct|super|trait|true|type|unsafe|use|where|while)\b)|(?P<t>\b[A-Z]\w*|\b(?:[iu](?:8|16|32|64|128|size)|bool|char|str|f32|f64)\b)"
    ))
    .expect("a fixed pattern")
});

static PYTHON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?P<c>#[^\n]*)|(?P<s>"""(?s:.*?)"""|[bfr]?"(?:[^"\\\n]|\\.)*"|[bfr]?'(?:[^'\\\n]|\\.)*')|(?P<n>\b\d\w*(?:\.\d+)?)|(?P<k>\b(?:and|as|async|await|break|class|continue|def|elif|else|except|finally|for|from|if|import|in|is|lambda|not|or|pass|raise|return|try|while|with|yield|None|True|False)\b)"#,
    )
    .expect("a fixed pattern")
});

/// The lines of a file as HTML. What is marked over several lines is marked on each.
fn highlighted(code: &str, pattern: &Regex) -> Vec<String> {
    let mut html = String::with_capacity(code.len() * 2);
    let mut at = 0;
    for found in pattern.captures_iter(code) {
        let whole = found.get(0).expect("the whole");
        let class = pattern.capture_names().flatten().find(|class| found.name(class).is_some());
        html.push_str(&escaped(&code[at..whole.start()]));
        let (open, close) = (format!("<i class={}>", class.unwrap_or("t")), "</i>");
        let each = |line| format!("{open}{}{close}", escaped(line));
        html.push_str(&whole.as_str().split('\n').map(each).collect::<Vec<_>>().join("\n"));
        at = whole.end();
    }
    html.push_str(&escaped(&code[at..]));
    html.split('\n').map(str::to_string).collect()
}

fn escaped(text: &str) -> String {
    html! { (text) }.into_string()
}
