//! Predictions that a page can be told: which fold answers a question, and the form for it.
//!
//! No right answer is typed. It is measured, or what a program printed, and it stands in the fold
//! below. Without a script there is no form, and the fold does the same job.

mod form;

use maud::{Markup, html};
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Name, Runs, Series};
use while_you_wait::views::quantity::Quantity;

use crate::answer;
use crate::fold::Fold;
use crate::question::{Choice, Question};
use crate::rows::Called;
use crate::words::predict as words;
use form::{number, numbers, one_of, order, ratio};

impl Question {
    /// Whether a fold shows what is asked for.
    fn is_answered_in(&self, fold: &Fold, runs: &Runs) -> Result<bool, String> {
        let shown = |series: &[Series]| {
            series.iter().all(|one| fold.shows(&format!("{}.{}", one.chapter, one.experiment)))
        };
        Ok(match self {
            Question::Numbers(rows, _) | Question::Most(rows, _) => shown(&rows.series(runs)?),
            Question::Ratio(over, under) => shown(&[over.series.clone(), under.series.clone()]),
            Question::Choice(over, under, _) => {
                let both = [Some(over), under.as_ref()];
                shown(
                    &both.into_iter().flatten().map(|name| name.series.clone()).collect::<Vec<_>>(),
                )
            }
            Question::Printed(line, _) => fold.printed(line).is_some(),
            Question::Order(lines) => lines.iter().all(|line| fold.printed(line).is_some()),
        })
    }

    /// The form, for the first of the folds below that shows what is asked for.
    ///
    /// # Errors
    /// No fold shows it, the runs do not hold it, or no choice is right, or two are.
    pub fn form(&self, runs: &Runs, below: &[Fold]) -> Result<Markup, String> {
        let mut answering = None;
        for fold in below {
            if self.is_answered_in(fold, runs)? {
                answering = Some(fold);
                break;
            }
        }
        let fold = answering.ok_or(
            "no fold below shows what is asked for here, so nobody would learn how it was",
        )?;
        let fields = self.fields(runs, fold)?;
        Ok(html! { div.guess data-fold=(fold.id()) { (fields) } })
    }

    fn fields(&self, runs: &Runs, fold: &Fold) -> Result<Markup, String> {
        match self {
            Question::Numbers(rows, metrics) => numbers(runs, &rows.series(runs)?, metrics),
            Question::Ratio(over, under) => ratio(runs, over, under),
            Question::Most(rows, metric) => {
                let series = rows.series(runs)?;
                let (mut values, mut shown) = (Vec::new(), Vec::new());
                for series in &series {
                    let quantity = answer::measured(
                        runs,
                        &Name { series: series.clone(), metric: metric.clone() },
                    )?;
                    values.push(number(&quantity)?);
                    shown.push(quantity.to_string());
                }
                let most = values.iter().copied().fold(f64::MIN, f64::max);
                let right: Vec<usize> =
                    (0..values.len()).filter(|at| values[*at] == most).collect();
                let [right] = right[..] else {
                    return Err(format!("of {metric}, two have the most"));
                };
                let called = Called::of(&series);
                let name = format!("most {} {metric}", called.common);
                let shown =
                    called.heads.iter().zip(shown).map(|(head, shown)| format!("{head} {shown}"));
                let shown = shown.collect::<Vec<_>>().join(", ");
                Ok(one_of(
                    &name,
                    &words::most(&metrics::label(metric)),
                    &called.heads,
                    right,
                    &shown,
                ))
            }
            Question::Choice(over, under, choices) => {
                let (name, quantity) = match under {
                    Some(under) => {
                        (format!("{over} / {under}"), answer::ratio_of(runs, over, under)?)
                    }
                    None => (over.to_string(), answer::measured(runs, over)?),
                };
                let label = metrics::label(&over.metric);
                let legend = match under {
                    Some(under) => words::ratio(&over.series.case, &under.series.case, &label),
                    None => words::number(&over.series.case, &label),
                };
                let right = match &quantity {
                    Quantity::Text(text) => held(text, choices)?,
                    quantity => nearest(number(quantity)?, choices)?,
                };
                Ok(one_of(&name, &legend, &texts(choices), right, &quantity.to_string()))
            }
            Question::Printed(line, choices) => {
                let printed = fold.printed(line).expect("the fold was chosen for it");
                let right = held(&printed[line.len()..], choices)?;
                Ok(one_of(line, line, &texts(choices), right, printed))
            }
            Question::Order(lines) => {
                // Later in the same text is at a higher address.
                let at = |line: &String| fold.printed(line).map(str::as_ptr);
                let mut right = lines.clone();
                right.sort_by_key(at);
                Ok(order(&right))
            }
        }
    }
}

fn texts(choices: &[Choice]) -> Vec<String> {
    choices.iter().map(|choice| choice.words.clone()).collect()
}

/// Of the choices the one whose sign a text holds.
fn held(text: &str, choices: &[Choice]) -> Result<usize, String> {
    let right: Vec<usize> =
        (0..choices.len()).filter(|at| text.contains(&choices[*at].if_)).collect();
    match right[..] {
        [right] => Ok(right),
        [] => Err(format!("none of the choices is right: it says {text:?}")),
        _ => Err(format!("more than one of the choices is right: it says {text:?}")),
    }
}

/// Of the choices the one whose number is nearest; where none is 0 or less, by ratio.
fn nearest(value: f64, choices: &[Choice]) -> Result<usize, String> {
    let number = |choice: &Choice| {
        choice.if_.parse::<f64>().map_err(|_| format!("{:?} is not a number", choice.if_))
    };
    let numbers: Vec<f64> = choices.iter().map(number).collect::<Result<_, _>>()?;
    let by_ratio = numbers.iter().chain([&value]).all(|number| *number > 0.0);
    let away =
        |number: &f64| if by_ratio { (number / value).ln().abs() } else { (number - value).abs() };
    let at = |(a, _): &(usize, f64), (b, _): &(usize, f64)| {
        away(&numbers[*a]).total_cmp(&away(&numbers[*b]))
    };
    let nearest = numbers.iter().copied().enumerate().min_by(at).expect("two at least");
    Ok(nearest.0)
}
