//! Ways to change a record, small enough to be put together: what a run would have shown if the world
//! were otherwise. Each changes all repeats of a series, named as `experiment.case`.

use while_you_wait::record::histogram::{Histogram, Tally};
use while_you_wait::record::{Event, Fact, Outcome, Run, Sample, Value};

/// What is done to a chapter's runs.
pub struct Change {
    /// the series that it is done to
    of: Vec<&'static str>,
    edit: Box<Edit>,
}

type Edit = dyn Fn(&mut [Run]);

impl Change {
    pub fn make(&self, runs: &mut [Run]) {
        (self.edit)(runs);
    }

    /// Whether it may have made this run another. All others are as they were, and to find that out by
    /// comparing them takes longer than all else here.
    pub fn is_of(&self, run: &Run) -> bool {
        self.of.contains(&series(run).as_str())
    }
}

/// One case shows what the other did, and the other way round.
pub fn swap(one: &'static str, other: &'static str) -> Change {
    let edit = move |runs: &mut [Run]| {
        assert!(one != other && [one, other].iter().all(|name| runs.iter().any(is(name))));
        for run in runs {
            let name = match series(run) {
                name if name == one => other,
                name if name == other => one,
                _ => continue,
            };
            let (experiment, case) = name.split_once('.').expect("an experiment and a case");
            (run.header.experiment, run.header.case) = (experiment.into(), case.into());
        }
    };
    Change { of: vec![one, other], edit: Box::new(edit) }
}

/// Every answer takes so many times as long, from when its request was due.
pub fn slower(series: &'static str, times: f64) -> Change {
    each(series, move |run| {
        let later = |us: u64| (us as f64 * times).round() as u64;
        for sample in &mut run.samples {
            let from = sample.due;
            let stretch = |at: &mut Option<u64>| *at = at.map(|at| from + later(at - from));
            stretch(&mut sample.connected);
            stretch(&mut sample.sent);
            stretch(&mut sample.first_byte);
            stretch(&mut sample.done);
            sample.handler = sample.handler.map(later);
        }
        if let Some(histogram) = &run.histogram {
            // A load that lasts for a time sends more or fewer; another is over later or sooner.
            let by_time = run.header.load.duration_us.is_some();
            let total = if by_time { histogram.total() } else { later(histogram.total()) };
            run.histogram = Some(histogram_of(histogram, total, later, 0));
        }
        // What another generator reports are facts.
        for fact in &mut run.facts {
            let Value::Number(value) = &mut fact.value else { continue };
            match fact.name.as_str() {
                "total" | "first" | "min" | "mean" | "p50" | "p90" | "p99" | "max" => {
                    *value *= times;
                }
                "throughput" => *value /= times,
                _ => {}
            }
        }
    })
}

/// Every handler runs for so many times as long as it did, by the server's clock alone.
pub fn handled(series: &'static str, times: f64) -> Change {
    each(series, move |run| {
        for sample in &mut run.samples {
            sample.handler = sample.handler.map(|us| (us as f64 * times) as u64);
        }
    })
}

/// The last so many of those answered met another fate.
pub fn lost(series: &'static str, requests: usize, fate: Outcome) -> Change {
    each(series, move |run| {
        if let Some(histogram) = &run.histogram {
            run.histogram = Some(histogram_of(histogram, histogram.total(), |us| us, requests));
        }
        let mut left = requests;
        for sample in run.samples.iter_mut().rev().filter(|s| s.outcome == Outcome::Ok) {
            if left > 0 {
                sample.outcome = fate;
                left -= 1;
            }
        }
    })
}

/// So many threads or tasks answered, in turn.
pub fn workers(series: &'static str, workers: usize) -> Change {
    each(series, move |run| {
        for (nth, sample) in run.samples.iter_mut().enumerate() {
            sample.worker = Some((nth % workers).to_string());
        }
    })
}

