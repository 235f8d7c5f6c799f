//! The index that the book's search looks through: of words alone. mdBook's own holds each number
//! of each figure and table too, which nobody looks for and every search waits for.

use std::path::{Path, PathBuf};
use std::{fs, io};

use mdbook_driver::MDBook;
use mdbook_html::HtmlHandlebars;
use mdbook_renderer::{RenderContext, Renderer};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use crate::mistake::Failure;

/// Puts an index of `words` in the place of the one in `folder`, where a book was rendered. The
/// name stays, for pages refer to it. Where a book has no search, nothing is done.
///
/// # Errors
/// `words` is wrong, or files cannot be written.
pub fn lighten(words: &MDBook, folder: &Path) -> Result<(), Failure> {
    let Some(index) = index_in(folder)? else { return Ok(()) };
    let html = HtmlHandlebars::new();
    let (mut book, context) = words.preprocess_book(&html)?;
    book.for_each_chapter_mut(|chapter| chapter.content = code_as_words(&chapter.content));
    let mut config = context.config;
    // Away from what lies beside the pages, or all of it would be copied.
    let apart = tempfile::tempdir().map_err(cannot)?;
    config.book.src = "src".into();
    fs::create_dir(apart.path().join("src")).map_err(cannot)?;
    config.set("output.html.theme", "src")?;
    config.set("output.html.additional-css", Vec::<String>::new())?;
    config.set("output.html.additional-js", Vec::<String>::new())?;
    config.set("output.html.print.enable", false)?;
    config.set("output.html.hash-files", false)?;
    let rendered = apart.path().join("book");
    html.render(&RenderContext::new(apart.path(), book, config, &rendered))?;
    let whole = fs::read_to_string(rendered.join("searchindex.js")).map_err(cannot)?;
    let thin = thinned(&whole).ok_or_else(changed)?;
    // In one step: somebody may be reading it.
    let beside = index.with_extension("new");
    fs::write(&beside, thin).and_then(|()| fs::rename(beside, index)).map_err(cannot)
}

/// Has one book searched by the index of another, as long as it has none of its own.
///
/// # Errors
/// Files cannot be read or written.
pub fn keep(shown: &Path, folder: &Path) -> Result<(), Failure> {
    match (index_in(shown)?, index_in(folder)?) {
        (Some(old), Some(new)) => fs::copy(old, new).map(drop).map_err(cannot),
        _ => Ok(()),
    }
}

fn index_in(folder: &Path) -> Result<Option<PathBuf>, Failure> {
    let is_index = |name: &str| name.starts_with("searchindex") && name.ends_with(".js");
    let mut files =
        fs::read_dir(folder).map_err(cannot)?.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(files.find(|file| file.file_name().and_then(|name| name.to_str()).is_some_and(is_index)))
}

fn cannot(why: io::Error) -> Failure {
    Failure::Other(format!("cannot make the search's index: {why}"))
}

fn changed() -> Failure {
    Failure::Other("mdBook's search index is not what book/press/search.rs was written for".into())
}

/// What stands around the index, whose text is that of a string.
const FRAME: [&str; 2] = ["window.search = Object.assign(window.search, JSON.parse('", "'));"];

/// The index without what no search asks it for.
fn thinned(script: &str) -> Option<String> {
    let text = script.trim().strip_prefix(FRAME[0])?.strip_suffix(FRAME[1])?;
    let json = text.replace("\\'", "'").replace("\\\\", "\\");
    let mut search: Value = serde_json::from_str(&json).ok()?;
    let fields = search.get_mut("index")?.get_mut("index")?.as_object_mut()?;
    fields.values_mut().for_each(thin);
    let text = search.to_string().replace('\\', "\\\\").replace('\'', "\\'");
    Some([FRAME[0], &text, FRAME[1]].concat())
}

/// A tree of letters. Each says which sections have the word that ends with it: most letters end none, and need
/// not say so. Two digits of a word's weight are enough to put one section before another.
fn thin(letter: &mut Value) {
    let Value::Object(of) = letter else { return };
    if of.get("df").and_then(Value::as_u64) == Some(0) {
        of.remove("df");
        of.remove("docs");
    }
    for (name, inner) in of.iter_mut() {
        match inner.as_f64() {
            Some(weight) if name == "tf" => {
                let hundredths = (weight * 100.0).round();
                let whole = hundredths % 100.0 == 0.0;
                *inner =
                    if whole { json!(hundredths as u64 / 100) } else { json!(hundredths / 100.0) };
            }
            _ => thin(inner),
        }
    }
}

/// mdBook cuts words at spaces alone: `bind((address,` is one, and nobody would ever type it.
fn code_as_words(markdown: &str) -> String {
    let mut words = String::with_capacity(markdown.len());
    let mut at = 0;
    let mut code: Option<Vec<String>> = None;
    let mut rust = false;
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        match (event, &mut code) {
            (Event::Start(Tag::CodeBlock(kind)), code) => {
                rust = matches!(kind, CodeBlockKind::Fenced(info) if info.starts_with("rust"));
                *code = Some(Vec::new());
            }
            (Event::Text(text), Some(names)) => {
                let hidden = |line: &str| rust && (line == "#" || line.starts_with("# "));
                let seen = text.lines().filter(|line| !hidden(line));
                let found =
                    seen.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
                names.extend(found.filter(|name| !name.is_empty()).map(str::to_string));
            }
            (Event::End(TagEnd::CodeBlock), code) => {
                let names = code.take().unwrap_or_default().join(" ");
                words.push_str(&markdown[at..range.start]);
                words.push_str(&format!("<p>{names}</p>\n\n"));
                at = range.end;
            }
            _ => {}
        }
    }
    words.push_str(&markdown[at..]);
    words
}
