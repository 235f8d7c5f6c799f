//! The environments in which servers of Python run, as each `ready.py` makes them in target/.

use std::path::{Path, PathBuf};

/// The folder of the project when this program was built.
const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

/// A program of an environment, by the environment's name.
pub fn program(environment: &str, name: &str) -> PathBuf {
    let folder = if cfg!(windows) { "Scripts" } else { "bin" };
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    folder_of(environment).join(folder).join(file)
}

/// Whether everything is installed in it.
pub fn is_ready(environment: &str) -> bool {
    // Written last of all.
    folder_of(environment).join("ready").is_file() && program(environment, "python").is_file()
}

fn folder_of(environment: &str) -> PathBuf {
    Path::new(PROJECT).join("target").join(environment)
}
