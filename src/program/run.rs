//! Running a case once: the server as a process of its own, the asking, the record as it happens.

use super::asking::{Answered, ask};
use super::cores::{self, Cores};
use super::header::header;
use super::plan::Step;
use super::terminal::Terminal;
use crate::chapter::{Case, Chapter, Experiment};
use crate::load::{self, Target};
use crate::record::write::Writer;
use crate::record::{ABSENT, End, Event, Fact, Header, Line, Run};
use crate::server::monitor::Watch;
use crate::server::process::{Ended, Server};

/// Runs one case once.
///
/// # Errors
/// The server did not start, this machine could not make the load, the record could not be written,
/// or what was measured does not add up.
pub fn once(
    chapter: &Chapter,
    step: &Step,
    case: &Case,
    repeat: u32,
    record: &mut Writer,
    terminal: &mut Terminal,
) -> Result<Run, String> {
    let unwritten = |why| format!("the record could not be written: {why}");
    let header = header(chapter, step, case, repeat);
    terminal.begins(&header);
    record.line(&Line::Run(Box::new(header.clone()))).map_err(unwritten)?;
    let Ready { cores, generator } = match ready(step.experiment, case.name) {
        Ok(ready) => ready,
        Err(why) => {
            let run = absent(header, why);
            record.rest(&run).map_err(unwritten)?;
            terminal.ends();
            return Ok(run);
        }
    };

    let args = serve_args(step, case);
    let server = cores::on(cores.map(|cores| cores.server), || Server::start(&args))??;
    let watch = Watch::start(server.pid());
    let target = Target { addr: server.addr, path: case.path.into() };
    let core = cores.map(|cores| cores.load);
    let answered = ask(step, repeat, target, core, record, terminal)?;

    let mut facts = answered.facts;
    facts.extend(generator.map(|itself| Fact::text("generator", itself)));
    facts.extend(watch.finish());
    if let Some(counters) = step.counters {
        facts.extend(load::settled(server.addr, counters.path, counters.every)?);
    }
    let mut events = Vec::new();
    let (ended, added) = server.stop(answered.began);
    for line in added {
        match line {
            // Its clock and ours agree to within a line's way through a pipe, not better.
            Line::Event(event) => events.push(Event { at: event.at.min(answered.took), ..event }),
            Line::Fact(fact) => facts.push(fact),
            _ => {}
        }
    }
    facts.extend(end_of(ended));

    let Answered { samples, histogram, took, .. } = answered;
    let end = End { at: took };
    let run = Run { header, samples, events, facts, histogram, end };
    // A reader of the record would refuse it: better said now, by the one who can mend it.
    run.check().map_err(|why| format!("this run does not add up: {why}"))?;
    record.rest(&run).map_err(unwritten)?;
    terminal.ends();
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
    let generator = experiment.asked.generator().map(|by| (by.installed)()).transpose()?;
    (experiment.needs)(case)?;
    Ok(Ready { cores, generator })
}

/// The run that there was none of, and why.
fn absent(header: Header, why: String) -> Run {
    Run {
        header,
        samples: Vec::new(),
        events: Vec::new(),
        facts: vec![Fact::text(ABSENT, why)],
        histogram: None,
        end: End { at: 0 },
    }
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
