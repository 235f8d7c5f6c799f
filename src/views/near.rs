//! "Did you mean": the known word nearest to a mistyped one.

/// Longer than this no word is that anybody knows, and to compare two of them takes as long as both
/// lengths multiplied.
const LONGEST: usize = 100;

/// ` (did you mean …?)`, or nothing where no known word is near.
pub fn hint<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    if typed.len() > LONGEST {
        return String::new();
    }
    let best = known
        .into_iter()
        .map(|word| (strsim::normalized_damerau_levenshtein(typed, word), word))
        .max_by(|(a, _), (b, _)| a.total_cmp(b));
    match best {
        // Below this, a suggestion misleads more than it helps.
        Some((likeness, word)) if likeness >= 0.6 => format!(" (did you mean {word}?)"),
        _ => String::new(),
    }
}
