//! Watching what a page can depend on.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::mistake::Failure;
use crate::project::Project;

/// An editor's save is several events; longer than this, and an author would feel it.
const SETTLE: Duration = Duration::from_millis(60);

/// Changed files, for as long as this lives.
pub struct Changes {
    _watcher: RecommendedWatcher,
    paths: Receiver<PathBuf>,
}

impl Changes {
    /// Begins to watch.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn of(project: &Project) -> Result<Self, Failure> {
        let refused = |why: notify::Error| Failure::Other(format!("cannot watch files: {why}"));
        let (send, paths) = mpsc::channel();
        let root = project.root().to_path_buf();
        let heard = move |event: notify::Result<Event>| {
            let Ok(event) = event else { return };
            // Building the book reads every file of it; only a change is news.
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            for path in event.paths.into_iter().filter(|path| matters(&root, path)) {
                // Nobody listens when the press is ending.
                let _ = send.send(path);
            }
        };
        let mut watcher = notify::recommended_watcher(heard).map_err(refused)?;
        // The folder and not book.toml itself: editors replace files rather than write into them.
        watcher.watch(project.root(), RecursiveMode::NonRecursive).map_err(refused)?;
        for folder in project.sources().iter().filter(|folder| folder.is_dir()) {
            watcher.watch(folder, RecursiveMode::Recursive).map_err(refused)?;
        }
        Ok(Changes { _watcher: watcher, paths })
    }

    /// The next changed file, when all has been quiet again for a moment.
    pub fn next(&self) -> Option<PathBuf> {
        let changed = self.paths.recv().ok()?;
        while self.paths.recv_timeout(SETTLE).is_ok() {}
        Some(changed)
    }
}

/// Not: what editors leave behind, Python's caches, and at the root everything but book.toml.
fn matters(root: &Path, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(root) else { return false };
    let passing = inside.iter().any(|part| {
        let part = part.to_string_lossy();
        part.starts_with('.') || part.ends_with('~') || part == "__pycache__" || part == "4913"
    });
    // Its code, and the pages of sources that it writes itself: book/en/source.
    let mut folders = inside.iter().map(|part| part.to_string_lossy());
    let of_the_press = inside.starts_with("book/press")
        || (folders.next().is_some_and(|first| first == "book")
            && folders.nth(1).is_some_and(|third| third == "source"));
    let at_root = inside.components().count() == 1 && inside != Path::new("book.toml");
    !passing && !of_the_press && !at_root
}
