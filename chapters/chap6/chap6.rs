//! Chapter 6. A chat server waits for a model, and people wait for the chat server: who waits for
//! how long, and who notices when somebody leaves?

fn main() {}
