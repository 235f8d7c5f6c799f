//! Running a case once: the server as a process of its own, the asking, the record as it happens.

use super::asking::{Answered, ask};
use super::cores::{self, Cores};
use super::header::header;
use super::keep::Kept;
use super::plan::Step;
use super::servers::Servers;
use super::terminal::Terminal;
use crate::chapter::{Case, Chapter, Experiment};
use crate::load::Target;
use crate::record::write::Writer;
use crate::record::{ABSENT, End, Fact, Header, Line, Run};

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
    let Ready { cores, generator } = match ready(chapter, step.experiment, case.name) {
        Ok(ready) => ready,
        Err(why) => {
            let run = absent(header, why);
            record.rest(&run).map_err(unwritten)?;
            terminal.ends();
            return Ok(run);
        }
    };

    let servers = cores::on(cores.map(|cores| cores.server), || Servers::of(chapter, case, step))??;
    let target = Target { addr: servers.addr(), path: case.path.into() };
    let core = cores.map(|cores| cores.load);
    let Answered { began, took, kept, mut facts } =
        ask(step, repeat, target, core, record, terminal)?;
    facts.extend(generator.map(|itself| Fact::text("generator", itself)));
    let (events, theirs) = servers.finish(step.counters, began, took)?;
    facts.extend(theirs);

    let Kept { samples, chunks, histogram } = kept;
    let run = Run { header, samples, chunks, events, facts, histogram, end: End { at: took } };
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
fn ready(chapter: &Chapter, experiment: &Experiment, case: &str) -> Result<Ready, String> {
    let cores = experiment.apart.then(Cores::apart).transpose()?;
    let generator = experiment.asked.generator().map(|by| (by.installed)()).transpose()?;
    // Who makes up an experiment cannot say what its cases need; the chapter's own experiments do.
    let of_case = chapter.experiments.iter().filter(|other| other.cases.contains(&case));
    of_case.chain([experiment]).try_for_each(|other| (other.needs)(case))?;
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
