//! Where printings lie: a folder of this press alone, gone when it ends.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::TempDir;

use crate::mistake::Failure;
use crate::project::Project;

const PREFIX: &str = "serve-";

/// A folder of one press. It is locked for as long as its press lives, however that ends, so that
/// the next one knows what nobody needs any more.
pub struct Shelf {
    // Before the folder: some systems remove no file that is open.
    _lock: File,
    folder: TempDir,
}

impl Shelf {
    /// A new one, and those of presses that were killed are gone.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(project: &Project) -> Result<Self, Failure> {
        Self::made(&project.scratch())
            .map_err(|why| Failure::Other(format!("cannot make a folder to serve from: {why}")))
    }

    fn made(scratch: &Path) -> io::Result<Self> {
        fs::create_dir_all(scratch)?;
        // Or else another press might take a folder away in the moment before it is locked.
        let turn = File::create(scratch.join("serving.lock"))?;
        turn.lock()?;
        for entry in fs::read_dir(scratch)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(PREFIX) && unused(&entry.path()) {
                // What cannot be removed is in nobody's way.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(scratch)?;
        let lock = File::create(folder.path().join("lock"))?;
        lock.lock()?;
        Ok(Shelf { _lock: lock, folder })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Whether no press that lives holds it.
fn unused(folder: &Path) -> bool {
    match File::open(folder.join("lock")) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(why) => why.kind() == io::ErrorKind::NotFound,
    }
}

/// Whether two folders hold the same files, to the last byte.
pub fn same(one: &Path, other: &Path) -> io::Result<bool> {
    let names = |folder: &Path| -> io::Result<Vec<_>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            names.push(entry?.file_name());
        }
        names.sort();
        Ok(names)
    };
    let all = names(one)?;
    if all != names(other)? {
        return Ok(false);
    }
    for name in all {
        let (one, other) = (one.join(&name), other.join(&name));
        let (about, about_other) = (fs::metadata(&one)?, fs::metadata(&other)?);
        let alike = match (about.is_dir(), about_other.is_dir()) {
            (true, true) => same(&one, &other)?,
            (false, false) if about.len() == about_other.len() => {
                fs::read(one)? == fs::read(other)?
            }
            _ => false,
        };
        if !alike {
            return Ok(false);
        }
    }
    Ok(true)
}
