//! Rendering a book that is made again and again: the text of a page that is woven as before is
//! rendered already. What is around it is made anew, for it speaks of other pages.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::anyhow;
use mdbook_driver::config::{HtmlConfig, RustEdition};
use mdbook_html::HtmlHandlebars;
use mdbook_renderer::{RenderContext, Renderer};

use crate::mistake::slashed;

/// The texts of the last printing.
#[derive(Default)]
pub struct Texts(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// all that a text depends on besides its page
    settings: (HtmlConfig, Option<RustEdition>),
    /// by the page's path: what was woven, and what it was rendered to
    pages: HashMap<PathBuf, (String, String)>,
}

/// mdBook's renderer. The page for printing, which holds all texts, is not in what it renders unless
/// it knew none of them.
pub struct Remembering(pub Arc<Texts>);

impl Renderer for Remembering {
    fn name(&self) -> &str {
        "html"
    }

    fn render(&self, context: &RenderContext) -> anyhow::Result<()> {
        // One that panicked has put nothing in.
        let mut known = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let settings =
            (context.config.html_config().unwrap_or_default(), context.config.rust.edition);
        let old = match known.settings == settings {
            true => std::mem::take(&mut known.pages),
            false => HashMap::new(),
        };
        let mut pages = Vec::new();
        let mut context = context.clone();
        context.book.for_each_chapter_mut(|chapter| {
            let Some(path) = chapter.path.clone() else { return };
            let rendered = old.get(&path).filter(|(woven, _)| *woven == chapter.content);
            let woven = match rendered {
                Some(_) => std::mem::take(&mut chapter.content),
                None => chapter.content.clone(),
            };
            pages.push((path, woven, rendered.map(|(_, text)| text.clone())));
        });
        let partly = pages.iter().any(|(.., text)| text.is_some());
        HtmlHandlebars::new().render(&context)?;
        // The first page has two names.
        let first = context.book.chapters().next().and_then(|chapter| chapter.path.clone());
        let mut texts = HashMap::new();
        for (path, woven, text) in pages {
            let mut files = vec![path.with_extension("html")];
            if first.as_ref() == Some(&path) {
                files.push("index.html".into());
            }
            let mut rendered = String::new();
            for file in files {
                let to = context.destination.join(&file);
                let page = fs::read_to_string(&to)?;
                let (before, inside, after) =
                    parts(&page).ok_or_else(|| anyhow!("no <main> in {}", slashed(&file)))?;
                rendered = text.clone().unwrap_or_else(|| inside.into());
                if text.is_some() {
                    fs::write(to, [before, &rendered, after].concat())?;
                }
            }
            texts.insert(path, (woven, rendered));
        }
        *known = Known { settings, pages: texts };
        if partly {
            let _ = fs::remove_file(context.destination.join("print.html"));
        }
        Ok(())
    }
}

/// A page up to its text, the text, and what is below. The text may speak of anything.
pub fn parts(page: &str) -> Option<(&str, &str, &str)> {
    let from = page.find("<main>")? + "<main>".len();
    let to = page.rfind("</main>").filter(|to| *to >= from)?;
    Some((&page[..from], &page[from..to], &page[to..]))
}
