//! Reading a record back, and refusing what is not whole or does not add up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::record::chunks::Streamed;
use crate::record::{Chunks, Event, Fact, Header, Histogram, Line, Run, Sample, VERSION, check};

/// Why a record was refused. Shown as one sentence: `runs/chap1.jsonl, line 7: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRecord {
    /// `None` where a text was read and no file
    pub file: Option<PathBuf>,
    /// from 1; `None` where the file could not be read at all
    pub line: Option<usize>,
    /// what is wrong, and what to do about it
    pub why: String,
}

impl fmt::Display for BadRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{}, line {line}: ", file.display())?,
            (Some(file), None) => write!(f, "{}: ", file.display())?,
            (None, Some(line)) => write!(f, "line {line}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.why)
    }
}

impl std::error::Error for BadRecord {}

/// Reads all runs of a file.
///
/// # Errors
/// The file cannot be read, is of another version, holds a run that was cut short, or does not add
/// up.
pub fn read_file(path: &Path) -> Result<Vec<Run>, BadRecord> {
    let file = Some(path.to_path_buf());
    match fs::read_to_string(path) {
        Ok(text) => read(&text).map_err(|bad| BadRecord { file, ..bad }),
        Err(why) => {
            Err(BadRecord { file, line: None, why: format!("cannot read this file: {why}") })
        }
    }
}

/// Reads all runs of a record's text.
///
/// # Errors
/// As [`read_file`], with no file.
pub fn read(text: &str) -> Result<Vec<Run>, BadRecord> {
    let (mut runs, mut heads) = (Vec::new(), Vec::new());
    let mut open: Option<Open> = None;
    let mut last = 0;
    for (at, line) in text.lines().enumerate() {
        last = at + 1;
        let refuse = |why: String| BadRecord { file: None, line: Some(last), why };
        if line.starts_with('[') {
            let sample: Sample = serde_json::from_str(line)
                .map_err(|why| refuse(format!("this is not a sample: {why}")))?;
            let run = inside(&mut open, "sample").map_err(refuse)?;
            check::sample(&run.header, &sample).map_err(refuse)?;
            run.samples.push(sample);
            continue;
        }
        match parse(line).map_err(refuse)? {
            Line::Run(header) => {
                if let Some(run) = &open {
                    return Err(refuse(run.cut_short()));
                }
                check::header(&header).map_err(refuse)?;
                heads.push(last);
                open = Some(Open::new(*header));
            }
            Line::Chunks(chunks) => {
                inside(&mut open, "chunks").map_err(refuse)?.add(chunks).map_err(refuse)?;
            }
            Line::Event(event) => inside(&mut open, "event").map_err(refuse)?.events.push(event),
            Line::Fact(fact) => {
                let run = inside(&mut open, "fact").map_err(refuse)?;
                check::fact(&run.header, &fact).map_err(refuse)?;
                run.facts.push(fact);
            }
            Line::Histogram(histogram) => {
                let run = inside(&mut open, "histogram").map_err(refuse)?;
                if run.histogram.replace(*histogram).is_some() {
                    return Err(refuse("this run holds a second histogram".into()));
                }
            }
            Line::End(end) => {
                inside(&mut open, "end").map_err(refuse)?;
                let Open { header, samples, chunks, events, facts, histogram, .. } =
                    open.take().expect("checked on the line above");
                let run = Run { header, samples, chunks, events, facts, histogram, end };
                check::whole(&run).map_err(refuse)?;
                runs.push(run);
            }
        }
    }
    if let Some(run) = open {
        return Err(BadRecord { file: None, line: Some(last), why: run.cut_short() });
    }
    let refuse =
        |(run, why): (usize, String)| BadRecord { file: None, line: Some(heads[run]), why };
    repeats(&runs).map_err(refuse)?;
    Ok(runs)
}

/// A run whose `end` has not been read yet.
struct Open {
    header: Header,
    samples: Vec<Sample>,
    chunks: Vec<Chunks>,
    streamed: Streamed,
    events: Vec<Event>,
    facts: Vec<Fact>,
    histogram: Option<Histogram>,
}

impl Open {
    fn new(header: Header) -> Self {
        Open {
            header,
            samples: Vec::new(),
            chunks: Vec::new(),
            streamed: Streamed::default(),
            events: Vec::new(),
            facts: Vec::new(),
            histogram: None,
        }
    }

    /// Takes the moments of a stream, if they can be those of a sample before.
    fn add(&mut self, chunks: Chunks) -> Result<(), String> {
        // They follow their sample; many streams at once may have come in between.
        let mut before = self.samples.iter().rev();
        let sample = before.find(|sample| (sample.lane, sample.due) == (chunks.lane, chunks.due));
        self.streamed.add(&self.header, sample, &chunks)?;
        self.chunks.push(chunks);
        Ok(())
    }

    fn cut_short(&self) -> String {
        let Header { chapter, experiment, case, repeat, .. } = &self.header;
        format!(
            "the run {chapter}.{experiment}.{case}, repeat {repeat}, has no end: the record was cut short, so record it again"
        )
    }
}

fn inside<'a>(open: &'a mut Option<Open>, kind: &str) -> Result<&'a mut Open, String> {
    open.as_mut().ok_or_else(|| format!("this {kind} belongs to no run"))
}

fn parse(line: &str) -> Result<Line, String> {
    /// Read first and alone: a line of another version may differ in everything else.
    #[derive(Deserialize)]
    struct Version {
        version: Option<u32>,
    }
    let broken = |why| format!("this is not a line of a record: {why}");
    let Version { version } = serde_json::from_str(line).map_err(broken)?;
    match version {
        Some(other) if other != VERSION => Err(format!(
            "this record has version {other}, and this program reads version {VERSION}: record it again"
        )),
        _ => serde_json::from_str(line).map_err(broken),
    }
}

/// Whether each run of a file stands there once, and none of its repeats is missing.
///
/// # Errors
/// The place of the run that tells of it, and a sentence.
fn repeats(runs: &[Run]) -> Result<(), (usize, String)> {
    let mut all: BTreeMap<[&str; 3], (usize, BTreeSet<u32>)> = BTreeMap::new();
    for (at, run) in runs.iter().enumerate() {
        let Header { repeat, repeats, .. } = run.header;
        let (first, found) = all.entry(series(run)).or_insert((at, BTreeSet::new()));
        let said = runs[*first].header.repeats;
        let name = series(run).join(".");
        if said != repeats {
            return Err((at, format!("{name} is run {repeats} times here, and {said} before")));
        }
        if !found.insert(repeat) {
            return Err((at, format!("{name}, repeat {repeat}, stands twice in this record")));
        }
    }
    for (name, (first, found)) in all {
        let (name, said) = (name.join("."), runs[first].header.repeats);
        if found.len() != said as usize {
            let held = found.len();
            return Err((
                first,
                format!(
                    "{name} was to be run {said} times and its record holds {held}: record it again"
                ),
            ));
        }
    }
    Ok(())
}

fn series(run: &Run) -> [&str; 3] {
    [&run.header.chapter, &run.header.experiment, &run.header.case]
}
