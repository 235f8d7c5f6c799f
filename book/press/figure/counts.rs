//! What is counted in each kind of figure while it is played: it comes from the run that is drawn.

use std::collections::BTreeMap;

use while_you_wait::record::{Outcome, Run, Sample};
use while_you_wait::views::served::{ConnectionLane, ConnectionState};
use while_you_wait::views::timeline::{RequestState as Doing, are_of_streams, lanes};
use while_you_wait::views::trace::{TaskLane, TaskState};

use super::bars::VISIBLE;
use super::panel::Panel;
use super::scale::Scale;
use super::tally::{Tally, Told};
use crate::words::figure::tally as words;

/// Requests, as their clients know of them.
pub fn of_requests(panel: &Panel, axis: &Scale) -> Told {
    let lanes = lanes(panel.run);
    let spans = || lanes.iter().flat_map(|lane| &lane.spans);
    let doing = |what: &'static [Doing]| {
        spans().filter(|span| what.contains(&span.doing)).map(|span| (span.from, span.to))
    };
    let long = |(from, to): (u64, u64)| axis.at((to - from) as f64) >= VISIBLE;
    let mut served = Tally::now("served", words::BEING_SERVED, doing(&[Doing::Served]));
    // Two that are served one after another may seem to overlap for a moment.
    let peak = panel.summary.peak_in_service.unwrap_or(0);
    served.steps.iter_mut().for_each(|(_, number)| *number = peak.min(*number));
    let waiting = doing(&[Doing::Connecting, Doing::Waiting, Doing::Silent]);
    let how = if are_of_streams(&lanes) { words::NO_WORD } else { words::QUEUEING };
    let mut tallies = vec![Tally::now("waiting", how, waiting), served];
    if doing(&[Doing::Receiving]).any(long) {
        let receiving = doing(&[Doing::Receiving]);
        tallies.push(Tally::now("receiving", words::RECEIVING, receiving));
    }
    tallies.push(Tally::now("workers", words::WORKERS, busy(panel.run).into_iter()));
    tallies.extend(fates(panel.run.samples.iter(), words::DONE));
    told(panel, tallies)
}

/// Requests by when they were due; the probes are not drawn.
pub fn of_answers(panel: &Panel) -> Told {
    let samples = || panel.run.samples.iter().filter(|sample| !panel.run.is_probe(sample));
    let end = panel.run.end.at;
    let under_way = samples().map(|sample| (sample.due, sample.done.unwrap_or(end)));
    let mut tallies = vec![Tally::now("waiting", words::WAITING, under_way)];
    tallies.extend(fates(samples(), words::ANSWERED));
    told(panel, tallies)
}

fn fates<'a>(
    samples: impl Iterator<Item = &'a Sample> + Clone,
    answered: &'static str,
) -> [Tally; 3] {
    let of = |is: fn(Outcome) -> bool| {
        samples.clone().filter(move |sample| is(sample.outcome)).filter_map(|sample| sample.done)
    };
    [
        Tally::so_far("done", answered, of(|outcome| outcome == Outcome::Ok)),
        Tally::so_far("failed", words::FAILED, of(Outcome::is_failure)),
        Tally::so_far("hung-up", words::HUNG_UP, of(|outcome| outcome == Outcome::HungUp)),
    ]
}

/// When which of the server's threads, or whatever else it calls its workers, had a request.
fn busy(run: &Run) -> Vec<(u64, u64)> {
    let mut by_worker: BTreeMap<&str, Vec<(u64, u64)>> = BTreeMap::new();
    for sample in &run.samples {
        if let (Some(worker), Some(handler), Some(end)) =
            (&sample.worker, sample.handler, sample.first_byte)
        {
            by_worker.entry(worker).or_default().push((end.saturating_sub(handler), end));
        }
    }
    by_worker.into_values().flat_map(joined).collect()
}

/// Intervals without their overlaps.
fn joined(mut all: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    all.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (from, to) in all {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// Connections, as the server saw them.
pub fn of_connections(panel: &Panel, lanes: &[ConnectionLane]) -> Told {
    let spans = || lanes.iter().flat_map(|lane| &lane.spans);
    let doing = |served: bool| {
        spans()
            .filter(move |span| (span.doing == ConnectionState::Served) == served)
            .map(|span| (span.from, span.to))
    };
    let answered = panel.run.events.iter().filter(|event| event.what == "answered");
    let tallies = vec![
        Tally::now("connecting", words::OPEN, doing(false)),
        Tally::now("served", words::BEING_SERVED, doing(true)),
        Tally::so_far("done", words::ANSWERED, answered.map(|event| event.at)),
    ];
    told(panel, tallies)
}

/// Tasks of a runtime. Most polls are over too soon to be seen, so they are counted.
pub fn of_tasks(panel: &Panel, lanes: &[TaskLane]) -> Told {
    let of = |doing| {
        let spans = lanes.iter().flat_map(|lane| &lane.spans);
        spans.filter(move |span| span.doing == doing).map(|span| (span.from, span.to))
    };
    let tallies = vec![
        Tally::now("pending", words::WAITING, of(TaskState::Waiting)),
        Tally::so_far("polling", words::POLLS, of(TaskState::Polling).map(|(from, _)| from)),
        Tally::so_far("done", words::DONE, lanes.iter().filter_map(|lane| lane.done)),
    ];
    told(panel, tallies)
}

fn told(panel: &Panel, tallies: Vec<Tally>) -> Told {
    Told { of: Some(panel.of()), tallies, upright: None }
}
