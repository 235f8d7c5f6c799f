//! What the recorded runs answer to a directive.

use while_you_wait::record::Run;
use while_you_wait::views::metrics;
use while_you_wait::views::names::{Name, Runs, Series, series_of};
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::spread::Spread;

use crate::directive::Directive;
use crate::live::panel;
use crate::live::plan::Plan;
use crate::rows::Rows;
use crate::runs::Recorded;
use crate::words::table as words;
use crate::{across, figure, html, machine, near, table};

/// The answer to a directive that asks for nothing but runs.
///
/// # Errors
/// The runs do not hold what it names.
pub fn answer(recorded: &Recorded, directive: &Directive) -> Result<String, String> {
    recorded.once(directive, 0, |runs| {
        let answer = from_runs(runs, directive)?;
        let panel = Plan::of(runs, directive).map(|plan| html::block(panel::of(plan)));
        Ok(answer + &panel.unwrap_or_default())
    })
}

/// What a figure shows of runs of which more may come; `None` while there is nothing to draw.
///
/// # Errors
/// The runs are not what it draws.
pub fn so_far(runs: &Runs, directive: &Directive) -> Result<Option<String>, String> {
    let drawn = |run: &&Run| match directive {
        Directive::Timeline(_) | Directive::Latencies(_) => {
            !run.samples.is_empty() && run.histogram.is_none()
        }
        Directive::Trace(_) | Directive::Served(_) => !run.events.is_empty(),
        _ => true,
    };
    // What was not there to be run is named below the figure, and keeps nobody else out of it.
    let there = |run: &&Run| run.absent().is_none() && drawn(run);
    let held: Vec<Run> = runs.all().iter().filter(there).cloned().collect();
    let present = |rows: &Rows| match rows {
        Rows::Series(wanted) => {
            let there = |one: &&Series| held.iter().any(|run| series_of(run) == **one);
            Rows::Series(wanted.iter().filter(there).cloned().collect())
        }
        whole => whole.clone(),
    };
    let directive = match directive {
        Directive::Timeline(rows) => Directive::Timeline(present(rows)),
        Directive::Latencies(rows) => Directive::Latencies(present(rows)),
        Directive::Served(rows) => Directive::Served(present(rows)),
        Directive::Strip(rows, metric) => Directive::Strip(present(rows), metric.clone()),
        other => other.clone(),
    };
    if held.is_empty() {
        return Ok(None);
    }
    from_runs(&Runs::so_far(held), &directive).map(Some)
}

fn from_runs(runs: &Runs, directive: &Directive) -> Result<String, String> {
    match directive {
        Directive::Measured(name) => {
            let value = measured(runs, name)?;
            Ok(html::measured(&name.to_string(), &value))
        }
        Directive::Ratio(over, under) => {
            let ratio = ratio_of(runs, over, under)?;
            Ok(html::measured(&format!("{over} / {under}"), &ratio))
        }
        Directive::Spread(name) => {
            let spread = spread(runs, name)?;
            let range = range(&spread).map_err(|why| format!("{name} {why}"))?;
            Ok(html::number(&words::of_runs(&name.to_string(), spread.repeats), &range))
        }
        Directive::Table(rows, metrics) => {
            table::draw(runs, &rows.series(runs)?, metrics).map(html::block)
        }
        Directive::Matrix(rows, metrics) => {
            table::draw_turned(runs, &rows.series(runs)?, metrics).map(html::block)
        }
        Directive::Across { chapter, columns } => {
            across::draw(runs, chapter, columns).map(html::block)
        }
        Directive::Timeline(rows) => figure::draw(runs, &rows.series(runs)?).map(html::block),
        Directive::Trace(case) => figure::draw_trace(runs, case).map(html::block),
        Directive::Served(rows) => figure::draw_served(runs, &rows.series(runs)?).map(html::block),
        Directive::Moving(case) => figure::draw_moving(runs, case).map(html::block),
        Directive::Latencies(rows) => {
            figure::draw_latencies(runs, &rows.series(runs)?).map(html::block)
        }
        Directive::Saturation(sweep) => figure::draw_saturation(runs, sweep).map(html::block),
        Directive::Formula(experiments) => figure::draw_waits(runs, experiments).map(html::block),
        Directive::Queue(sweep, room) => figure::draw_queue(runs, sweep, *room).map(html::block),
        Directive::Strip(rows, metric) => {
            let series = rows.series(runs)?;
            for series in &series {
                spread(runs, &Name { series: series.clone(), metric: metric.clone() })?;
            }
            figure::draw_strip(runs, &series, metric).map(html::block)
        }
        Directive::Machine(chapter) => {
            let of: Vec<&Run> =
                runs.all().iter().filter(|run| run.header.chapter == *chapter).collect();
            match of.is_empty() {
                true => Err(format!("no run of {chapter} is recorded")),
                false => Ok(machine::shown(&of).into_string().trim_end().into()),
            }
        }
        Directive::Claim { .. }
        | Directive::Predict(_)
        | Directive::Given(_)
        | Directive::Evidence => {
            unreachable!("answered without the record")
        }
    }
}

/// A number by its name.
///
/// # Errors
/// There is none; the sentence says which name is near.
pub fn measured(runs: &Runs, name: &Name) -> Result<Quantity, String> {
    Ok(spread(runs, name)?.median)
}

/// A number in all repeats; where there is none, the sentence says which name is near.
fn spread(runs: &Runs, name: &Name) -> Result<Spread, String> {
    runs.spread(name).map_err(|why| {
        let Ok(series) = runs.series(&name.series) else {
            let known: Vec<String> =
                runs.all().iter().map(|run| series_of(run).to_string()).collect();
            let wanted = name.series.to_string();
            return why + &near::hint(&wanted, known.iter().map(String::as_str));
        };
        let known = metrics::names(series[0]);
        match known.contains(&name.metric) {
            true => why,
            false => why + &near::hint(&name.metric, known.iter().map(String::as_str)),
        }
    })
}

/// How many times one number fits into another.
///
/// # Errors
/// One of them is not in the record, or they have different units.
pub fn ratio_of(runs: &Runs, over: &Name, under: &Name) -> Result<Quantity, String> {
    ratio(&measured(runs, over)?, &measured(runs, under)?)
        .map_err(|why| format!("{over} / {under}: {why}"))
}

/// How far repeats lie apart.
fn range(spread: &Spread) -> Result<String, String> {
    if spread.repeats == 1 {
        return Err("was run once, and one run has no spread".into());
    }
    match spread.median {
        Quantity::Text(_) => Err("is a text, and has no spread".into()),
        // It is the same in the digits that are shown, and to say more would be to invent them.
        _ if spread.least.to_string() == spread.most.to_string() => {
            Err(format!("is {} in every run that measured it", spread.median))
        }
        _ => Ok(spread.to_string()),
    }
}

fn ratio(over: &Quantity, under: &Quantity) -> Result<Quantity, String> {
    if std::mem::discriminant(over) != std::mem::discriminant(under) {
        return Err("only values of one unit have a ratio".into());
    }
    match (over.value(), under.value()) {
        (Some(_), Some(0.0)) => Err("the second is zero".into()),
        (Some(over), Some(under)) => Ok(Quantity::Times(over / under)),
        _ => Err("a text has no ratio".into()),
    }
}
