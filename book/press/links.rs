//! Links of the rendered book: inside ones must arrive, outside ones must be well made. Nothing
//! is fetched: a build that asks other hosts fails on their bad days.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use mdbook_driver::config::Config;
use scraper::{Html, Selector};

use crate::mistake::{Failure, Mistake};
use crate::page::Page;
use crate::project::Project;

pub struct Links {
    pub pages: usize,
    pub inside: usize,
    pub outside: usize,
    pub mistakes: Vec<Mistake>,
}

/// A rendered page: what can be linked to, and what it links to.
struct Rendered {
    ids: HashSet<String>,
    /// address, and whether the page cannot be shown whole without it
    links: Vec<(String, bool)>,
}

/// # Errors
/// The rendered book cannot be read.
pub fn check(project: &Project, folder: &Path) -> Result<Links, Failure> {
    let pages = read(folder, folder)
        .map_err(|why| Failure::Other(format!("cannot read the rendered book: {why}")))?;
    let src = Config::from_disk(project.root().join("book.toml"))?.book.src;
    let mut links = Links { pages: 0, inside: 0, outside: 0, mistakes: Vec::new() };
    for (path, page) in &pages {
        // What mdBook gathers from the other pages, with links rewritten or from the site's root.
        if ["print.html", "404.html", "toc.html"].iter().any(|made| path.ends_with(made)) {
            continue;
        }
        links.pages += 1;
        for (link, needed) in &page.links {
            let verdict = match scheme(link) {
                Some(_) if *needed => Err("is loaded from another host".to_string()),
                Some(scheme) => {
                    links.outside += 1;
                    outside(scheme, link)
                }
                None => {
                    links.inside += 1;
                    inside(folder, &pages, path, link)
                }
            };
            if let Err(why) = verdict {
                let (file, line) = origin(project, &src, path, link);
                links.mistakes.push(Mistake::new(file, line, format!("the link {link} {why}")));
            }
        }
    }
    Ok(links)
}

fn read(folder: &Path, root: &Path) -> std::io::Result<BTreeMap<PathBuf, Rendered>> {
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            pages.extend(read(&path, root)?);
        } else if path.extension().is_some_and(|extension| extension == "html") {
            let html = Html::parse_document(&fs::read_to_string(&path)?);
            let name = path.strip_prefix(root).expect("it was found there").to_path_buf();
            pages.insert(name, Rendered { ids: ids(&html), links: addresses(&html) });
        }
    }
    Ok(pages)
}

fn ids(html: &Html) -> HashSet<String> {
    let with_id = Selector::parse("[id]").expect("a fixed selector");
    html.select(&with_id).filter_map(|el| Some(el.value().id()?.to_string())).collect()
}

fn addresses(html: &Html) -> Vec<(String, bool)> {
    let kinds = [("a[href]", "href", false), ("link[href]", "href", true), ("[src]", "src", true)];
    let mut all = Vec::new();
    for (selector, attribute, needed) in kinds {
        let selector = Selector::parse(selector).expect("a fixed selector");
        let of = html.select(&selector).filter_map(|el| el.value().attr(attribute));
        all.extend(of.map(|address| (address.to_string(), needed)));
    }
    all
}

/// `https` of `https://…`; a link without one is inside the book.
fn scheme(link: &str) -> Option<&str> {
    if link.starts_with("//") {
        return Some("");
    }
    let (scheme, _) = link.split_once(':')?;
    let looks = scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    (looks && !scheme.is_empty()).then_some(scheme)
}

fn outside(scheme: &str, link: &str) -> Result<(), String> {
    let host = link.split("//").nth(1).unwrap_or("").split(['/', '?', '#']).next().unwrap_or("");
    let here = host.starts_with("127.0.0.1") || host.starts_with("localhost");
    match scheme {
        "mailto" => Ok(()),
        "http" if here => Ok(()),
        "https" if host.contains('.') && !host.contains(char::is_whitespace) => Ok(()),
        "https" => Err("names no host".into()),
        "http" => Err("is not https".into()),
        _ => Err("is of a kind that a book should not hold".into()),
    }
}

fn inside(
    folder: &Path,
    pages: &BTreeMap<PathBuf, Rendered>,
    from: &Path,
    link: &str,
) -> Result<(), String> {
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split('?').next().unwrap_or("");
    let target = match path {
        "" => from.to_path_buf(),
        path if path.starts_with('/') => return Err("begins at the site's root".into()),
        path => resolve(&from.parent().unwrap_or(Path::new("")).join(path))
            .ok_or("leads out of the book")?,
    };
    let target = if folder.join(&target).is_dir() { target.join("index.html") } else { target };
    if !folder.join(&target).is_file() {
        return Err("leads to no file of the book".into());
    }
    match pages.get(&target) {
        Some(page) if !anchor.is_empty() && !page.ids.contains(anchor) => {
            let page = crate::mistake::slashed(&target);
            let hint = crate::near::hint(anchor, pages[&target].ids.iter().map(String::as_str));
            Err(format!("leads to no heading or id of {page}{hint}"))
        }
        _ => Ok(()),
    }
}

/// The path without `.` and `..`; `None` where it leaves the book.
fn resolve(path: &Path) -> Option<PathBuf> {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                if !clean.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    Some(clean)
}

/// The source of a rendered link: the page, and the line where the link is found on it.
fn origin(project: &Project, src: &Path, html: &Path, link: &str) -> (PathBuf, Option<usize>) {
    let md = src.join(html.with_extension("md"));
    let candidates = [md.clone(), md.with_file_name("README.md")];
    let is_index = html.ends_with("index.html");
    for file in candidates.iter().take(if is_index { 2 } else { 1 }) {
        let Ok(text) = fs::read_to_string(project.root().join(file)) else { continue };
        let page = Page::read(file, &text);
        let same = |source: &str| source.replacen(".md", ".html", 1) == link || source == link;
        let line = page.links.iter().find(|(_, source)| same(source)).map(|(at, _)| page.line(*at));
        // Raw HTML is not among Markdown's links.
        let line = line.or_else(|| text.find(link).map(|at| page.line(at)));
        return (file.clone(), line);
    }
    (md, None)
}
