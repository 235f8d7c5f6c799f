//! What the model says: the sentences of the passages it was given that fit the question best. It
//! makes nothing up, since it can say nothing else.

use crate::protocol::Ask;
use crate::retrieval::bm25::Index;
use crate::retrieval::pages::sentences;
use crate::retrieval::words::{self, Terms, is_hangul};

/// So many sentences answer a question.
const SENTENCES: usize = 3;

/// Shorter than this it is a heading or an exclamation.
const WORDS: usize = 4;

/// An answer, as the tokens that it is said in.
pub fn of(ask: &Ask, terms: &Terms) -> Vec<String> {
    let question = ask.question();
    let system = ask.messages.iter().filter(|message| message.role == "system");
    let given: Vec<String> = system.map(|message| message.text()).collect();
    let given: Vec<&str> = given.iter().flat_map(|text| passages(text)).collect();
    let index = Index::of(given.iter().map(|sentence| words::of(sentence)));
    let best = index.best(&terms.expand(&question), SENTENCES);
    let quoted = best.iter().map(|&nth| given[nth]).collect::<Vec<_>>().join(" ");
    let korean = question.chars().any(is_hangul);
    let text = match (korean, quoted.is_empty()) {
        (true, true) => "받은 글에는 그 이야기가 없습니다.".to_string(),
        (true, false) => format!("책에는 이렇게 쓰여 있습니다: {quoted}"),
        (false, true) => "Nothing that I was given speaks of that.".to_string(),
        (false, false) => format!("The book says: {quoted}"),
    };
    tokens(&text)
}

/// The sentences of the passages in a system message: what follows the first line that begins with
/// `[1]`. What stands before it are orders, and are not to be quoted.
fn passages(text: &str) -> Vec<&str> {
    let given = text.find("[1] ").map_or("", |at| &text[at..]);
    let lines = given.lines().filter(|line| !line.starts_with('['));
    let all = lines.flat_map(sentences);
    all.filter(|sentence| sentence.split_whitespace().count() >= WORDS).collect()
}

/// Words with the space before them; of a word in Korean, two syllables at a time. Joined they are
/// the text again.
pub fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut syllables = 0;
    for c in text.chars() {
        syllables = if is_hangul(c) { syllables + 1 } else { 0 };
        match tokens.last_mut() {
            Some(last) if c != ' ' && syllables < 3 => last.push(c),
            _ => {
                tokens.push(c.into());
                syllables = syllables.min(1);
            }
        }
    }
    tokens
}

/// About as many tokens as a prompt has: without the making of them.
pub fn length(ask: &Ask) -> usize {
    let texts = ask.messages.iter().map(|message| message.text());
    texts.map(|text| text.split_whitespace().count() + 4).sum()
}
