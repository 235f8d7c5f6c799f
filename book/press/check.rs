//! Everything an author can get wrong, in seconds and all at once.

use std::sync::{Arc, Mutex, PoisonError};

use crate::book::{self, Findings, Press};
use crate::claims::Claims;
use crate::links;
use crate::mistake::{Failure, Mistakes};
use crate::project::Project;
use crate::runs::Recorded;

/// What a right book holds, for the line that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    pub pages: usize,
    pub claims: usize,
    pub links: usize,
    /// links to other hosts: read, and never followed
    pub outside: usize,
}

/// Weaves and renders the book into a folder that is thrown away, and looks at both.
///
/// # Errors
/// Every mistake that was found.
pub fn check(project: &Project, record: Arc<Recorded>) -> Result<Checked, Failure> {
    let findings = Arc::new(Mutex::new(Findings::default()));
    let folder = tempfile::tempdir()
        .map_err(|why| Failure::Other(format!("cannot make a folder: {why}")))?;
    let press = Press::lenient(record, Arc::clone(&findings));
    let rendered = book::proof(project, press, folder.path())?;
    let Findings { mut mistakes, cited, every_page } =
        std::mem::take(&mut *findings.lock().unwrap_or_else(PoisonError::into_inner));
    let claims = Claims::of(project);
    let names: Vec<String> = cited.into_iter().map(|citation| citation.claim).collect();
    if every_page {
        mistakes.extend(claims.uncited(&names));
    }
    let links = links::check(project, &rendered)?;
    mistakes.extend(links.mistakes);
    Mistakes::none_of(mistakes)?;
    Ok(Checked {
        pages: links.pages,
        claims: claims.all().len(),
        links: links.inside,
        outside: links.outside,
    })
}
