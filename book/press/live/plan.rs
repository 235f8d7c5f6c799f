//! From what a page asks for to the command that is run: pure, and nothing that is not in the table
//! comes through.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use while_you_wait::views::names::{Runs, Series, series_of};
use while_you_wait::views::sweep;

use super::knobs::{Knob, Row, row_of};
use crate::directive::Directive;
use crate::words::live as words;

/// All that a run waits where nobody waits for a worker. Each number may be well within its range, and all of
/// them together a run that nobody sees the end of.
const MOST_WAITS: Duration = Duration::from_secs(40);

/// A figure that can be run, with everything that may be asked of it.
#[derive(Debug, Clone)]
pub struct Plan {
    pub directive: Directive,
    pub chapter: String,
    /// in the order of the figure
    pub experiments: Vec<String>,
    /// likewise, each once
    pub cases: Vec<String>,
    /// whether its experiments have other cases as well, so that these have to be named
    pub named: bool,
    pub full: bool,
    /// what all of its experiments take
    pub knobs: Vec<Knob>,
}

/// A run of a figure, with its settings fixed.
#[derive(Debug, Clone)]
pub struct Order {
    pub plan: Plan,
    pub cases: Vec<String>,
    /// what the chapter's program is given
    pub args: Vec<String>,
    /// how many runs there will be
    pub runs: usize,
}

impl Plan {
    /// Of a figure, by what the book's own runs say there is; `None` for one that nobody can run,
    /// and for what is no figure.
    pub fn of(runs: &Runs, directive: &Directive) -> Option<Plan> {
        let series = series(runs, directive)?;
        // Nothing that a page did not show is ever a word of a command.
        let recorded = |one: &Series| runs.all().iter().any(|run| series_of(run) == *one);
        if !series.iter().all(recorded) {
            return None;
        }
        let chapter = series.first()?.chapter.clone();
        let mut experiments: Vec<String> = Vec::new();
        let mut cases: Vec<String> = Vec::new();
        for one in &series {
            if !experiments.contains(&one.experiment) {
                experiments.push(one.experiment.clone());
            }
            if !cases.contains(&one.case) {
                cases.push(one.case.clone());
            }
        }
        let rows: Vec<&Row> = experiments
            .iter()
            .map(|experiment| row_of(&chapter, experiment))
            .collect::<Option<_>>()?;
        let all = |experiment| runs.cases(&chapter, experiment).unwrap_or_default();
        let named = experiments.iter().flat_map(|e| all(e)).any(|one| !cases.contains(&one.case));
        let knobs = rows[0].knobs.iter().copied();
        Some(Plan {
            knobs: knobs.filter(|knob| rows.iter().all(|row| row.knobs.contains(knob))).collect(),
            full: rows.iter().any(|row| row.full),
            directive: directive.clone(),
            chapter,
            experiments,
            cases,
            named,
        })
    }

    /// What a page asks for, in JSON: the figure, some cases and some numbers.
    ///
    /// # Errors
    /// One sentence on the first thing that may not be asked.
    pub fn ordered(runs: &Runs, asked: &[u8]) -> Result<Order, String> {
        let asked: Value =
            serde_json::from_slice(asked).map_err(|why| words::no_json(&why.to_string()))?;
        let plan = Plan::asked(runs, asked["figure"].as_str().unwrap_or_default())?;
        let names = |value: &Value| -> Option<Vec<String>> {
            value.as_array()?.iter().map(|word| Some(word.as_str()?.to_string())).collect()
        };
        let cases = match &asked["cases"] {
            Value::Null => plan.cases.clone(),
            cases => names(cases).ok_or(words::CASES_ARE)?,
        };
        let numbers: BTreeMap<String, u32> = match &asked["numbers"] {
            Value::Null => BTreeMap::new(),
            numbers => {
                let numbers = numbers.as_object().ok_or(words::NUMBERS_ARE)?.iter();
                let number = |(name, value): (&String, &Value)| {
                    let value = value.as_u64().and_then(|value| u32::try_from(value).ok());
                    value.map(|value| (name.clone(), value)).ok_or_else(|| words::not_whole(name))
                };
                numbers.map(number).collect::<Result<_, String>>()?
            }
        };
        plan.order(cases, &numbers)
    }

    /// The words of its directive, by which a page asks for it.
    pub fn figure(&self) -> String {
        match &self.directive {
            Directive::Timeline(rows) => format!("timeline {rows}"),
            Directive::Served(rows) => format!("served {rows}"),
            Directive::Latencies(rows) => format!("latencies {rows}"),
            Directive::Strip(rows, metric) => format!("strip {rows} {metric}"),
            Directive::Trace(case) => format!("trace {case}"),
            Directive::Saturation(sweep) => format!("saturation {sweep}"),
            other => unreachable!("{other:?} has no plan"),
        }
    }

