//! Reading the standard header `Server-Timing: handler;dur=300.1;desc="3"`.
//!
//! Standard: <https://www.w3.org/TR/server-timing/>. Names of parameters are of either case, values
//! are words or quoted, the first of a name counts, and a server may send several lines.

use std::str::Chars;

use hyper::HeaderMap;

/// How long the server's handler ran, in microseconds, and which thread or task it was.
#[derive(Debug, PartialEq, Eq)]
pub struct Timing {
    pub us: u64,
    pub worker: Option<String>,
}

/// In milliseconds; no handler of a load that ends runs for longer than its longest day.
const LONGEST: f64 = 24.0 * 3600.0 * 1000.0;

/// The timing named `handler`, where the server sent one that can be read.
pub fn handler(headers: &HeaderMap) -> Option<Timing> {
    let lines = headers.get_all("server-timing").iter();
    lines.filter_map(|line| line.to_str().ok()).flat_map(metrics).find_map(|metric| {
        let (name, parameters) = metric.split_first()?;
        (name == "handler").then_some(())?;
        let value = |wanted: &str| {
            let mut pairs = parameters.iter().filter_map(|parameter| parameter.split_once('='));
            pairs
                .find(|(name, _)| name.trim_end().eq_ignore_ascii_case(wanted))
                .map(|(_, v)| v.trim_start())
        };
        let ms: f64 = value("dur")?.parse().ok()?;
        (0.0..=LONGEST).contains(&ms).then(|| Timing {
            us: (ms * 1000.0).round() as u64,
            worker: value("desc").map(str::to_string),
        })
    })
}

/// Each metric of a line: its name, then its parameters as `name=value`, quotes taken off.
fn metrics(line: &str) -> Vec<Vec<String>> {
    let mut metrics = vec![vec![String::new()]];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let metric = metrics.last_mut().expect("it begins with one");
        match letter {
            ',' => metrics.push(vec![String::new()]),
            ';' => metric.push(String::new()),
            '"' => metric.last_mut().expect("its name").push_str(&quoted(&mut letters)),
            other => metric.last_mut().expect("its name").push(other),
        }
    }
    for part in metrics.iter_mut().flatten() {
        *part = part.trim().to_string();
    }
    metrics
}

/// What stands before the next quote, a letter after a backslash as it is.
fn quoted(letters: &mut Chars<'_>) -> String {
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => text.extend(letters.next()),
            other => text.push(other),
        }
    }
    text
}
