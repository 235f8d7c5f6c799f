//! Watching what a page can depend on.

use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};
use tokio::sync::mpsc;

use crate::mistake::Failure;
use crate::project::Project;

/// An editor's save is several events; longer than this and an author would feel it.
const SETTLE: Duration = Duration::from_millis(60);

pub type Watcher = Debouncer<RecommendedWatcher>;

/// Changed files, one by one. Ends when the watcher is dropped.
///
/// # Errors
/// The operating system refuses to watch.
pub fn watch(project: &Project) -> Result<(Watcher, mpsc::UnboundedReceiver<PathBuf>), Failure> {
    let refused = |why: notify::Error| Failure::Other(format!("cannot watch for changes: {why}"));
    let (send, changes) = mpsc::unbounded_channel();
    let root = project.root().to_path_buf();
    let heard = move |events: DebounceEventResult| {
        for event in events.unwrap_or_default() {
            if matters(&root, &event.path) {
                // The receiver is gone when the server is ending.
                let _ = send.send(event.path);
            }
        }
    };
    let mut debouncer = new_debouncer(SETTLE, heard).map_err(refused)?;
    let watcher = debouncer.watcher();
    // The folder and not book.toml itself: editors replace files rather than write into them.
    watcher.watch(project.root(), RecursiveMode::NonRecursive).map_err(refused)?;
    for folder in project.sources().iter().filter(|folder| folder.is_dir()) {
        watcher.watch(folder, RecursiveMode::Recursive).map_err(refused)?;
    }
    Ok((debouncer, changes))
}

/// Not: what editors leave behind, Python's caches, and at the root everything but book.toml.
fn matters(root: &Path, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(root) else { return false };
    let hidden = inside.iter().any(|part| {
        let part = part.to_string_lossy();
        part.starts_with('.') || part.ends_with('~') || part == "__pycache__" || part == "4913"
    });
    let of_the_press = inside.starts_with("book/press");
    let at_root = inside.components().count() == 1 && inside != Path::new("book.toml");
    !hidden && !of_the_press && !at_root
}
