//! Asking a server: by a load, by somebody else's, or by the chapter's own hand.

use std::sync::mpsc::{self, TryRecvError};
use std::thread;
use std::time::{Duration, Instant};

use super::cores;
use super::keep::{Keep, Kept};
use super::plan::Step;
use super::terminal::Terminal;
use crate::chapter::{Asked, Examine, Generator};
use crate::load::{self, Load, Sent, Target};
use crate::record::write::Writer;
use crate::record::{Fact, Value};

/// What came of asking, before anything is known of the server.
pub struct Answered {
    pub began: Instant,
    /// in microseconds
    pub took: u64,
    pub kept: Kept,
    pub facts: Vec<Fact>,
}

/// Asks the server at `target` as the experiment says; a load is sent from `core`, where there is one.
///
/// # Errors
/// This machine could not make the load, or the record could not be written.
pub fn ask(
    step: &Step,
    repeat: u32,
    target: Target,
    core: Option<usize>,
    record: &mut Writer,
    terminal: &mut Terminal,
) -> Result<Answered, String> {
    match step.asked {
        Asked::ByLoad(load) => {
            let keep = Keep::of(&load, step.experiment.histogram);
            send(load.of_repeat(repeat), keep, target, core, record, terminal)
        }
        Asked::ByGenerator(generator, load) => by_another(generator, &load, &target, core),
        Asked::ByHand(examine) => by_hand(examine, &target),
    }
}

/// How often to look for samples. Who waits for each has to be woken for each, by the generator: a
/// good part of its time when answers come fast.
const LOOK: Duration = Duration::from_millis(2);

/// Sends the load, and writes the samples as they come.
fn send(
    load: Load,
    mut keep: Keep,
    target: Target,
    core: Option<usize>,
    record: &mut Writer,
    terminal: &mut Terminal,
) -> Result<Answered, String> {
    let unwritten = |why| format!("the record could not be written: {why}");
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
                terminal.answered(answered);
                thread::sleep(LOOK);
            }
            Err(TryRecvError::Disconnected) => break,
        }
    }
    let (began, sent) = generator.join().map_err(|_| "the load generator failed")?;
    let (sent, cpu) = sent?;
    let Sent { took, mut facts } = sent?;
    facts.push(cpu);
    let kept = keep.finish(took, record).map_err(unwritten)?;
    Ok(Answered { began, took, kept, facts })
}

/// Lets the chapter ask in its own way.
fn by_hand(examine: Examine, target: &Target) -> Result<Answered, String> {
    let began = Instant::now();
    let facts = examine(target)?;
    let took = began.elapsed().as_micros() as u64;
    Ok(Answered { began, took, kept: Kept::default(), facts })
}

/// Lets another program send the load.
fn by_another(
    generator: Generator,
    load: &Load,
    target: &Target,
    core: Option<usize>,
) -> Result<Answered, String> {
    let began = Instant::now();
    let (facts, cpu) = cores::on(core, || weighed(|| (generator.send)(load, target)))?;
    let mut facts = facts?;
    facts.push(cpu);
    let took = began.elapsed().as_micros() as u64;
    Ok(Answered { began, took, kept: Kept::default(), facts })
}

/// Sends a load, and says what CPU time that took: a generator at its own limit measures itself.
fn weighed<T>(send: impl FnOnce() -> T) -> (T, Fact) {
    let before = cores::spent();
    let sent = send();
    let spent = cores::spent().zip(before).map(|(after, before)| (after - before) as f64);
    let value = spent.map_or(Value::Absent, Value::Number);
    (sent, Fact { name: "load-cpu".into(), value, unit: "us".into() })
}
