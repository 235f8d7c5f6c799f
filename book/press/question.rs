//! What a reader may be asked to predict, as a page writes it.

use std::str::FromStr;

use while_you_wait::views::names::Name;

use crate::near;
use crate::rows::{Rows, rows_and_metrics};

/// What a reader is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Question {
    /// `number chap1.ten waits`: a number for each case and metric
    Numbers(Rows, Vec<String>),
    /// `number A / B`: how many times B fits into A
    Ratio(Name, Name),
    /// `most chap6.overload ok`: the case that has the most of it
    Most(Rows, String),
    /// `choice A: half = 0.5 | all = 1`, or of `A / B`: the nearest; of a text, the one it holds
    Choice(Name, Option<Name>, Vec<Choice>),
    /// `printed it forgets: it hangs = hangs | it ends = done`: what stands in that line of a program
    Printed(String, Vec<Choice>),
    /// `order called | fetching | fetched`: in which order a program prints these lines
    Order(Vec<String>),
}

/// What may be chosen: its words, and what makes it right.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Choice {
    pub words: String,
    pub if_: String,
}

impl FromStr for Question {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        let before_colon =
            || rest.split_once(": ").ok_or("what may be chosen stands after a colon");
        match kind {
            "number" => match rest.split_once('/') {
                Some((over, under)) => {
                    Ok(Question::Ratio(over.trim().parse()?, under.trim().parse()?))
                }
                None => match rows_and_metrics(rest)? {
                    (_, metrics) if metrics.is_empty() => Err("a number needs a metric".into()),
                    (rows, metrics) => Ok(Question::Numbers(rows, metrics)),
                },
            },
            "most" => match rows_and_metrics(rest)? {
                (rows, metrics) if metrics.len() == 1 => Ok(Question::Most(rows, metrics.concat())),
                _ => Err("the most is of one metric".into()),
            },
            "choice" => {
                let (of, words) = before_colon()?;
                let (over, under) = match of.split_once('/') {
                    Some((over, under)) => (over, Some(under.trim().parse()?)),
                    None => (of, None),
                };
                Ok(Question::Choice(over.trim().parse()?, under, choices(words)?))
            }
            "printed" => {
                let (line, words) = before_colon()?;
                Ok(Question::Printed(line.trim().into(), choices(words)?))
            }
            "order" => {
                match rest.split('|').map(|line| line.trim().to_string()).collect::<Vec<_>>() {
                    lines if lines.len() < 2 => Err("an order is of two lines at least".into()),
                    lines => Ok(Question::Order(lines)),
                }
            }
            other => {
                let known = ["number", "most", "choice", "printed", "order"];
                let hint = near::hint(other, known);
                Err(format!("nobody can be asked for {other:?}{hint}"))
            }
        }
    }
}

fn choices(text: &str) -> Result<Vec<Choice>, String> {
    let choice = |one: &str| {
        let (words, if_) = one
            .rsplit_once('=')
            .ok_or(format!("{one:?} does not say = and what makes it right"))?;
        Ok::<_, String>(Choice { words: words.trim().into(), if_: if_.trim().into() })
    };
    let all: Vec<Choice> = text.split('|').map(choice).collect::<Result<_, _>>()?;
    if all.len() < 2 { Err("a choice is between two at least".into()) } else { Ok(all) }
}
