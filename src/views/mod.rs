//! What runs come to: pure functions over the record. Terminal, pages and tests all ask here.

pub mod ab;
mod events;
pub mod metrics;
pub mod names;
pub mod near;
pub mod pace;
pub mod quantity;
pub mod served;
pub mod slices;
pub mod spread;
pub mod stream;
pub mod summary;
pub mod sweep;
pub mod timeline;
pub mod trace;
