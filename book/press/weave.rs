//! Weaving: from the page an author wrote to the page a reader gets.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::path::{Path, PathBuf};

use maud::html;
use while_you_wait::views::names::Runs;

use crate::answer::answer;
use crate::claims::{Citation, Claims, anchor};
use crate::directive::Directive;
use crate::fold::{Fold, folds};
use crate::found::{Found, directives, follows_a_claim};
use crate::mistake::Mistake;
use crate::page::Page;
use crate::project::Project;
use crate::runs::Recorded;
use crate::words::evidence as words;
use crate::{block, evidence, html, include, island, listing, loose};

/// A page to be woven.
#[derive(Debug, Clone)]
pub struct Draft {
    /// as the reader finds it, from the book's `src`: `one-at-a-time.md`
    pub path: PathBuf,
    /// as the author finds it, from the project's root: `book/en/one-at-a-time.md`
    pub file: PathBuf,
    pub title: String,
    pub text: String,
}

/// What of a page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Everything,
    /// no figure and no table of measured numbers: what a search looks through
    Words,
}

/// All pages, woven, and all that is wrong with them.
pub struct Woven {
    pub texts: Vec<String>,
    pub cited: Vec<Citation>,
    /// the files that blocks are cut from, from the project's root
    pub sources: BTreeSet<PathBuf>,
    pub mistakes: Vec<Mistake>,
}

/// Weaves all pages of a book. A directive that cannot be answered stays as it was.
pub fn weave(
    project: &Project,
    record: &Recorded,
    claims: &Claims,
    drafts: &[Draft],
    shown: Shown,
) -> Woven {
    let mut mistakes = record.mistakes.clone();
    let pages: Vec<(Page, Vec<Found>)> = drafts
        .iter()
        .map(|draft| {
            let page = Page::read(&draft.file, &draft.text);
            let found = directives(&page, &mut mistakes);
            (page, found)
        })
        .collect();
    let answers = Answers {
        shown,
        record,
        claims,
        cited: cited(drafts, &pages),
        evidence: evidence_page(drafts, &pages),
    };
    if answers.evidence.is_none() {
        mistakes.extend(first_claim(&pages).map(|(page, at)| {
            Mistake::new(
                &page.file,
                Some(page.line(at)),
                "no page holds {{evidence}}, so the mark of a claim leads nowhere",
            )
        }));
    }
    let mut texts = Vec::new();
    let mut sources = BTreeSet::new();
    for (draft, (page, found)) in drafts.iter().zip(&pages) {
        let (includes, wrong) = include::read(page, project.root());
        mistakes.extend(wrong);
        mistakes.extend(block::read(page, &includes).1);
        let ranges: Vec<Range<usize>> = found.iter().map(|found| found.range.clone()).collect();
        mistakes.extend(loose::find(page, &ranges));
        let listings = listing::edits(page, &draft.path, &includes);
        texts.push(answers.page(draft, page, found, listings, &mut mistakes));
        sources.extend(includes.into_iter().map(|include| include.file));
    }
    Woven { texts, cited: answers.cited, sources, mistakes }
}

fn cited(drafts: &[Draft], pages: &[(Page, Vec<Found>)]) -> Vec<Citation> {
    let mut cited = Vec::new();
    for (draft, (_, found)) in drafts.iter().zip(pages) {
        for directive in found.iter().filter_map(|found| found.directive.as_ref()) {
            if let Directive::Claim { chapter, claim } = directive {
                cited.push(Citation {
                    claim: format!("{chapter}.{claim}"),
                    path: draft.path.clone(),
                    title: draft.title.clone(),
                });
            }
        }
    }
    cited.dedup();
    cited
}

fn first_claim<'a>(pages: &'a [(Page<'a>, Vec<Found>)]) -> Option<(&'a Page<'a>, usize)> {
    let is_claim = |found: &&Found| matches!(found.directive, Some(Directive::Claim { .. }));
    let of = |(page, found): &'a (Page<'a>, Vec<Found>)| {
        Some((page, found.iter().find(is_claim)?.range.start))
    };
    pages.iter().find_map(of)
}

/// The page that shows runs and claims, where marks lead.
fn evidence_page(drafts: &[Draft], pages: &[(Page, Vec<Found>)]) -> Option<PathBuf> {
    let holds = |found: &[Found]| found.iter().any(|f| f.directive == Some(Directive::Evidence));
    let at = pages.iter().position(|(_, found)| holds(found))?;
    Some(drafts[at].path.clone())
}

/// Everything that an answer may depend on.
struct Answers<'a> {
    shown: Shown,
    record: &'a Recorded,
    claims: &'a Claims,
    cited: Vec<Citation>,
    evidence: Option<PathBuf>,
}

