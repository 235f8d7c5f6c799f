//! Chapter 6: a chat server before a language model.
