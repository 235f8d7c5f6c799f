//! A record that adds up: what a run says of itself agrees with its lines, and every number is one
//! that a run can have. What does not is refused, with a sentence, by whoever reads the record and
//! by whoever writes it.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::chunks::Streamed;
use crate::record::{
    ABSENT, COLUMNS, Chunks, Event, Fact, Header, LONGEST, Outcome, Run, Sample, Value, is_part,
};

/// What the views compute, so that no fact may be called like it: it would hide what the requests
/// themselves say. Outcomes are such names too. What another generator reports is believed: of its
/// requests there is nothing else.
#[rustfmt::skip] // rows, as in the table of the views
pub const COMPUTED: &[&str] = &[
    "requests", "failed", "total", "waits", "throughput", "first", "min", "mean", "p50", "p90",
    "p99", "max", "queueing-min", "queueing-mean", "queueing-p50", "queueing-p90", "queueing-p99",
    "queueing-max", "service-min", "service-mean", "service-p50", "service-p90", "service-p99",
    "service-max", "probe-min", "probe-mean", "probe-p50", "probe-p90", "probe-p99", "probe-max",
    "events", "events-per-second", "first-event-min", "first-event-mean", "first-event-p50",
    "first-event-p90", "first-event-p99", "first-event-max", "gap-min", "gap-mean", "gap-p50",
    "gap-p90", "gap-p99", "gap-max",
    "peak-in-flight", "peak-in-service", "workers", "threads-added", "rss-per-request",
    "kernel-stacks-peak", "memory-peak", "cpu-per-request", "cpu-per-event", "polls-per-task",
    "busy", "load-busy", "mean-inside", "rate-times-mean", "rate-times-service",
];

/// The least and the most that a fact's number may be, but for 0: a thousandth of a millionth of
/// its unit, and a million million millions.
const FACT: std::ops::RangeInclusive<f64> = 1e-9..=1e18;

/// More than this no generator sends in a second, nor any machine answers.
const MOST_RATE: f64 = 1e9;

impl Run {
    /// Whether it adds up: what a reader of its lines would say to them.
    ///
    /// # Errors
    /// One sentence on the first thing that does not.
    pub fn check(&self) -> Result<(), String> {
        header(&self.header)?;
        self.samples.iter().try_for_each(|one| sample(&self.header, one))?;
        self.streams()?;
        self.facts.iter().try_for_each(|one| fact(&self.header, one))?;
        whole(self)
    }

    /// Whether the moments of its streams are those of its requests.
    fn streams(&self) -> Result<(), String> {
        let samples = self.samples.iter().map(|one| ((one.lane, one.due), one));
        let samples: BTreeMap<_, _> = samples.collect();
        let mut streamed = Streamed::default();
        let sample = |one: &Chunks| samples.get(&(one.lane, one.due)).copied();
        self.chunks.iter().try_for_each(|one| streamed.add(&self.header, sample(one), one))
    }
}

/// A `run` line by itself.
pub(super) fn header(header: &Header) -> Result<(), String> {
    let Header { chapter, experiment, case, repeat, repeats, load, .. } = header;
    for name in [chapter, experiment, case] {
        if !is_part(name) {
            return Err(format!("{name:?} is no name: those are made of a-z, 0-9 and -"));
        }
    }
    if header.columns != COLUMNS {
        return Err(format!(
            "its samples have the places {}, and this program reads {}: record it again",
            header.columns.join(", "),
            COLUMNS.join(", ")
        ));
    }
    if !(1..=*repeats).contains(repeat) {
        return Err(format!("this is repeat {repeat} of {repeats}: they are counted from 1"));
    }
    let warm_up = load.warm_up_us.unwrap_or(0);
    let every = load.probe.as_ref().map_or(0, |probe| probe.every_us);
    for (what, us) in [
        ("delay-us", header.delay_us),
        ("duration-us", load.duration_us.unwrap_or(0)),
        ("warm-up-us", warm_up),
        ("ramp-us", load.ramp_us),
        ("timeout-us", load.timeout_us),
        ("the probe's every-us", every),
    ] {
        moment(what, us)?;
    }
    if load.duration_us.is_some() && load.requests > 0 {
        return Err("its load ends by requests and by time: one of them is wrong".into());
    }
    match load.rate_per_second {
        Some(rate) if !(rate > 0.0 && rate <= MOST_RATE) => {
            Err(format!("{rate} is no rate: more than 0 a second, and at most {MOST_RATE}"))
        }
        _ => Ok(()),
    }
}

