//! "Did you mean": the known word nearest to a mistyped one.

/// Below this likeness, a suggestion misleads more than it helps.
const NEAR: f64 = 0.6;

/// ` (did you mean …?)`, or nothing where no known word is near.
pub fn hint<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(typed, known).map_or_else(String::new, |word| format!(" (did you mean {word}?)"))
}

/// The known word that is the most like the typed one, if any is near.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = typed.chars().count();
    // Where lengths differ so much, likeness cannot reach the bound; to compute it all the same
    // takes seconds for a word of thousands of letters.
    let alike = |word: &&str| {
        let other = word.chars().count();
        length.min(other) as f64 >= NEAR * length.max(other) as f64
    };
    let best = known
        .into_iter()
        .filter(alike)
        .map(|word| (strsim::normalized_damerau_levenshtein(typed, word), word))
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(likeness, _)| *likeness >= NEAR).map(|(_, word)| word)
}
