//! Blocks that are cut from files.

/// What a link to the file says to who hears it.
pub fn whole(file: &str) -> String {
    format!("{file}, whole file")
}
