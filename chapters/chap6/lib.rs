//! Chapter 6: a chat server before a language model.

pub mod python;
pub mod rude;
