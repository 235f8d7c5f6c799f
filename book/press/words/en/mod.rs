//! English.

pub mod counted;
pub mod evidence;
pub mod figure;
pub mod frame;
pub mod listing;
pub mod live;
pub mod machine;
pub mod predict;
pub mod scripts;
pub mod table;

/// As a browser is told.
pub const LANGUAGE: &str = "en";
