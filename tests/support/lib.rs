//! What several test targets need. Whatever waits here gives up after a time.

pub mod fixture;
#[cfg(unix)]
pub mod stage;

mod asking;
mod figures;
mod patience;
mod programs;
mod records;

use std::path::Path;

pub use asking::{ask, asked, connect, get, heard, whole};
pub use figures::{fact, number};
pub use patience::{PATIENCE, comes_true, within_patience};
#[cfg(target_os = "linux")]
pub use programs::is_gone;
pub use programs::{
    Running, example, finish, finish_into, listening, output, python, run, said, said_first,
    said_if, serve, start,
};
pub use records::{recorded, recorded_runs};

/// The project's root folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project")
}
