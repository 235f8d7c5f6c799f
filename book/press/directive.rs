//! What a page may ask for, between double braces.

use std::str::FromStr;

use while_you_wait::views::names::{self, Name, Series};

use crate::across::Column;
use crate::near;
use crate::question::Question;
use crate::rows::{Rows, rows_and_metrics};

/// A directive, read but not yet answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Directive {
    /// `{{measured chap1.ten.axum.total}}`
    Measured(Name),
    /// `{{measured A / B}}`: how many times B fits into A
    Ratio(Name, Name),
    /// `{{spread chap5.noise.hello.throughput}}`: how far the repeats lie apart
    Spread(Name),
    /// `{{table chap1.ten total waits}}`: cases downwards, metrics across
    Table(Rows, Vec<String>),
    /// `{{matrix chap4.adds no-such-path bad-json}}`: the same turned round, metrics downwards
    Matrix(Rows, Vec<String>),
    /// `{{across chap5 waiting-10.waits hello.p99}}`: cases downwards, numbers of several experiments
    Across { chapter: String, columns: Vec<Column> },
    /// `{{timeline chap1.ten}}`: all cases on one time axis
    Timeline(Rows),
    /// `{{trace chap3.trace.traced}}`: the polls and wakes of a runtime's tasks
    Trace(Series),
    /// `{{served chap5.by-ab.watched chap5.by-oha.watched}}`: connections, as the server saw them
    Served(Rows),
    /// `{{moving chap5.ten-by-ab.watched}}`: the same of one run, to be watched in its own time
    Moving(Series),
    /// `{{latencies chap5.closed.stalling chap5.open.stalling}}`: a dot a request
    Latencies(Rows),
    /// `{{saturation chap5.offered.eight}}`: `offered-100`, `offered-200` …, by what was offered
    Saturation(Series),
    /// `{{strip chap5.by-ours.hello chap5.by-wrk.hello throughput}}`: a dot a repeat
    Strip(Rows, String),
    /// `{{formula chap1.ten chap1.many-1000}}`: *d* × ⌈*n* / *s*⌉ over these runs
    Formula(Vec<(String, String)>),
    /// `{{queue chap5.offered.eight 8}}`: what is known of a queue over a sweep, with room for so many
    Queue(Series, u32),
    /// `{{predict number chap1.ten waits}}`: a form for what a reader thinks will come of it
    Predict(Question),
    /// `{{claim chap1.one-worker-adds-up}}`: the mark that a test holds what is said here
    Claim { chapter: String, claim: String },
    /// `{{given 3 s}}`: a setting, chosen by the author and not measured
    Given(String),
    /// `{{machine chap1}}`: the sentence about where a chapter's runs were made
    Machine(String),
    /// `{{evidence}}`: every run, every claim and its test
    Evidence,
}

/// Every directive by name, with its shape.
pub const SHAPES: [(&str, &str); 19] = [
    ("measured", "{{measured chapter.experiment.case.metric}}"),
    ("spread", "{{spread chapter.experiment.case.metric}}"),
    (
        "table",
        "{{table chapter.experiment metric …}} or {{table chapter.experiment.case … metric …}}",
    ),
    (
        "matrix",
        "{{matrix chapter.experiment metric …}} or {{matrix chapter.experiment.case … metric …}}",
    ),
    ("across", "{{across chapter experiment.metric …}}"),
    ("timeline", "{{timeline chapter.experiment}} or {{timeline chapter.experiment.case …}}"),
    ("trace", "{{trace chapter.experiment.case}}"),
    ("served", "{{served chapter.experiment}} or {{served chapter.experiment.case …}}"),
    ("moving", "{{moving chapter.experiment.case}}"),
    ("latencies", "{{latencies chapter.experiment}} or {{latencies chapter.experiment.case …}}"),
    ("saturation", "{{saturation chapter.experiment.case}}, the experiments named without -100"),
    ("strip", "{{strip chapter.experiment metric}} or {{strip chapter.experiment.case … metric}}"),
    ("formula", "{{formula chapter.experiment …}}"),
    ("queue", "{{queue chapter.experiment.case room}}, the experiments named without -100"),
    (
        "predict",
        "{{predict number …}} as of a table, {{predict number A / B}}, {{predict most …}}, {{predict choice A: words = 1 | words = 2}}, {{predict printed line: words = sign | words = sign}} or {{predict order line | line}}",
    ),
    ("claim", "{{claim chapter.name}}"),
    ("given", "{{given 3 s}}"),
    ("machine", "{{machine chapter}}"),
    ("evidence", "{{evidence}}"),
];

impl Directive {
    /// Whether it draws one experiment, and can draw it again.
    pub fn is_figure(&self) -> bool {
        matches!(
            self,
            Directive::Timeline(_)
                | Directive::Trace(_)
                | Directive::Served(_)
                | Directive::Latencies(_)
                | Directive::Saturation(_)
                | Directive::Strip(..)
        )
    }

