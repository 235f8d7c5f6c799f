//! The page of evidence: every run, and every claim with the test that holds it.

use std::fmt::Write;
use std::path::Path;

use maud::{Markup, html};
use while_you_wait::record::{LoadSettings, Run};
use while_you_wait::views::names::Runs;
use while_you_wait::views::quantity::Quantity;

use crate::claims::{Citation, Claim, Claims};
use crate::html::{block, link};
use crate::machine;
use crate::words::evidence as words;

/// Markdown, so that mdBook gives the headings their places in its menus.
pub fn page(path: &Path, runs: &Runs, claims: &Claims, cited: &[Citation]) -> String {
    let mut chapters: Vec<&str> =
        runs.all().iter().map(|run| run.header.chapter.as_str()).collect();
    chapters.extend(claims.all().iter().map(|claim| claim.chapter.as_str()));
    chapters.sort_unstable();
    chapters.dedup();
    let mut page = String::new();
    for chapter in chapters {
        let of: Vec<&Run> = runs.all().iter().filter(|run| run.header.chapter == chapter).collect();
        let _ = write!(page, "## {} {{#{chapter}}}\n\n", spoken(chapter));
        if !of.is_empty() {
            let _ = write!(page, "{}\n\n", block(recorded(path, chapter, &of)));
        }
        for claim in claims.all().iter().filter(|claim| claim.chapter == chapter) {
            page.push_str(&one(path, claim, cited));
        }
    }
    page
}

/// `chap1` as a heading, or `choosing`.
fn spoken(chapter: &str) -> String {
    match chapter.strip_prefix("chap") {
        Some(number) if number.parse::<u32>().is_ok() => words::chapter(number),
        _ => {
            let mut letters = chapter.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect()
        }
    }
}

/// The runs of a chapter, repeats together.
fn recorded(path: &Path, chapter: &str, runs: &[&Run]) -> Markup {
    let mut commands: Vec<&str> = runs.iter().map(|run| run.header.command.as_str()).collect();
    commands.sort_unstable();
    commands.dedup();
    // Repeats of a case may be interleaved with those of another.
    let mut first: Vec<&Run> = Vec::new();
    for run in runs {
        let same = |known: &&Run| {
            known.header.experiment == run.header.experiment && known.header.case == run.header.case
        };
        if !first.iter().any(same) {
            first.push(run);
        }
    }
    html! {
        div.evidence {
            p { (machine::shown(runs)) }
            @for command in commands { p { code { (command) } } }
            p {
                a href=(link(path, &format!("runs/{chapter}.jsonl"))) {
                    (words::RECORD)
                }
            }
            div.table-wrapper tabindex="0" role="group" aria-label=(words::runs_of(chapter)) {
                table {
                    thead {
                        tr {
                            @for column in words::HEADS {
                                th scope="col" { (column) }
                            }
                        }
                    }
                    tbody {
                        @for run in first {
                            tr {
                                td { (run.header.experiment) }
                                th scope="row" { (run.header.case) }
                                td { (requests(&run.header.load)) }
                                td { (Quantity::Count(f64::from(run.header.load.concurrency))) }
                                td { (Quantity::Micros(run.header.delay_us as f64)) }
                                td { (run.header.repeats) }
                                td { (run.header.date) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How many requests were to be sent, or for how long; and by whom, if not by the kit.
fn requests(load: &LoadSettings) -> String {
    let many = match load.duration_us {
        Some(us) => words::lasted(&Quantity::Micros(us as f64).to_string()),
        None => Quantity::Count(f64::from(load.requests)).to_string(),
    };
    match &load.by {
        Some(by) => words::sent_by(&many, by),
        None => many,
    }
}

/// A claim: what is said, where, and the test.
fn one(path: &Path, claim: &Claim, cited: &[Citation]) -> String {
    let pages = cited.iter().filter(|citation| citation.claim == claim.full_name());
    let mut links: Vec<String> = pages
        .map(|citation| {
            let to = link(path, &crate::mistake::slashed(&citation.path));
            format!("[{}]({to})", citation.title)
        })
        .collect();
    links.dedup(); // a page may say it twice
    // mdBook expands its own directives even in code, unless they are escaped.
    let source = claim.source.replace("{{#", "\\{{#");
    let longest = source.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let claimed = words::claimed(&links, &claim.limits());
    let test = words::test_in(&crate::mistake::slashed(&claim.file)).into_string();
    format!(
        "### {} {{#{}}}\n\n{}\n\n{claimed}\n\n\
         <details class=\"test\">\n<summary>{test}</summary>\n\n\
         {fence}rust,ignore\n{source}\n{fence}\n\n</details>\n\n",
        capital(&claim.name.replace('-', " ")),
        claim.anchor(),
        claim.sentence,
    )
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
