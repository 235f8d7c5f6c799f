//! The book as mdBook sees it: the press is one of its preprocessors, in this process or behind
//! the ordinary `mdbook build`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use mdbook_driver::MDBook;
use mdbook_driver::book::{Book, BookItem};
use mdbook_driver::config::Config;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::claims::{Citation, Claims};
use crate::mistake::{Failure, Mistake, Mistakes, caught};
use crate::project::Project;
use crate::runs::Recorded;
use crate::texts::{Remembering, Texts};
use crate::weave::{Draft, Shown, weave};
use crate::{finish, search, source, strays};

/// The preprocessor. It must run before mdBook's `links`, so that lines are still the author's.
pub struct Press {
    record: Arc<Recorded>,
    /// where mistakes go when they shall not end the build
    findings: Option<Arc<Mutex<Findings>>>,
    shown: Shown,
    sources: Arc<source::Known>,
}

/// What a whole weaving found out.
#[derive(Default)]
pub struct Findings {
    pub mistakes: Vec<Mistake>,
    pub cited: Vec<Citation>,
    /// not where a page is missing from the summary, and with it all that it cites
    pub every_page: bool,
}

impl Press {
    /// One that refuses a book with mistakes.
    pub fn strict(record: Arc<Recorded>) -> Self {
        let sources = Arc::default();
        Press { record, findings: None, shown: Shown::Everything, sources }
    }

    /// The same, for a book that is made again and again.
    pub fn knowing(self, sources: &Arc<source::Known>) -> Self {
        Press { sources: Arc::clone(sources), ..self }
    }

    /// One that renders what it can, so that more mistakes can be found in what was rendered.
    pub fn lenient(record: Arc<Recorded>, findings: Arc<Mutex<Findings>>) -> Self {
        Press { findings: Some(findings), ..Press::strict(record) }
    }

    /// One whose pages are there to be searched, not read.
    pub fn for_search(record: Arc<Recorded>) -> Self {
        Press { shown: Shown::Words, ..Press::strict(record) }
    }
}

impl Preprocessor for Press {
    fn name(&self) -> &str {
        "press"
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> anyhow::Result<Book> {
        let project = Project::at(&context.root);
        let src = &context.config.book.src;
        // Before anything else, also where mistakes do not end the build: the renderer follows them.
        Mistakes::none_of(strays::ways_out(&project, src))?;
        let drafts = drafts(&book, src);
        let woven = weave(&project, &self.record, &Claims::of(&project), &drafts, self.shown);
        let mut mistakes = woven.mistakes;
        let orphans = strays::orphans(&project, src, &drafts);
        let every_page = orphans.is_empty();
        mistakes.extend(orphans);
        match &self.findings {
            None => Mistakes::none_of(mistakes)?,
            Some(findings) => {
                let mut findings = findings.lock().unwrap_or_else(PoisonError::into_inner);
                *findings = Findings { mistakes, cited: woven.cited, every_page };
            }
        }
        if self.shown == Shown::Everything {
            let book = &context.config.book;
            source::write(project.root(), book, &woven.sources, &self.sources)
                .map_err(|why| Failure::Other(format!("cannot write pages of sources: {why}")))?;
        }
        let mut texts = woven.texts.into_iter();
        book.for_each_chapter_mut(|chapter| {
            chapter.content = texts.next().expect("one text a chapter");
        });
        Ok(book)
    }
}

/// The pages in the order in which `for_each_chapter_mut` visits them: children first.
fn drafts(book: &Book, src: &Path) -> Vec<Draft> {
    fn visit(items: &[BookItem], src: &Path, drafts: &mut Vec<Draft>) {
        for item in items {
            let BookItem::Chapter(chapter) = item else { continue };
            visit(&chapter.sub_items, src, drafts);
            if let Some(path) = &chapter.path {
                let source = chapter.source_path.as_ref().unwrap_or(path);
                drafts.push(Draft {
                    path: path.clone(),
                    file: src.join(source),
                    title: chapter.name.clone(),
                    text: chapter.content.clone(),
                });
            }
        }
    }
    let mut drafts = Vec::new();
    visit(&book.items, src, &mut drafts);
    drafts
}

/// An error and its causes, where TOML's come with a drawing of the place.
fn in_one_line(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    let words = text.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "|");
    words.collect::<Vec<_>>().join(" ")
}

/// mdBook with the press in the place of the command that book.toml names: this program never
/// starts another one of itself.
///
/// # Errors
/// book.toml or SUMMARY.md cannot be read, or a page of the summary is missing.
pub fn load(project: &Project, press: Press) -> Result<MDBook, Failure> {
    let root = format!("{}/", project.root().display());
    let one = |file: &Path, error: anyhow::Error| {
        Failure::from(Mistake::new(file, None, in_one_line(&error).replace(&root, "")))
    };
    let mut config = Config::from_disk(project.root().join("book.toml"))
        .map_err(|error| one(Path::new("book.toml"), error))?;
    config.update_from_env()?;
    let summary = config.book.src.join("SUMMARY.md");
    Mistakes::none_of(strays::pages(project, &summary))?;
    let mut book =
        MDBook::load_with_config(project.root(), config).map_err(|error| one(&summary, error))?;
    book.with_preprocessor(press);
    Ok(book)
}

