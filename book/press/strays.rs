//! The folder of the pages: what lies in it, or is named in its summary, and must not be built.

use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::mistake::Mistake;
use crate::page::Page;
use crate::project::Project;
use crate::weave::Draft;

/// Pages that the summary does not name: nobody would ever read them.
pub fn orphans(project: &Project, src: &Path, drafts: &[Draft]) -> Vec<Mistake> {
    let mut pages = Vec::new();
    pages_under(&project.root().join(src), &mut pages);
    let named = |page: &Path| drafts.iter().any(|draft| draft.file == page);
    pages
        .into_iter()
        .map(|page| project.named(&page))
        .filter(|page| !page.ends_with("SUMMARY.md") && !named(page))
        .map(|page| Mistake::new(page, None, "this page is not in SUMMARY.md"))
        .collect()
}

fn pages_under(folder: &Path, pages: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() && !path.is_symlink() {
            pages_under(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
}

/// What the summary names as pages where no page of the book can be. mdBook panics at a path from
/// the root of the disk, and renders what lies outside of `src` to outside of the built book.
pub fn pages(project: &Project, summary: &Path) -> Vec<Mistake> {
    let Ok(text) = fs::read_to_string(project.root().join(summary)) else { return Vec::new() };
    let page = Page::read(summary, &text);
    let strays = page.links.iter().filter(|(_, link)| leaves(Path::new(link)));
    let mistake = |(at, link): &(usize, String)| {
        Mistake::new(
            summary,
            Some(page.line(*at)),
            format!(
                "{link} is no page of the book: name one by its path from the summary's folder"
            ),
        )
    };
    strays.map(mistake).collect()
}

/// Whether a path leads out of the folder that it starts from, on its way or at its end.
fn leaves(path: &Path) -> bool {
    let mut depth = 0;
    path.components().any(|part| {
        match part {
            Component::Normal(_) => depth += 1,
            Component::ParentDir => depth -= 1,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return true,
        }
        depth < 0
    })
}

/// Symbolic links that lead out of the folder around `src`, or in a circle. A build would publish
/// whatever they lead to.
pub fn ways_out(project: &Project, src: &Path) -> Vec<Mistake> {
    let src = project.root().join(src);
    let within = src.parent().and_then(|folder| folder.canonicalize().ok());
    let Some(within) = within else { return Vec::new() };
    let mut links = Links { within, seen: HashSet::new(), wrong: Vec::new() };
    links.look(&src);
    let named = |(link, what): (PathBuf, String)| Mistake::new(project.named(&link), None, what);
    links.wrong.into_iter().map(named).collect()
}

struct Links {
    within: PathBuf,
    /// folders that were looked into, by what they really are
    seen: HashSet<PathBuf>,
    wrong: Vec<(PathBuf, String)>,
}

impl Links {
    /// Looks through a folder, and through what its links lead to: a build follows them as well.
    fn look(&mut self, folder: &Path) {
        let Ok(real) = folder.canonicalize() else { return };
        if !self.seen.insert(real.clone()) {
            return;
        }
        for path in entries(folder) {
            if path.is_symlink()
                && let Err(what) = self.leads_inside(&path, &real)
            {
                self.wrong.push((path, what));
            } else if path.is_dir() {
                self.look(&path);
            }
        }
    }

    fn leads_inside(&self, link: &Path, lies_in: &Path) -> Result<(), String> {
        let to = link.canonicalize().map_err(|why| format!("this link leads nowhere: {why}"))?;
        if !to.starts_with(&self.within) {
            return Err(
                "this link leads out of the book, and what it leads to would be published".into()
            );
        }
        match lies_in.starts_with(&to) {
            true => Err("this link leads to a folder that it lies in".into()),
            false => Ok(()),
        }
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path()))
}
