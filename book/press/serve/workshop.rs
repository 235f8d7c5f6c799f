//! Printing after printing of a book that is being written.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch as state;

use super::Printing;
use super::shelf::same;
use crate::book::{self, Press};
use crate::mistake::caught;
use crate::project::Project;
use crate::runs::Recorded;
use crate::texts::Texts;
use crate::{search, source};

/// Where printings are made: two folders in turn, so that the one being read is never written.
pub struct Workshop {
    pub project: Project,
    folder: PathBuf,
    pub record: state::Sender<Arc<Recorded>>,
    /// sizes and times of the records that `record` was read from; `None` before the first
    read: Option<Stamps>,
    sources: Arc<source::Known>,
    texts: Arc<Texts>,
}

type Stamps = Vec<(PathBuf, u64, Option<std::time::SystemTime>)>;

impl Workshop {
    pub fn new(project: &Project, folder: PathBuf) -> Self {
        Workshop {
            record: state::channel(Arc::default()).0,
            read: None,
            sources: Arc::default(),
            texts: Arc::default(),
            project: project.clone(),
            folder,
        }
    }

    /// The next printing, or what keeps it from being made. What is made of all pages, its search and
    /// the page for printing, is the last one's until [`Workshop::complete`].
    pub fn print(&mut self, printing: &mut Printing) {
        let folder = self.folder.join(format!("{}", (printing.number + 1) % 2));
        let built = caught("the book cannot be built", || {
            let now = stamps(&self.project);
            if self.read.as_ref() != Some(&now) {
                // Reading megabytes of JSON at each keystroke would be felt.
                self.record.send_replace(Arc::new(Recorded::of(&self.project)));
                self.read = Some(now);
            }
            let press = self.press();
            book::pages(&self.project, press, &self.texts, &folder)?;
            if let Some(shown) = &printing.folder {
                search::keep(shown, &folder)?;
                book::keep_print_page(shown, &folder)?;
            }
            Ok(())
        });
        match built {
            Ok(()) => {
                printing.wrong = None;
                let shown = printing.folder.as_ref();
                // A save without a change is no reason to reload a page.
                if !shown.is_some_and(|shown| same(shown, &folder).unwrap_or(false)) {
                    printing.number += 1;
                    printing.folder = Some(folder);
                }
            }
            Err(failure) => printing.wrong = Some(failure.to_string()),
        }
    }

    fn press(&self) -> Press {
        Press::strict(Arc::clone(&self.record.borrow())).knowing(&self.sources)
    }

    /// Makes the search of a printing that is being read.
    pub fn index(&self, printing: &mut Printing) {
        let Some(folder) = &printing.folder else { return };
        let record = Arc::clone(&self.record.borrow());
        if let Err(failure) = book::index(&self.project, record, folder) {
            printing.wrong = Some(failure.to_string());
        }
    }

    /// Makes what is made of all pages, of a printing that is being read.
    pub fn complete(&self, printing: &mut Printing) {
        self.index(printing);
        let Some(folder) = &printing.folder else { return };
        if let Err(failure) = book::print_page(&self.project, self.press(), folder) {
            printing.wrong = Some(failure.to_string());
        }
    }
}

fn stamps(project: &Project) -> Stamps {
    let Ok(entries) = fs::read_dir(project.runs()) else { return Vec::new() };
    let mut stamps: Vec<_> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let about = entry.metadata().ok()?;
            Some((entry.path(), about.len(), about.modified().ok()))
        })
        .collect();
    stamps.sort();
    stamps
}