    /// Whether a script makes it alive where there is one.
    pub fn is_alive(&self) -> bool {
        matches!(self, Directive::Formula(_) | Directive::Queue(..) | Directive::Predict(_))
            || self.is_figure()
    }

    /// Whether it becomes a block of its own, which must stand alone in its paragraph.
    pub fn is_block(&self) -> bool {
        let is_table =
            matches!(self, Directive::Table(..) | Directive::Matrix(..) | Directive::Across { .. });
        let is_other = matches!(
            self,
            Directive::Moving(_)
                | Directive::Formula(_)
                | Directive::Queue(..)
                | Directive::Predict(_)
        );
        is_table || is_other || self.is_figure() || *self == Directive::Evidence
    }
}

impl FromStr for Directive {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let Some((_, shape)) = SHAPES.iter().find(|(known, _)| *known == word) else {
            let hint = near::hint(word, SHAPES.map(|(known, _)| known));
            return Err(format!("there is no directive {word:?}{hint}"));
        };
        read(word, rest).map_err(|why| format!("{why}; the shape is {shape}"))
    }
}

fn read(word: &str, rest: &str) -> Result<Directive, String> {
    match word {
        "measured" => match rest.split_once('/') {
            Some((over, under)) => {
                Ok(Directive::Ratio(over.trim().parse()?, under.trim().parse()?))
            }
            None => Ok(Directive::Measured(rest.parse()?)),
        },
        "spread" => Ok(Directive::Spread(rest.parse()?)),
        "table" | "matrix" => {
            let (rows, metrics) = rows_and_metrics(rest)?;
            match word {
                _ if metrics.is_empty() => Err(format!("a {word} needs at least one metric")),
                "table" => Ok(Directive::Table(rows, metrics)),
                _ => Ok(Directive::Matrix(rows, metrics)),
            }
        }
        "across" => {
            let (chapter, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            let [chapter] = names::parts(chapter, "chapter")?;
            let column = |word: &str| {
                let [experiment, metric] = names::parts(word, "experiment.metric")?;
                Ok::<_, String>(Column { experiment, metric })
            };
            let columns: Vec<Column> =
                rest.split_whitespace().map(column).collect::<Result<_, _>>()?;
            match columns.is_empty() {
                true => Err("a table needs at least one number".into()),
                false => Ok(Directive::Across { chapter, columns }),
            }
        }
        "timeline" => Ok(Directive::Timeline(rows(rest)?)),
        "served" => Ok(Directive::Served(rows(rest)?)),
        "moving" => Ok(Directive::Moving(rest.parse()?)),
        "latencies" => Ok(Directive::Latencies(rows(rest)?)),
        "saturation" => Ok(Directive::Saturation(rest.parse()?)),
        "strip" => match rows_and_metrics(rest)? {
            (rows, metrics) if metrics.len() == 1 => Ok(Directive::Strip(rows, metrics.concat())),
            _ => Err("a strip is of one metric".into()),
        },
        "trace" => Ok(Directive::Trace(rest.parse()?)),
        "formula" => {
            let part = |word: &str| {
                let [chapter, experiment] = names::parts(word, "chapter.experiment")?;
                Ok::<_, String>((chapter, experiment))
            };
            let all: Vec<_> = rest.split_whitespace().map(part).collect::<Result<_, _>>()?;
            match all.first() {
                None => Err("a formula is laid over one experiment at least".into()),
                Some((first, _)) if all.iter().any(|(chapter, _)| chapter != first) => {
                    Err("these are not of one chapter".into())
                }
                Some(_) => Ok(Directive::Formula(all)),
            }
        }
        "queue" => match rest.split_once(' ').map(|(of, room)| (of, room.trim().parse())) {
            Some((of, Ok(room @ 1..=1000))) => Ok(Directive::Queue(of.parse()?, room)),
            _ => Err("a queue has room for a whole number, from 1 to 1000".into()),
        },
        "predict" => Ok(Directive::Predict(rest.parse()?)),
        "claim" => {
            let [chapter, claim] = names::parts(rest, "chapter.claim")?;
            Ok(Directive::Claim { chapter, claim })
        }
        "given" if rest.is_empty() => Err("a setting was expected".into()),
        "given" => Ok(Directive::Given(rest.to_string())),
        "machine" => {
            let [chapter] = names::parts(rest, "chapter")?;
            Ok(Directive::Machine(chapter))
        }
        "evidence" if rest.is_empty() => Ok(Directive::Evidence),
        _ => Err(format!("nothing was expected after {word:?}")),
    }
}

fn rows(names: &str) -> Result<Rows, String> {
    Rows::read(&names.split_whitespace().collect::<Vec<_>>())
}