/// Weaves and renders the book into `folder`, or where book.toml says.
///
/// # Errors
/// The book is wrong, or cannot be written.
pub fn build(project: &Project, press: Press, folder: Option<&Path>) -> Result<PathBuf, Failure> {
    let record = Arc::clone(&press.record);
    let folder = caught("the book cannot be built", || {
        let mut book = load(project, press)?;
        if let Some(folder) = folder {
            book.config.build.build_dir = folder.to_path_buf();
        }
        render(project, &book)
    })?;
    index(project, record, &folder)?;
    Ok(folder)
}

/// The same, but for a search that finds nothing before [`index`], and, where `texts` were known, for
/// the page that [`print_page`] makes.
///
/// # Errors
/// As [`build`].
pub fn pages(
    project: &Project,
    press: Press,
    texts: &Arc<Texts>,
    folder: &Path,
) -> Result<(), Failure> {
    caught("the book cannot be built", || {
        let mut book = load(project, press)?;
        book.with_renderer(Remembering(Arc::clone(texts)));
        book.config.build.build_dir = folder.to_path_buf();
        without_search(&mut book)?;
        render(project, &book).map(drop)
    })
}

/// Of all pages, which begin with nothing. The file's name, which is made of what is in it, then stays
/// the same.
fn without_search(book: &mut MDBook) -> Result<(), Failure> {
    let nothing = serde_json::json!({ "": { "enable": false } });
    Ok(book.config.set("output.html.search.chapter", nothing)?)
}

/// Makes the page that holds all others, for the [`pages`] in `folder`.
///
/// # Errors
/// As [`build`].
pub fn print_page(project: &Project, press: Press, folder: &Path) -> Result<(), Failure> {
    caught("the page for printing cannot be made", || {
        let cannot = |why| Failure::Other(format!("cannot make the page for printing: {why}"));
        let apart = tempfile::tempdir_in(project.scratch()).map_err(cannot)?;
        let mut book = load(project, press)?;
        book.config.build.build_dir = apart.path().to_path_buf();
        without_search(&mut book)?;
        finished(&book)?;
        let page = apart.path().join(PRINT);
        // A book may have none.
        if page.is_file() { fs::rename(page, folder.join(PRINT)).map_err(cannot) } else { Ok(()) }
    })
}

/// Has one book printed as another, as long as it has no such page of its own.
///
/// # Errors
/// The page is there and cannot be copied.
pub fn keep_print_page(shown: &Path, folder: &Path) -> Result<(), Failure> {
    let (old, new) = (shown.join(PRINT), folder.join(PRINT));
    if new.exists() || !old.exists() {
        return Ok(());
    }
    let cannot = |why| Failure::Other(format!("cannot copy the page for printing: {why}"));
    fs::copy(old, new).map(drop).map_err(cannot)
}

const PRINT: &str = "print.html";

/// Makes the search of the pages in `folder`.
///
/// # Errors
/// As [`build`].
pub fn index(project: &Project, record: Arc<Recorded>, folder: &Path) -> Result<(), Failure> {
    caught("the book's search cannot be made", || {
        search::lighten(&load(project, Press::for_search(record))?, folder)
    })
}

/// Weaves and renders into `folder` what a check looks at: the pages, and nothing made from all
/// of them.
///
/// # Errors
/// As [`build`].
pub fn proof(project: &Project, press: Press, folder: &Path) -> Result<PathBuf, Failure> {
    caught("the book cannot be built", || {
        let mut book = load(project, press)?;
        book.config.build.build_dir = folder.to_path_buf();
        for unneeded in ["search.enable", "print.enable", "hash-files"] {
            book.config.set(format!("output.html.{unneeded}"), false)?;
        }
        render(project, &book)
    })
}

fn render(project: &Project, book: &MDBook) -> Result<PathBuf, Failure> {
    let folder = finished(book)?;
    copy_records(project, &folder)
        .map_err(|why| Failure::Other(format!("cannot copy the records: {why}")))?;
    Ok(folder)
}

fn finished(book: &MDBook) -> Result<PathBuf, Failure> {
    let folder = book.build_dir_for("html");
    book.build()?;
    finish::pages(book, &folder)?;
    Ok(folder)
}

/// Lays the raw records beside the pages that link to them. A plain `mdbook build` finds them
/// through the symbolic link `book/en/runs`; where links are no links, this still does.
fn copy_records(project: &Project, folder: &Path) -> std::io::Result<()> {
    let to = folder.join("runs");
    if to.is_dir() || !project.runs().is_dir() {
        return Ok(());
    }
    if to.is_file() {
        fs::remove_file(&to)?;
    }
    fs::create_dir_all(&to)?;
    for entry in fs::read_dir(project.runs())? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "jsonl") {
            fs::copy(&file, to.join(file.file_name().expect("an entry has a name")))?;
        }
    }
    Ok(())
}
