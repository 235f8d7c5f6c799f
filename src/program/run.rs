//! Running a step: each case as a process of its own, the load, and the record as it happens.

use std::sync::mpsc::{self, TryRecvError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::cores::{self, Cores};
use super::keep::Keep;
use super::plan::Step;
use crate::chapter::{Case, Chapter, Examine, Experiment, Generator};
use crate::histogram::Tally;
use crate::load::{self, Load, Sent, Target};
use crate::record::machine;
use crate::record::{
    ABSENT, COLUMNS, End, Event, Fact, Header, Histogram, Line, LoadSettings, Machine, Run, Sample,
    VERSION, Value,
};
use crate::server::monitor::Watch;
use crate::server::process::{Ended, Server};
use crate::write::Writer;

/// Who wants to know what happens while it happens.
pub trait Audience {
    fn begins(&mut self, header: &Header);
    fn answered(&mut self, done: usize);
    fn ends(&mut self, run: &Run);
}

/// Runs one case once.
///
/// # Errors
/// The server did not start, this machine could not make the load, or the record could not be written.
pub fn once(
    chapter: &Chapter,
    step: &Step,
    case: &Case,
    repeat: u32,
    record: &mut Writer,
    audience: &mut dyn Audience,
) -> Result<Run, String> {
    let unwritten = |why| format!("the record could not be written: {why}");
    let header = header(chapter, step, case, repeat);
    audience.begins(&header);
    record.line(&Line::Run(Box::new(header.clone()))).map_err(unwritten)?;
    let Ready { cores, generator } = match ready(step.experiment, case.name) {
        Ok(ready) => ready,
        Err(why) => {
            let run = absent(header, why);
            record.rest(&run).map_err(unwritten)?;
            audience.ends(&run);
            return Ok(run);
        }
    };

    let args = serve_args(step, case);
    let server = cores::on(cores.map(|cores| cores.server), || Server::start(&args))??;
    let watch = Watch::start(server.pid());
    let target = Target { addr: server.addr, path: case.path.into() };
    let core = cores.map(|cores| cores.load);
    let asked = match (step.experiment.examine, step.experiment.sent_by) {
        (Some(examine), _) => by_hand(examine, &target)?,
        (None, Some(generator)) => by_another(generator, &step.load, &target, core)?,
        (None, None) => send(step, repeat, target, core, record, audience)?,
    };

    let mut facts = asked.facts;
    facts.extend(generator.map(|itself| Fact::text("generator", itself)));
    facts.extend(watch.finish());
    if let Some(counters) = step.counters {
        facts.extend(load::settled(server.addr, counters.path, counters.every)?);
    }
    let mut events = Vec::new();
    let (ended, added) = server.stop(asked.began);
    for line in added {
        match line {
            // Its clock and ours agree to within a line's way through a pipe, not better.
            Line::Event(event) => events.push(Event { at: event.at.min(asked.took), ..event }),
            Line::Fact(fact) => facts.push(fact),
            _ => {}
        }
    }
    facts.extend(end_of(ended));

    let Asked { samples, histogram, took, .. } = asked;
    let end = End { at: took };
    let run = Run { header, samples, chunks: Vec::new(), events, facts, histogram, end };
    record.rest(&run).map_err(unwritten)?;
    audience.ends(&run);
    Ok(run)
}

/// What a run was given besides its load.
struct Ready {
    /// where server and load have one each
    cores: Option<Cores>,
    /// what another generator calls itself
    generator: Option<String>,
}

/// All that a case of an experiment needs, or which part of it is not here.
fn ready(experiment: &Experiment, case: &str) -> Result<Ready, String> {
    let cores = experiment.apart.then(Cores::apart).transpose()?;
    let generator = experiment.sent_by.map(|by| (by.installed)()).transpose()?;
    (experiment.needs)(case)?;
    Ok(Ready { cores, generator })
}

/// The run that there was none of, and why.
fn absent(header: Header, why: String) -> Run {
    Run {
        header,
        samples: Vec::new(),
        chunks: Vec::new(),
        events: Vec::new(),
        facts: vec![Fact::text(ABSENT, why)],
        histogram: None,
        end: End { at: 0 },
    }
}

/// What came of asking, before anything is known of the server.
struct Asked {
    began: Instant,
    /// in microseconds
    took: u64,
    samples: Vec<Sample>,
    histogram: Option<Histogram>,
    facts: Vec<Fact>,
}

/// How often to look for samples. Who waits for each has to be woken for each, by the generator: a
/// good part of its time when answers come fast.
const LOOK: Duration = Duration::from_millis(2);

/// Sends the load, and writes the samples as they come.
fn send(
    step: &Step,
    repeat: u32,
    target: Target,
    core: Option<usize>,
    record: &mut Writer,
    audience: &mut dyn Audience,
) -> Result<Asked, String> {
    let load = step.load.of_repeat(repeat);
    let unwritten = |why| format!("the record could not be written: {why}");
    let mut keep = match step.experiment.histogram {
        true => Keep::Histogram(Tally::default()),
        false => Keep::of(load.samples()),
    };
    let (sender, receiver) = mpsc::channel();
    // On a thread of its own, so that writing and drawing cannot hold the generator up.
    let generator = thread::spawn(move || {
        (Instant::now(), cores::on(core, || weighed(|| load::send(&load, &target, sender))))
    });
    let mut answered = 0;
    loop {
        match receiver.try_recv() {
            Ok(exchange) => {
                keep.add(exchange, record).map_err(unwritten)?;
                answered += 1;
            }
            Err(TryRecvError::Empty) => {
                audience.answered(answered);
                thread::sleep(LOOK);
            }
            Err(TryRecvError::Disconnected) => break,
        }
    }
    let (began, sent) = generator.join().map_err(|_| "the load generator failed")?;
    let (sent, cpu) = sent?;
    let Sent { took, mut facts } = sent?;
    facts.push(cpu);
    let (samples, histogram) = keep.finish(took, record).map_err(unwritten)?;
    Ok(Asked { began, took, samples, histogram, facts })
}

/// Lets the chapter ask in its own way.
fn by_hand(examine: Examine, target: &Target) -> Result<Asked, String> {
    let began = Instant::now();
    let facts = examine(target)?;
    let took = began.elapsed().as_micros() as u64;
    Ok(Asked { began, took, samples: Vec::new(), histogram: None, facts })
}

/// Lets another program send the load.
fn by_another(
    generator: Generator,
    load: &Load,
    target: &Target,
    core: Option<usize>,
) -> Result<Asked, String> {
    let began = Instant::now();
    let (facts, cpu) = cores::on(core, || weighed(|| (generator.send)(load, target)))?;
    let mut facts = facts?;
    facts.push(cpu);
    let took = began.elapsed().as_micros() as u64;
    Ok(Asked { began, took, samples: Vec::new(), histogram: None, facts })
}

/// Sends a load, and says what CPU time that took: a generator at its own limit measures itself.
fn weighed<T>(send: impl FnOnce() -> T) -> (T, Fact) {
    let before = cores::spent();
    let sent = send();
    let spent = cores::spent().zip(before).map(|(after, before)| (after - before) as f64);
    let value = spent.map_or(Value::Absent, Value::Number);
    (sent, Fact { name: "load-cpu".into(), value, unit: "us".into() })
}

fn header(chapter: &Chapter, step: &Step, case: &Case, repeat: u32) -> Header {
    let machine = machine::this();
    Header {
        version: VERSION,
        chapter: chapter.name.into(),
        experiment: step.experiment.name.into(),
        case: case.name.into(),
        repeat,
        repeats: step.repeats,
        delay_us: step.delay.as_micros() as u64,
        load: match step.experiment.examine {
            // Nothing of a load was sent, so nothing of one is said.
            Some(_) => LoadSettings::by_hand(),
            None => LoadSettings {
                by: step.experiment.sent_by.map(|generator| generator.name.into()),
                ..step.load.of_repeat(repeat).settings()
            },
        },
        command: command(&machine),
        machine,
        date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        columns: COLUMNS.map(String::from).to_vec(),
    }
}

/// The command that a reader types for what is running now. Where the record goes is left out:
/// it changes nothing, and a path is its writer's own affair.
fn command(machine: &Machine) -> String {
    let mut args = Vec::new();
    let mut typed = std::env::args();
    let program = typed.next().unwrap_or_default();
    while let Some(arg) = typed.next() {
        if arg == "--json" {
            typed.next();
        } else if !arg.starts_with("--json=") {
            args.push(arg);
        }
    }
    let name = std::path::Path::new(&program).file_stem().unwrap_or_default();
    let release = if machine.build == "release" { " --release" } else { "" };
    let more = if args.is_empty() { String::new() } else { format!(" -- {}", args.join(" ")) };
    format!("cargo run{release} --example {}{more}", name.to_string_lossy())
}

/// `serve` as a reader would type it for this case.
fn serve_args(step: &Step, case: &Case) -> Vec<String> {
    let mut args =
        vec![case.name.to_string(), "--delay".into(), format!("{}us", step.delay.as_micros())];
    if let Some(bytes) = step.experiment.address_space {
        args.extend(["--address-space".into(), bytes.to_string()]);
    }
    args
}

/// How the server's life ended, as facts.
fn end_of(ended: Ended) -> Vec<Fact> {
    match ended {
        Ended::Stopped => vec![Fact::text("server-exit", "stopped")],
        Ended::Died { how, said } => {
            vec![Fact::text("server-exit", format!("died: {how}")), Fact::text("server-said", said)]
        }
    }
}

/// For a person: 300 ms, 3 s.
pub fn plain(duration: Duration) -> String {
    humantime::format_duration(duration).to_string()
}
