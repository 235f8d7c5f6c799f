//! Where runs were made, in a sentence.

use maud::{Markup, html};
use while_you_wait::record::Run;

use crate::words::machine as words;

/// The sentence, as a page shows it: no line ends within a date, or before a unit.
pub fn shown(runs: &[&Run]) -> Markup {
    let sentence = sentence(runs);
    let mut words = sentence.split(' ').peekable();
    let mut markup = Vec::new();
    while let Some(word) = words.next() {
        let unit = words.next_if(|_| word.parse::<f64>().is_ok());
        markup.push(match unit {
            Some(unit) => html! { span.given { (word) " " (unit) } " " },
            None if word.contains('-') => html! { span.given { (word) } " " },
            None => html! { (word) " " },
        });
    }
    html! { @for part in markup { (part) } }
}

/// The machine, its build of the programs and the day, of the runs of one chapter.
fn sentence(runs: &[&Run]) -> String {
    let mut machines: Vec<String> =
        runs.iter().map(|run| words::describe(&run.header.machine)).collect();
    machines.sort();
    machines.dedup();
    let days = days(runs);
    match (days.first(), days.last()) {
        (Some(first), Some(last)) => words::recorded(&machines, first, last),
        _ => String::new(),
    }
}

/// The days on which runs were made, in order, each once: `2026-11-22`.
pub fn days(runs: &[&Run]) -> Vec<String> {
    let day = |run: &&Run| run.header.date.split('T').next().unwrap_or_default().to_string();
    let mut days: Vec<String> = runs.iter().map(day).collect();
    days.sort();
    days.dedup();
    days
}
