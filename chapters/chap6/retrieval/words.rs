//! Text as an index sees it: words without their endings, and Korean in pairs of syllables.

/// Words that stand in every sentence and say nothing about it.
const EMPTY: [&str; 62] = [
    "a", "about", "an", "and", "are", "as", "at", "be", "book", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "had", "has", "have", "how", "i",
    "if", "in", "is", "it", "its", "me", "my", "no", "not", "of", "on", "one",
    "or", "our", "say", "should", "so", "tell", "than", "that", "the", "their",
    "then", "there", "they", "this", "to", "was", "we", "what", "when", "where",
    "which", "who", "why", "will", "with", "would", "you",
];

/// The words of a text. Korean has no table of endings here: every pair of neighbouring syllables
/// is a word, so that 스레드를 ("thread", as an object) shares 스레 and 레드 with 스레드.
pub fn of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for run in text.split(|c: char| !c.is_alphanumeric()) {
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let korean = is_hangul(first);
            let end = rest.find(|c| is_hangul(c) != korean).unwrap_or(rest.len());
            let (part, after) = rest.split_at(end);
            match korean {
                true => words.extend(pairs(part)),
                false => words.extend(stem(part)),
            }
            rest = after;
        }
    }
    words
}

pub fn is_hangul(c: char) -> bool {
    ('\u{AC00}'..='\u{D7A3}').contains(&c)
}

fn pairs(run: &str) -> Vec<String> {
    let syllables: Vec<char> = run.chars().collect();
    match syllables.len() {
        1 => vec![run.to_string()],
        _ => syllables.windows(2).map(|pair| pair.iter().collect()).collect(),
    }
}

/// A word without its ending, where it has one: `waits`, `waited` and `waiting` are `wait`.
fn stem(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    if EMPTY.contains(&word.as_str()) {
        return None;
    }
    let letters = word.chars().count();
    let cut = |ending: &str, least: usize| {
        word.strip_suffix(ending).filter(|_| letters >= ending.len() + least)
    };
    let short = cut("ing", 3).or_else(|| cut("ed", 3)).or_else(|| cut("es", 4));
    let short = short.or_else(|| cut("s", 3).filter(|short| !short.ends_with('s')));
    // `queue` and `queues` both lose what is left of their ending.
    let short = short.unwrap_or(&word);
    Some(
        short
            .strip_suffix('e')
            .filter(|rest| rest.len() > 2)
            .unwrap_or(short)
            .to_string(),
    )
}

/// Korean terms, and what English pages call the same.
#[derive(Debug, Default)]
pub struct Terms(Vec<(String, String)>);

impl Terms {
    /// The chapter's own table.
    ///
    /// # Errors
    /// As [`Terms::read`]'s.
    pub fn of_the_book() -> Result<Self, String> {
        Terms::read(include_str!("../terms.tsv"))
    }

    /// Each line: a Korean term, a tab, English terms. Lines that begin with # say something to
    /// people.
    ///
    /// # Errors
    /// A line is no such line; the sentence says which.
    pub fn read(table: &str) -> Result<Self, String> {
        let mut terms = Vec::new();
        for (nth, line) in table.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match line.split_once('\t') {
                Some((korean, english)) if korean.chars().any(is_hangul) => {
                    terms.push((
                        korean.trim().to_string(),
                        english.trim().to_string(),
                    ));
                }
                _ => {
                    let nth = nth + 1;
                    return Err(format!(
                        "line {nth} of the terms: a Korean term, a tab and English terms would be right"
                    ));
                }
            }
        }
        // A longer term goes before one that it holds.
        terms.sort_by_key(|(korean, _)| std::cmp::Reverse(korean.chars().count()));
        Ok(Terms(terms))
    }

    /// The words of a question, and beside them the English of each Korean term in it.
    pub fn expand(&self, question: &str) -> Vec<String> {
        let mut found = of(question);
        let mut rest = question.to_string();
        for (korean, english) in &self.0 {
            if rest.contains(korean) {
                rest = rest.replace(korean, " ");
                found.extend(of(english));
            }
        }
        found
    }
}
