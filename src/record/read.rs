//! Reading a record back, and refusing what is not whole or does not add up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::record::chunks::Streamed;
use crate::record::{Chunks, End, Header, Line, Run, Sample, VERSION, check};

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
    let mut reader = Reader::default();
    text.lines().try_for_each(|line| reader.push(line))?;
    reader.finish()
}

/// Reads a record line by line, for whoever has it while it is being written: what it holds
/// [so far](Reader::so_far) can be looked at, and only a whole one is ever [finished](Reader::finish).
#[derive(Default)]
pub struct Reader {
    runs: Vec<Run>,
    /// on which line each run begins
    heads: Vec<usize>,
    open: Option<Open>,
    /// lines that came
    last: usize,
}

impl Reader {
    /// Takes the next line.
    ///
    /// # Errors
    /// It is none, or does not fit those before it. What came before stays as it was.
    pub fn push(&mut self, line: &str) -> Result<(), BadRecord> {
        self.last += 1;
        let refuse = |why| BadRecord { file: None, line: Some(self.last), why };
        if line.starts_with('[') {
            let sample: Sample = serde_json::from_str(line)
                .map_err(|why| refuse(format!("this is not a sample: {why}")))?;
            let Open { run, .. } = inside(&mut self.open, "sample").map_err(refuse)?;
            check::sample(&run.header, &sample).map_err(refuse)?;
            run.samples.push(sample);
            return Ok(());
        }
        match parse(line).map_err(refuse)? {
            Line::Run(header) => {
                if let Some(open) = &self.open {
                    return Err(refuse(open.cut_short()));
                }
                check::header(&header).map_err(refuse)?;
                self.heads.push(self.last);
                self.open = Some(Open::new(*header));
            }
            Line::Chunks(chunks) => {
                inside(&mut self.open, "chunks").map_err(refuse)?.add(chunks).map_err(refuse)?;
            }
            Line::Event(event) => {
                inside(&mut self.open, "event").map_err(refuse)?.run.events.push(event);
            }
            Line::Fact(fact) => {
                let Open { run, .. } = inside(&mut self.open, "fact").map_err(refuse)?;
                check::fact(&run.header, &fact).map_err(refuse)?;
                run.facts.push(fact);
            }
            Line::Histogram(histogram) => {
                let Open { run, .. } = inside(&mut self.open, "histogram").map_err(refuse)?;
                if run.histogram.replace(*histogram).is_some() {
                    return Err(refuse("this run holds a second histogram".into()));
                }
            }
            Line::End(end) => {
                let Open { run, .. } = inside(&mut self.open, "end").map_err(refuse)?;
                run.end = end;
                check::whole(run).map_err(refuse)?;
                self.runs.extend(self.open.take().map(|open| open.run));
            }
        }
        Ok(())
    }

    /// The runs there are by now. The last may lack requests, and then it ends with the last thing
    /// that is known of it.
    pub fn so_far(&self) -> Vec<Run> {
        let open = self.open.iter().map(|Open { run, .. }| {
            let mut run = run.clone();
            run.end.at = check::last_moment(&run);
            run
        });
        self.runs.iter().cloned().chain(open).collect()
    }

    /// How many runs are whole.
    pub fn finished(&self) -> usize {
        self.runs.len()
    }

    /// What there is of the run whose end has not come.
    pub fn unfinished(&self) -> Option<&Run> {
        self.open.as_ref().map(|open| &open.run)
    }

    /// All runs, when there is no line more.
    ///
    /// # Errors
    /// The last has no end, or repeats of one are missing.
    pub fn finish(self) -> Result<Vec<Run>, BadRecord> {
        if let Some(open) = self.open {
            return Err(BadRecord { file: None, line: Some(self.last), why: open.cut_short() });
        }
        match repeats(&self.runs) {
            Ok(()) => Ok(self.runs),
            Err((run, why)) => Err(BadRecord { file: None, line: Some(self.heads[run]), why }),
        }
    }
}

/// A run whose `end` has not been read yet.
struct Open {
    run: Run,
    streamed: Streamed,
}

impl Open {
    fn new(header: Header) -> Self {
        let run = Run {
            header,
            samples: Vec::new(),
            chunks: Vec::new(),
            events: Vec::new(),
            facts: Vec::new(),
            histogram: None,
            end: End { at: 0 },
        };
        Open { run, streamed: Streamed::default() }
    }

    /// Takes the moments of a stream, if they can be those of a sample before.
    fn add(&mut self, chunks: Chunks) -> Result<(), String> {
        let Open { run, streamed } = self;
        // They follow their sample; many streams at once may have come in between.
        let mut before = run.samples.iter().rev();
        let sample = before.find(|sample| (sample.lane, sample.due) == (chunks.lane, chunks.due));
        streamed.add(&run.header, sample, &chunks)?;
        run.chunks.push(chunks);
        Ok(())
    }

    fn cut_short(&self) -> String {
        let Header { chapter, experiment, case, repeat, .. } = &self.run.header;
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
