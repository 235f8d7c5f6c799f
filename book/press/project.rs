//! Where things are. Every path the press knows comes from here.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::mistake::Failure;

/// The project that a book belongs to: the folder that holds `book.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    root: PathBuf,
}

impl Project {
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Project { root: root.into() }
    }

    /// The project around `start`, as cargo finds its own: upwards.
    ///
    /// # Errors
    /// No folder from `start` upwards holds a `book.toml`.
    pub fn around(start: &Path) -> Result<Self, Failure> {
        match start.ancestors().find(|folder| folder.join("book.toml").is_file()) {
            Some(root) => Ok(Project::at(root)),
            None => Err(Failure::Input(format!(
                "there is no book.toml in {} or above: start this inside the project",
                start.display()
            ))),
        }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Recorded runs, one file a chapter.
    pub fn runs(&self) -> PathBuf {
        self.root.join("book/runs")
    }

    /// The record of one chapter.
    pub fn record_of(&self, chapter: &str) -> PathBuf {
        self.runs().join(format!("{chapter}.jsonl"))
    }

    /// The tests that claims are held by, one file a chapter.
    pub fn claims(&self) -> PathBuf {
        self.root.join("tests/claims")
    }

    /// What the press makes for itself; never part of the book.
    pub fn scratch(&self) -> PathBuf {
        self.root.join("target/press")
    }

    /// Everything a page can depend on, for watching.
    pub fn sources(&self) -> [PathBuf; 5] {
        ["book", "chapters", "src", "tests/claims", "tests/blocks"].map(|dir| self.root.join(dir))
    }

    /// The chapters that can be recorded, by their programs.
    pub fn chapters(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.root.join("chapters")) else { return Vec::new() };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let stem = |name: String| name.strip_suffix(".rs").unwrap_or(&name).to_string();
        let mut chapters: Vec<String> =
            names.map(stem).filter(|name| self.program_of(name).exists()).collect();
        chapters.sort();
        chapters.dedup();
        chapters
    }

    /// A chapter's program: beside its folder, or in it where the chapter is a package of its own.
    pub fn program_of(&self, chapter: &str) -> PathBuf {
        let chapters = self.root.join("chapters");
        let beside = chapters.join(format!("{chapter}.rs"));
        match beside.exists() {
            true => beside,
            false => chapters.join(chapter).join(format!("{chapter}.rs")),
        }
    }

    /// `path` as the author knows it: from the root.
    pub fn named(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).to_path_buf()
    }
}

/// Temporary files are the owner's alone; what becomes of one is like any other file of the project.
#[cfg(unix)]
pub fn readable(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub fn readable(_: &Path) -> io::Result<()> {
    Ok(())
}
