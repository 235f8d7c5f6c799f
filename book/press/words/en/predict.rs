//! The forms of predictions; what they say to who fills them in stands among the words of scripts.

pub const ORDER: &str = "the order of the lines";
/// The unit of a ratio.
pub const TIMES: &str = "times";

pub fn most(label: &str) -> String {
    format!("the most: {label}")
}

/// A number of a case.
pub fn number(case: &str, label: &str) -> String {
    format!("{case}, {label}")
}

/// A ratio of two cases' numbers.
pub fn ratio(over: &str, under: &str, label: &str) -> String {
    format!("{over} / {under}, {label}")
}

/// What the same ratio is asked for in several experiments.
pub fn in_experiment(experiment: &str, label: &str) -> String {
    format!("{experiment}: {label}")
}