    /// By the words of a figure's directive.
    ///
    /// # Errors
    /// It is none, or none that can be run.
    pub fn asked(runs: &Runs, figure: &str) -> Result<Plan, String> {
        let directive: Directive = figure.parse()?;
        Plan::of(runs, &directive).ok_or_else(|| words::NO_FIGURE.to_string())
    }

    /// With these cases and numbers, what is left out as it usually is.
    fn order(self, cases: Vec<String>, numbers: &BTreeMap<String, u32>) -> Result<Order, String> {
        if cases.is_empty() {
            return Err(words::NO_CASE.into());
        }
        if let Some(case) = cases.iter().find(|case| !self.cases.contains(case)) {
            return Err(words::not_a_case(case, &self.cases));
        }
        if self.full && cases.len() < self.cases.len() {
            return Err(words::AS_A_WHOLE.into());
        }
        let chosen = self.chosen(numbers)?;
        // In the figure's order, whatever the order in which they were asked for.
        let cases: Vec<String> =
            self.cases.iter().filter(|case| cases.contains(case)).cloned().collect();
        let mut args = self.base();
        if self.named || cases.len() < self.cases.len() {
            args.extend(cases.iter().flat_map(|case| ["--case".into(), case.clone()]));
        }
        args.extend(self.knobs.iter().flat_map(|knob| knob.typed(chosen[knob.name()])));
        let repeats = chosen.get("repeats").copied().unwrap_or(1) as usize;
        let runs = self.experiments.len() * cases.len() * repeats;
        Ok(Order { cases, args, runs, plan: self })
    }

    /// The value of each knob, if all may be so.
    fn chosen(
        &self,
        numbers: &BTreeMap<String, u32>,
    ) -> Result<BTreeMap<&'static str, u32>, String> {
        let known = |name: &str| self.knobs.iter().any(|knob| knob.name() == name);
        if let Some(name) = numbers.keys().find(|name| !known(name)) {
            return Err(words::not_changed(name));
        }
        let mut chosen = BTreeMap::new();
        for knob in &self.knobs {
            let Knob { least, most, usual, .. } = *knob;
            let value = numbers.get(knob.name()).copied().unwrap_or(usual);
            if !(least..=most).contains(&value) {
                return Err(words::out_of_range(knob.label, value, least, most));
            }
            chosen.insert(knob.name(), value);
        }
        if let (Some(requests), Some(lanes)) = (chosen.get("requests"), chosen.get("concurrency"))
            && lanes > requests
        {
            return Err(words::more_lanes_than_requests(*lanes, *requests));
        }
        if let (Some(requests), Some(lanes), Some(wait)) =
            (chosen.get("requests"), chosen.get("concurrency"), chosen.get("delay"))
        {
            let waits = Duration::from_millis((*wait).into()) * requests.div_ceil(*lanes);
            if waits > MOST_WAITS {
                let (takes, most) = (waits.as_secs(), MOST_WAITS.as_secs());
                return Err(words::takes_too_long(*requests, *lanes, *wait, takes, most));
            }
        }
        Ok(chosen)
    }

    /// What every run of this figure is given.
    pub fn base(&self) -> Vec<String> {
        let full: &[&str] = if self.full { &["--full", "--repeats", "1"] } else { &[] };
        let only = self.experiments.iter().flat_map(|name| ["--experiment", name]);
        full.iter().copied().chain(only).map(String::from).collect()
    }

    /// As it is run where nothing was changed.
    pub fn usual(self) -> Order {
        let cases = self.cases.clone();
        self.order(cases, &BTreeMap::new()).expect("the table's own numbers are within its ranges")
    }
}

impl Order {
    /// As a reader types it.
    pub fn command(&self) -> String {
        typed(&self.plan.chapter, &self.args)
    }
}

/// The command that a reader types.
pub fn typed(chapter: &str, args: &[String]) -> String {
    format!("cargo run --release --example {chapter} -- {}", args.join(" "))
}

/// Of what a figure is.
fn series(runs: &Runs, directive: &Directive) -> Option<Vec<Series>> {
    match directive {
        Directive::Timeline(rows)
        | Directive::Served(rows)
        | Directive::Latencies(rows)
        | Directive::Strip(rows, _) => rows.series(runs).ok(),
        Directive::Trace(case) => Some(vec![case.clone()]),
        Directive::Saturation(of) => {
            let steps = sweep::steps(runs, of).ok()?;
            let series = steps.iter().map(|step| series_of(step.runs[0]));
            Some(series.collect())
        }
        _ => None,
    }
}
