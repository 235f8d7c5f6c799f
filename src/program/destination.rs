//! Where the record of a run goes. A file that is there keeps what it holds until the new record is
//! whole: until then that is written beside it.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::record::write::Writer;

/// Where a record goes, and how it comes to its place.
pub struct Destination {
    pub writer: Writer,
    beside: Option<Beside>,
}

struct Beside {
    part: PathBuf,
    file: PathBuf,
    /// held for as long as this lives: two runs may not write one record
    _lock: File,
}

impl Destination {
    /// To that file, to stdout where it is `-`, or to nobody.
    ///
    /// # Errors
    /// It cannot be written, or another run is writing it.
    pub fn of(json: Option<&Path>) -> Result<Self, String> {
        let writer = match json {
            None => Writer::nowhere(),
            Some(path) if path == Path::new("-") => Writer::new(io::stdout()),
            Some(path) => return Self::file(path),
        };
        Ok(Destination { writer, beside: None })
    }

    fn file(path: &Path) -> Result<Self, String> {
        let refused = |why: io::Error| {
            format!(
                "--json {}: cannot be written ({why}); name a file in a folder that can",
                path.display()
            )
        };
        // Through a link, to the file itself.
        let file = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        // A pipe or a device takes what comes, and has nothing to lose; a folder refuses.
        if file.exists() && !file.is_file() {
            let writer = Writer::new(BufWriter::new(File::create(&file).map_err(refused)?));
            return Ok(Destination { writer, beside: None });
        }
        // Whether it could be written at its end is asked before anything runs.
        if file.is_file() {
            File::options().append(true).open(&file).map_err(refused)?;
        }
        let name = file.file_name().ok_or_else(|| refused(io::ErrorKind::IsADirectory.into()))?;
        let part = file.with_file_name([name, ".part".as_ref()].join("".as_ref()));
        let lock = File::options().create(true).append(true).open(&part).map_err(refused)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(format!(
                    "--json {}: another run is writing it; wait for its end, or name another file",
                    path.display()
                ));
            }
            Err(TryLockError::Error(why)) => return Err(refused(why)),
        }
        lock.set_len(0).map_err(refused)?;
        let writer = Writer::new(BufWriter::new(lock.try_clone().map_err(refused)?));
        Ok(Destination { writer, beside: Some(Beside { part, file, _lock: lock }) })
    }

    /// The record is whole: it takes its place.
    ///
    /// # Errors
    /// It cannot.
    pub fn keep(self) -> Result<(), String> {
        let Some(Beside { part, file, .. }) = self.beside else { return Ok(()) };
        fs::rename(&part, &file).map_err(|why| {
            format!("the record could not be kept ({why}); it is in {}", part.display())
        })
    }

    /// It is not: what there is of it stays where it was written.
    pub fn give_up(self) -> Option<PathBuf> {
        let Beside { part, .. } = self.beside?;
        match fs::metadata(&part).is_ok_and(|about| about.len() > 0) {
            true => Some(part),
            false => {
                let _ = fs::remove_file(part);
                None
            }
        }
    }
}
