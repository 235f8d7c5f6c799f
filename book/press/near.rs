//! "Did you mean": as the kit says it.

pub use while_you_wait::views::near::{hint, nearest};
