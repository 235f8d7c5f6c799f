//! The files that blocks are cut from, each as a page: whole, highlighted, without a script.
//!
//! They are written into the book's `src`, where mdBook copies whatever is no Markdown: so the
//! press and the ordinary `mdbook build` get the same book, and no sidebar and no search lists them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use maud::{DOCTYPE, PreEscaped, html};
use mdbook_preprocessor::config::BookConfig;
use regex::Regex;

use crate::include::without_marks;
use crate::mistake::slashed;
use crate::project::{Project, readable};
use crate::uses::{self, Name};

/// The folder in the book, and in its `src`; nothing else is in it.
const FOLDER: &str = "source";

/// Where a file's page is, from the book's `src`.
pub fn page_of(file: &Path) -> String {
    format!("{FOLDER}/{}.html", slashed(file))
}

/// What was made of files before: whoever makes a book at each edit marks only the file anew that changed.
#[derive(Default)]
pub struct Known(Mutex<BTreeMap<PathBuf, (Whole, String)>>);

/// All that a file's page is made of.
#[derive(PartialEq, Eq)]
struct Whole {
    language: Option<String>,
    book: String,
    /// each with its number in the file
    lines: Vec<(usize, String)>,
    links: Vec<Link>,
}

/// A file without its marks, and what its `use` lines name.
struct Code {
    lines: Vec<(usize, String)>,
    names: Vec<Name>,
}

impl Code {
    fn read(root: &Path, file: &Path) -> io::Result<Self> {
        let lines: Vec<_> = without_marks(&fs::read_to_string(root.join(file))?).collect();
        let names = if is_rust(file) { uses::names(&joined(&lines)) } else { Vec::new() };
        Ok(Code { lines, names })
    }
}

fn joined(lines: &[(usize, String)]) -> String {
    lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("\n")
}

/// Writes the pages of these files, and removes those of others. What is as it should be is left
/// alone, or whoever watches the folder would build for ever.
///
/// # Errors
/// A file cannot be read, or its page not written.
pub fn write(
    root: &Path,
    book: &BookConfig,
    files: &BTreeSet<PathBuf>,
    known: &Known,
) -> io::Result<()> {
    let src = root.join(&book.src);
    let read = |file: PathBuf| Code::read(root, &file).map(|code| (file, code));
    let mut codes: BTreeMap<PathBuf, Code> =
        files.iter().cloned().map(read).collect::<Result<_, _>>()?;
    // Who reads where a name comes from need not leave the book for what is the book's own.
    let names = codes.values().flat_map(|code| &code.names);
    let kit: BTreeSet<PathBuf> =
        names.filter_map(|name| uses::of_the_kit(root, &name.path)).collect();
    for file in kit {
        if !codes.contains_key(&file) {
            codes.extend([read(file)?]);
        }
    }
    let mut crates: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    let mut pages = BTreeMap::new();
    let shown: BTreeSet<PathBuf> = codes.keys().cloned().collect();
    // One that panicked has put nothing in.
    let mut known = known.0.lock().unwrap_or_else(PoisonError::into_inner);
    known.retain(|file, _| shown.contains(file));
    for (file, Code { lines, names }) in codes {
        let manifest = uses::manifest(root, &file).unwrap_or_default();
        if !crates.contains_key(&manifest) {
            let text = fs::read_to_string(root.join(&manifest)).unwrap_or_default();
            crates.insert(manifest.clone(), uses::crates(&text));
        }
        let up = "../".repeat(file.components().count());
        let address = |name: Name| {
            let own = uses::of_the_kit(root, &name.path).filter(|own| shown.contains(own));
            let own = own.map(|own| format!("{up}{}", page_of(&own)));
            let address = own.or_else(|| uses::documented(&crates[&manifest], &name.path))?;
            Some((name.at, address))
        };
        let whole = Whole {
            language: book.language.clone(),
            book: book.title.clone().unwrap_or_default(),
            links: names.into_iter().filter_map(address).collect(),
            lines,
        };
        let to = src.join(page_of(&file));
        let html = match known.get(&file) {
            Some((before, html)) if *before == whole => html.clone(),
            _ => {
                let html = page(&file, &whole);
                known.insert(file, (whole, html.clone()));
                html
            }
        };
        pages.insert(to, html);
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

fn is_rust(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "rs")
}

fn page(file: &Path, whole: &Whole) -> String {
    let Whole { language, book, lines, links } = whole;
    let title = slashed(file);
    let home = format!("{}index.html", "../".repeat(file.components().count()));
    let pattern = if is_rust(file) { &RUST } else { &PYTHON };
    let marked = highlighted(&joined(lines), pattern, links);
    html! {
        (DOCTYPE)
        html lang=[language] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(include_str!("source.css"))) }
                script { (PreEscaped(THEME)) }
            }
            body {
                header { a href=(home) { (book) } h1 { (title) } }
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

/// A piece of a file, and where it leads. It lies within one line, and within a word.
type Link = (Range<usize>, String);

/// The lines of a file as HTML. What is marked over several lines is marked on each.
fn highlighted(code: &str, pattern: &Regex, links: &[Link]) -> Vec<String> {
    let mut html = String::with_capacity(code.len() * 2);
    let mut at = 0;
    for found in pattern.captures_iter(code) {
        let whole = found.get(0).expect("the whole");
        let class = pattern.capture_names().flatten().find(|class| found.name(class).is_some());
        html.push_str(&linked(code, at..whole.start(), links));
        let (open, close) = (format!("<i class={}>", class.unwrap_or("t")), "</i>");
        let each = |line| format!("{open}{line}{close}");
        let text = linked(code, whole.range(), links);
        html.push_str(&text.split('\n').map(each).collect::<Vec<_>>().join("\n"));
        at = whole.end();
    }
    html.push_str(&linked(code, at..code.len(), links));
    html.split('\n').map(str::to_string).collect()
}

/// A part of the file as HTML, with the links that lie in it.
fn linked(code: &str, part: Range<usize>, links: &[Link]) -> String {
    let mut html = String::new();
    let mut at = part.start;
    let within = |(range, _): &&Link| part.start <= range.start && range.end <= part.end;
    for (range, address) in links.iter().filter(within) {
        html.push_str(&escaped(&code[at..range.start]));
        html.push_str(&html! { a href=(address) { (&code[range.clone()]) } }.into_string());
        at = range.end;
    }
    html.push_str(&escaped(&code[at..part.end]));
    html
}

fn escaped(text: &str) -> String {
    html! { (text) }.into_string()
}