/// A sample by itself.
pub(super) fn sample(header: &Header, sample: &Sample) -> Result<(), String> {
    let load = &header.load;
    let lanes = u64::from(load.concurrency) + probes(header);
    if u64::from(sample.lane) >= lanes {
        return Err(format!(
            "its connection is {}, and this run has {lanes}, counted from 0",
            sample.lane
        ));
    }
    let moments = [sample.connected, sample.sent, sample.first_byte, sample.done];
    let mut before = ("due", sample.due);
    for (name, at) in COLUMNS[2..].iter().zip(moments) {
        let Some(at) = at else { continue };
        if at < before.1 {
            let (earlier, was) = before;
            return Err(format!("its time runs backwards: {name} is {at}, and {earlier} {was}"));
        }
        before = (name, at);
    }
    moment(before.0, before.1)?;
    moment("handler", sample.handler.unwrap_or(0))?;
    if sample.done.is_none() && sample.outcome != Outcome::Unfinished {
        return Err(format!("it is over ({}) and does not say when", sample.outcome));
    }
    if sample.lane >= load.concurrency {
        return Ok(()); // a probe is due whenever it likes
    }
    let begins = load.warm_up_us.unwrap_or(0);
    if sample.due < begins {
        return Err(format!("it was due at {}, while the server warmed up", sample.due));
    }
    match load.duration_us {
        Some(time) if sample.due - begins >= time => {
            Err(format!("it was due at {}, when the load was over", sample.due))
        }
        _ => Ok(()),
    }
}

/// A fact by itself.
pub(super) fn fact(header: &Header, fact: &Fact) -> Result<(), String> {
    let name = fact.name.as_str();
    if !is_part(name) {
        return Err(format!("{name:?} is no name of a fact: those are made of a-z, 0-9 and -"));
    }
    // `status-503` is computed, and so is `status-503-p99`.
    let of_outcome = |name: &str| name.parse::<Outcome>().is_ok();
    let fate = name.rsplit_once('-').is_some_and(|(fate, _)| of_outcome(fate));
    let computed = COMPUTED.contains(&name) || of_outcome(name) || fate;
    if computed && header.load.by.is_none() {
        return Err(format!("{name} is computed from the requests, and can be no fact"));
    }
    match &fact.value {
        Value::Number(value) if *value != 0.0 && !FACT.contains(value) => Err(format!(
            "{name} is {value:e}, and a fact's number is 0 or from {:e} to {:e}",
            FACT.start(),
            FACT.end()
        )),
        Value::Number(_) | Value::Absent if name == ABSENT => {
            Err("a case that is absent says what was missing".into())
        }
        _ => Ok(()),
    }
}

/// A run with its end: whether all its lines together are what its head says.
pub(super) fn whole(run: &Run) -> Result<(), String> {
    let load = &run.header.load;
    let kept = !run.samples.is_empty() || run.histogram.is_some();
    if run.histogram.is_some() && run.samples.iter().any(|sample| !run.is_probe(sample)) {
        return Err("this run holds samples and a histogram, which stands in their place".into());
    }
    if let Some(by) = load.by.as_ref().filter(|_| kept) {
        return Err(format!("{by} sent this load, and yet the run holds requests of our own"));
    }
    if run.absent().is_some() && kept {
        return Err("this run was none (absent), and yet it holds requests".into());
    }
    facts_once(&run.facts)?;
    ends(run)?;
    if load.by.is_some() || run.absent().is_some() {
        return Ok(());
    }
    counts(run)
}

