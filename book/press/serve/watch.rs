//! Watching what a page can depend on.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::project::Project;

/// An editor's save is several events; longer than this, and an author would feel it.
const SETTLE: Duration = Duration::from_millis(30);

/// Where it does not settle, as with a file that a program writes again and again, what there is by
/// then is built.
const LONGEST: Duration = Duration::from_millis(500);

/// Of Linux, macOS and other systems of the Unix family.
const EMFILE: i32 = 24;

/// Changed files, for as long as this lives.
pub struct Changes {
    _watcher: RecommendedWatcher,
    paths: Receiver<PathBuf>,
}

impl Changes {
    /// Begins to watch.
    ///
    /// # Errors
    /// The operating system refuses: why, and what would help.
    pub fn of(project: &Project) -> Result<Self, String> {
        let (send, paths) = mpsc::channel();
        let root = project.root().to_path_buf();
        let heard = move |event: notify::Result<Event>| {
            let Ok(event) = event else { return };
            // So much changed at once that the system lost count.
            if event.need_rescan() {
                let _ = send.send(root.clone());
            }
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

    /// The next changed file, when all has been quiet again for a moment, or for too long not.
    ///
    /// # Errors
    /// Nothing changed for as long as there is patience.
    pub fn next(&self, patience: Duration) -> Result<PathBuf, RecvTimeoutError> {
        settled(&self.paths, patience)
    }
}

/// The first of some changes, when there were no more for a moment, or too many for too long.
///
/// # Errors
/// There is none for as long as there is patience.
pub fn settled(paths: &Receiver<PathBuf>, patience: Duration) -> Result<PathBuf, RecvTimeoutError> {
    let changed = paths.recv_timeout(patience)?;
    let until = Instant::now() + LONGEST;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match paths.recv_timeout(SETTLE.min(left)) {
            Ok(_) if !left.is_zero() => {}
            Ok(_) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                return Ok(changed);
            }
        }
    }
}

fn refused(why: notify::Error) -> String {
    match &why.kind {
        ErrorKind::MaxFilesWatch => {
            "this system lets nobody watch more files (fs.inotify.max_user_watches is its limit)"
                .into()
        }
        // Too many open files, says the system, and means its watchers as well.
        ErrorKind::Io(io) if io.raw_os_error() == Some(EMFILE) => {
            "no more watchers can be opened (fs.inotify.max_user_instances is the system's limit, and that of open files this press's)"
                .into()
        }
        _ => why.to_string(),
    }
}

/// Not: what editors leave behind, Python's caches, and at the root everything but what the book's pages say.
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
    let says = ["book.toml", "Cargo.toml"].iter().any(|file| inside == Path::new(file));
    let at_root = inside.components().count() == 1 && !says;
    !passing && !of_the_press && !at_root
}
