//! Writing a record while it happens: a reader of the stream sees each line as it comes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::record::{Chunks, Line, Run, Sample};

/// Writes lines of a record to anything that takes bytes.
pub struct Writer {
    to: Box<dyn Write>,
}

impl Writer {
    /// To wherever the bytes go.
    pub fn new(to: impl Write + 'static) -> Self {
        Writer { to: Box::new(to) }
    }

    /// For a run that nobody keeps.
    pub fn nowhere() -> Self {
        Writer::new(io::sink())
    }

    /// Writes one line that is not a sample, and sees it off.
    ///
    /// # Errors
    /// What the receiving side answers: a full disk, a closed pipe.
    pub fn line(&mut self, line: &Line) -> io::Result<()> {
        self.json(line)?;
        self.to.flush()
    }

    /// Writes one sample, and the moments of its events where its answer was a stream. They are
    /// seen off with the next line, or by the buffer of the receiver.
    ///
    /// # Errors
    /// As [`Writer::line`].
    pub fn sample(&mut self, sample: &Sample, chunks: Option<&Chunks>) -> io::Result<()> {
        self.json(sample)?;
        chunks.map_or(Ok(()), |chunks| self.json(&Line::Chunks(chunks.clone())))
    }

    /// Writes a whole run.
    ///
    /// # Errors
    /// As [`Writer::line`].
    pub fn run(&mut self, run: &Run) -> io::Result<()> {
        self.line(&Line::Run(Box::new(run.header.clone())))?;
        let chunks: BTreeMap<_, _> = run.chunks.iter().map(|c| ((c.lane, c.due), c)).collect();
        for sample in &run.samples {
            self.sample(sample, chunks.get(&(sample.lane, sample.due)).copied())?;
        }
        self.rest(run)
    }

    /// Writes what follows the samples of a run, to its end.
    ///
    /// # Errors
    /// As [`Writer::line`].
    pub fn rest(&mut self, run: &Run) -> io::Result<()> {
        for event in &run.events {
            self.json(&Line::Event(event.clone()))?;
        }
        for fact in &run.facts {
            self.json(&Line::Fact(fact.clone()))?;
        }
        if let Some(histogram) = &run.histogram {
            self.json(&Line::Histogram(Box::new(histogram.clone())))?;
        }
        self.line(&Line::End(run.end.clone()))
    }

    fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_string(value).map_err(io::Error::other)?;
        line.push('\n');
        self.to.write_all(line.as_bytes())
    }
}