/// Whether nothing comes after its end.
fn ends(run: &Run) -> Result<(), String> {
    let end = run.end.at;
    moment("end", end)?;
    for (what, last) in last_moments(run) {
        if let Some(last) = last.filter(|last| *last > end) {
            return Err(format!("this run ended at {end}, and {what} tells of {last}"));
        }
    }
    Ok(())
}

/// The last thing that a run tells of.
pub(super) fn last_moment(run: &Run) -> u64 {
    last_moments(run).into_iter().filter_map(|(_, last)| last).max().unwrap_or(0)
}

/// The last that each kind of its lines tells of.
fn last_moments(run: &Run) -> [(&'static str, Option<u64>); 4] {
    let of_samples = run.samples.iter().map(|s| {
        let moments = [s.connected, s.sent, s.first_byte, s.done];
        moments.into_iter().flatten().fold(s.due, u64::max)
    });
    let of_events = run.events.iter().map(|Event { at, .. }| *at);
    let of_streams = run.chunks.iter().filter_map(|chunks| chunks.at.last().copied());
    let of_all = run.histogram.iter().map(|histogram| histogram.last_done());
    [
        ("a request", of_samples.max()),
        ("a stream", of_streams.max()),
        ("an event", of_events.max()),
        ("its histogram", of_all.max()),
    ]
}

fn facts_once(facts: &[Fact]) -> Result<(), String> {
    let mut names = BTreeSet::new();
    match facts.iter().find(|fact| !names.insert(&fact.name)) {
        Some(fact) => Err(format!("the fact {} stands twice in this run", fact.name)),
        None => Ok(()),
    }
}

/// Whether every request is there, and once.
fn counts(run: &Run) -> Result<(), String> {
    let load = &run.header.load;
    let (asked, probes) = (u64::from(load.requests), probes(&run.header));
    let differ = |what: &str, said: u64, held: u64| match held == said {
        true => Ok(()),
        false => Err(format!("this run was to send {said} {what}, and holds {held}")),
    };
    let of_probes = run.samples.iter().filter(|sample| run.is_probe(sample)).count() as u64;
    let held = match &run.histogram {
        Some(histogram) => histogram.outcomes().values().sum(),
        None => run.samples.len() as u64 - of_probes,
    };
    if load.duration_us.is_none() {
        differ("requests", asked, held)?;
    }
    differ("probes", probes, of_probes)?;
    if let Some(histogram) = &run.histogram
        && histogram.is_streamed()
        && !load.ask.as_ref().is_some_and(|ask| ask.streamed)
    {
        return Err("its histogram counts events, and no request was asked for a stream".into());
    }
    once(run)
}

fn once(run: &Run) -> Result<(), String> {
    let mut sorted: Vec<&Sample> = run.samples.iter().collect();
    sorted.sort_by_key(|s| (s.lane, s.due, s.sent, s.done));
    // One that never had its turn has nothing but a moment, which may be another's as well.
    let same = |a: &Sample, b: &Sample| match run.is_probe(a) {
        true => a.lane == b.lane, // each has a lane of its own
        false => a == b && a.outcome != Outcome::Unfinished,
    };
    match sorted.windows(2).find(|two| same(two[0], two[1])) {
        Some(two) => Err(format!(
            "the request of connection {} that was due at {} stands twice in this run",
            two[0].lane, two[1].due
        )),
        None => Ok(()),
    }
}

fn probes(header: &Header) -> u64 {
    header.load.probe.as_ref().map_or(0, |probe| u64::from(probe.requests))
}

fn moment(what: &str, us: u64) -> Result<(), String> {
    match us <= LONGEST {
        true => Ok(()),
        false => Err(format!("{what} is {us} µs, and no run lasts longer than {LONGEST} µs")),
    }
}