/// The fact is another number.
pub fn number(series: &'static str, name: &'static str, value: f64) -> Change {
    fact(series, name, move |_| Value::Number(value))
}

/// The fact is so many times what it was.
pub fn times(series: &'static str, name: &'static str, times: f64) -> Change {
    fact(series, name, move |value| match value {
        Value::Number(was) => Value::Number(was * times),
        other => panic!("{name} of {series} is {other:?}"),
    })
}

/// The fact is in other words.
pub fn words(series: &'static str, name: &'static str, words: &'static str) -> Change {
    fact(series, name, move |_| Value::Text(words.into()))
}

/// The first event of that kind on a lane of that kind was never told.
pub fn untold(series: &'static str, lanes: &'static str, what: &'static str) -> Change {
    each(series, move |run| {
        let told = |event: &Event| event.lane.starts_with(lanes) && event.what == what;
        let at = run.events.iter().position(told).expect("it was told");
        run.events.remove(at);
    })
}

fn fact(
    series: &'static str,
    name: &'static str,
    change: impl Fn(&Value) -> Value + 'static,
) -> Change {
    each(series, move |run| {
        let fact: Option<&mut Fact> = run.facts.iter_mut().find(|fact| fact.name == name);
        let fact = fact.unwrap_or_else(|| panic!("{series} has no fact {name}"));
        fact.value = change(&fact.value);
    })
}

/// A change of every repeat of a series, which is over when the last of its requests is.
fn each(name: &'static str, change: impl Fn(&mut Run) + 'static) -> Change {
    let edit = move |runs: &mut [Run]| {
        assert!(runs.iter().any(is(name)), "{name} is not recorded");
        for run in runs.iter_mut().filter(|run| series(run) == name) {
            change(run);
            let of_samples = run.samples.iter().filter_map(|sample| sample.done).max();
            let of_all = run.histogram.as_ref().map(Histogram::last_done);
            run.end.at = run.end.at.max(of_samples.or(of_all).unwrap_or(0));
        }
    };
    Change { of: vec![name], edit: Box::new(edit) }
}

fn series(run: &Run) -> String {
    format!("{}.{}", run.header.experiment, run.header.case)
}

fn is(name: &str) -> impl Fn(&Run) -> bool {
    move |run| series(run) == name
}

/// One like it: its latencies, in a thousand steps, each made another; `failed` more without an
/// answer; and over after `total`, or as soon as its longest answer is.
fn histogram_of(
    was: &Histogram,
    total: u64,
    other: impl Fn(u64) -> u64,
    failed: usize,
) -> Histogram {
    const STEPS: u64 = 1_000;
    let answered = was.outcomes().get(&Outcome::Ok).copied().unwrap_or(0) - failed as u64;
    let asked: u64 = was.outcomes().values().sum();
    let first = was.last_done() - was.total();
    let steps = STEPS.min(answered);
    // Of those answered, and not of all: those who were not sort last.
    let share = |step| (step as f64 + 0.5) / steps as f64 * answered as f64 / asked as f64;
    let latency = |step| other(was.latency_at(share(step)).expect("it was answered"));
    let last = first + total.max(latency(steps - 1));
    let mut tally = Tally::default();
    let mut add = |n: u64, due: u64, done: u64, outcome: Outcome| {
        let sample = Sample { done: Some(done), ..Sample::due(0, due, outcome) };
        (0..n).for_each(|_| tally.add(&sample, &[]));
    };
    for step in 0..steps {
        let of_step = answered * (step + 1) / steps - answered * step / steps;
        add(of_step - 1, first, first + latency(step), Outcome::Ok);
        // Some begin at once, and some are over with the run.
        add(1, last - latency(step), last, Outcome::Ok);
    }
    add(failed as u64, first, last, Outcome::Reset);
    for (outcome, n) in was.outcomes().iter().filter(|(outcome, _)| **outcome != Outcome::Ok) {
        add(*n, first, last, *outcome);
    }
    tally.finish(last)
}