impl Answers<'_> {
    fn page(
        &self,
        draft: &Draft,
        page: &Page,
        found: &[Found],
        mut edits: Vec<(Range<usize>, String)>,
        mistakes: &mut Vec<Mistake>,
    ) -> String {
        let inline =
            page.inline_code.iter().filter(|range| page.text[(*range).clone()].contains("{{"));
        edits.extend(inline.map(|range| (range.clone(), html::literal(&page.text[range.clone()]))));
        let folds = folds(page);
        edits.extend(folds.iter().map(|fold| (fold.tag.clone(), fold.opening())));
        let mut in_a_row = 0;
        for (nth, Found { range, directive, placed }) in found.iter().enumerate() {
            let Some(directive) = directive else { continue };
            in_a_row = if follows_a_claim(page, found, nth) { in_a_row + 1 } else { 0 };
            let below = folds.iter().position(|fold| fold.tag.start > range.start);
            let below = &folds[below.unwrap_or(folds.len())..];
            match self.answer(draft, directive, in_a_row, below) {
                Ok(answer) if !placed => edits.push((range.clone(), format!("\n\n{answer}\n\n"))),
                Err(_) if !placed => {}
                // A blank line ends the HTML block, whatever comes next on the page.
                Ok(answer) if directive.is_block() => edits.push((range.clone(), answer + "\n")),
                Ok(answer) => edits.push((range.clone(), answer)),
                // Reported as a mistake of the record, once and not for each number of it.
                Err(_) if self.refused(&page.text[range.clone()]) => {}
                Err(what) => {
                    mistakes.push(Mistake::new(&page.file, Some(page.line(range.start)), what));
                }
            }
        }
        edits.sort_by_key(|(range, _)| range.start);
        let mut woven = String::with_capacity(page.text.len());
        let mut at = 0;
        for (range, text) in edits {
            // Half of a directive in `code`: which of the two was meant, only the author knows.
            if range.start < at {
                mistakes.push(Mistake::new(
                    &page.file,
                    Some(page.line(range.start)),
                    "a directive and code overlap here; close the one before the other",
                ));
                continue;
            }
            woven.push_str(&page.text[at..range.start]);
            woven.push_str(&text);
            at = range.end;
        }
        woven.push_str(&page.text[at..]);
        let alive = |found: &Found| found.directive.as_ref().is_some_and(Directive::is_alive);
        if self.shown == Shown::Everything && found.iter().any(alive) {
            woven.push_str(&format!("\n\n{}\n", island::of_a_page()));
        }
        woven
    }

    /// Whether a directive asks for a chapter whose record was refused.
    fn refused(&self, directive: &str) -> bool {
        let of = |file: &Path| file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let asks = |chapter: String| {
            let mut words = directive.trim_matches(['{', '}']).split_whitespace();
            words.any(|word| word.split('.').next() == Some(&chapter))
        };
        self.record.mistakes.iter().filter_map(|mistake| of(&mistake.file)).any(asks)
    }

    /// `in_a_row` claims stand right before this one, and these folds below it.
    fn answer(
        &self,
        draft: &Draft,
        directive: &Directive,
        in_a_row: usize,
        below: &[Fold],
    ) -> Result<String, String> {
        match directive {
            block if block.is_block() && self.shown == Shown::Words => Ok(String::new()),
            Directive::Claim { chapter, claim } => self.mark(draft, chapter, claim, in_a_row),
            Directive::Evidence => {
                Ok(evidence::page(&draft.path, &self.record.runs, self.claims, &self.cited))
            }
            Directive::Predict(question) => {
                let mut folds = DefaultHasher::new();
                below.iter().for_each(|fold| (fold.nth, &fold.text).hash(&mut folds));
                let form = |runs: &Runs| question.form(runs, below).map(html::block);
                self.record.once(directive, folds.finish(), form)
            }
            Directive::Given(setting) => Ok(html! { span.given { (setting) } }.into_string()),
            measured => answer(self.record, measured),
        }
    }

    /// The visible mark of a claim: a small link to its test and its runs. Several in a row look like
    /// one mark, with a number for each but the first.
    fn mark(
        &self,
        draft: &Draft,
        chapter: &str,
        claim: &str,
        in_a_row: usize,
    ) -> Result<String, String> {
        let test = self.claims.find(chapter, claim)?;
        // That there is none is reported once, and not for each claim.
        let Some(evidence) = &self.evidence else { return Ok(String::new()) };
        let to = format!("{}#{}", crate::mistake::slashed(evidence), anchor(chapter, claim));
        let word = match in_a_row {
            0 => words::TESTED.to_string(),
            n => (n + 1).to_string(),
        };
        let mark = html! {
            a.claim.more[in_a_row > 0] href=(html::link(&draft.path, &to)) title=(test.sentence)
                aria-label=(words::mark(&word, &test.sentence)) { (word) }
        };
        Ok(mark.into_string())
    }
}
