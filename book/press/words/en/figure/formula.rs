//! Formulas over recorded runs; what a reader is told who changes one stands among the words of scripts.

use maud::{Markup, html};

pub const A_RUN: &str = "a run";
pub const WHAT_IT_SAYS: &str = "what the formula says";
pub const NO_END: &str = "no end";
pub const DATA: &str = "each run, and what the formula says of its n, s and d";

pub const AT_ONCE: &str = "how many can wait at once, s";
pub const TOTAL: &str = "total";
pub const TOTAL_HEADS: [&str; 6] = ["run", "n", "s", "d", "total", "formula"];

pub const OFFERED: &str = "requests offered per second, n";
pub const MEAN: &str = "mean latency";
pub const MEAN_HEADS: [&str; 6] = ["run", "n", "s", "d", "mean latency", "formula"];

pub fn total_title(experiment: &str) -> String {
    format!("Total time by how many can wait at once, {experiment}")
}

pub fn total_caption(experiment: &str) -> Markup {
    html! {
        p {
            b { (experiment) } ", median runs. A dot is a run: to the right, the most requests that it "
            "served at once, which is its " i { "s" } "; upwards, its total. The line is computed: "
            i { "d" } " × ⌈" i { "n" } " / " i { "s" } "⌉."
        }
    }
}

pub fn mean_title(of: &str) -> String {
    format!("Mean latency by what was offered, {of}")
}

pub fn mean_caption(of: &str, case: &str) -> Markup {
    html! {
        p {
            b { (of) } ", " (case) ", median runs. The line is computed: "
            "Erlang’s formula for " i { "n" } " random arrivals a second, of which " i { "s" }
            " are served at once, each for " i { "d" } ". It ends where more comes than can be done."
        }
    }
}

pub fn sentence(of: &str, took: &str, says: &str) -> String {
    format!("{of}: {took}, and the formula says {says}.")
}
