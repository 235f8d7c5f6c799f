//! Where runs were made, in a sentence.

use maud::{Markup, html};
use while_you_wait::record::{Machine, Run};
use while_you_wait::views::quantity::Quantity;

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
    let mut machines: Vec<String> = runs.iter().map(|run| describe(&run.header.machine)).collect();
    machines.sort();
    machines.dedup();
    let days = days(runs);
    let when = match days.as_slice() {
        [] => return String::new(),
        [day] => format!("recorded on {day}"),
        [first, .., last] => format!("recorded between {first} and {last}"),
    };
    format!("{}; {when}.", machines.join(", and "))
}

/// One machine: `Linux 6.18.0 on x86_64, An Example CPU, 2 cores, …`.
pub fn describe(machine: &Machine) -> String {
    let os = match machine.os.as_str() {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    };
    let mut parts = vec![match &machine.kernel {
        Some(kernel) => format!("{os} {kernel} on {}", machine.arch),
        None => format!("{os} on {}", machine.arch),
    }];
    parts.extend(machine.cpu.clone());
    parts.push(match machine.cores {
        1 => "1 core".into(),
        n => format!("{n} cores"),
    });
    if let Some(bytes) = machine.memory_bytes {
        parts.push(format!("{} of memory", Quantity::Bytes(bytes as f64)));
    }
    parts.push(format!("{} build by {}", machine.build, machine.rustc));
    parts.join(", ")
}

/// The days on which runs were made, in order, each once: `2026-11-22`.
pub fn days(runs: &[&Run]) -> Vec<String> {
    let day = |run: &&Run| run.header.date.split('T').next().unwrap_or_default().to_string();
    let mut days: Vec<String> = runs.iter().map(day).collect();
    days.sort();
    days.dedup();
    days
}
