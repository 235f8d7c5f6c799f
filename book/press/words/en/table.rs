//! Tables of measured numbers.

pub const CASE: &str = "case";
pub const EXPERIMENT: &str = "experiment";
pub const EXPERIMENT_AND_CASE: &str = "experiment and case";

/// Which values a table shows.
pub fn caption(name: &str, repeats: usize) -> String {
    match repeats {
        ..=1 => name.to_string(),
        n => format!("{name}, medians of {n} runs"),
    }
}

/// What a number with its spread is of.
pub fn of_runs(name: &str, repeats: usize) -> String {
    format!("{name}, {repeats} runs")
}

/// For who hears it: what it is of, and what is in its rows.
pub fn spoken(name: &str, rows: &[&str]) -> String {
    format!("{name}: {}", rows.join(", "))
}

/// `chapter 1, ten` for `chap1.ten`.
pub fn chapter(number_and_rest: &str) -> String {
    format!("chapter {}", number_and_rest.replacen('.', ", ", 1))
}
