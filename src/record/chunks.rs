//! The moments of a stream, and whether they can be those of its request.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::record::{Header, Sample};

/// The `chunks` line: when the events of one streamed answer came. It follows its sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chunks {
    /// of its sample, whose column has the name of old records, too
    #[serde(rename = "connection")]
    pub lane: u32,
    /// of its sample; in microseconds from the run's start, as the next
    pub due: u64,
    /// in order, none missing and at least one
    pub at: Vec<u64>,
}

/// The requests whose moments are known so far: each has them once.
#[derive(Default)]
pub(super) struct Streamed(BTreeSet<(u32, u64)>);

impl Streamed {
    /// Takes the moments of one more.
    ///
    /// # Errors
    /// They cannot be those of `sample`, which is its request if there is one.
    pub fn add(
        &mut self,
        header: &Header,
        sample: Option<&Sample>,
        chunks: &Chunks,
    ) -> Result<(), String> {
        let sample = sample.ok_or("these chunks follow no sample of their lane and moment")?;
        let load = &header.load;
        let ask = match &load.probe {
            Some(probe) if sample.lane >= load.concurrency => &probe.ask,
            _ => &load.ask,
        };
        if !ask.as_ref().is_some_and(|ask| ask.streamed) {
            return Err("these chunks are of a request that was asked for no stream".into());
        }
        let from = sample.first_byte.ok_or("these chunks are of a sample without an answer")?;
        let to = sample.done.unwrap_or(u64::MAX);
        let (Some(first), Some(last)) = (chunks.at.first(), chunks.at.last()) else {
            return Err(
                "these chunks have no moment: a stream without events has no such line".into()
            );
        };
        if !chunks.at.is_sorted() || *first < from || *last > to {
            return Err("the moments of these chunks are not in order, or not between the first byte of their answer and its last".into());
        }
        match self.0.insert((chunks.lane, chunks.due)) {
            true => Ok(()),
            false => Err("this sample has chunks already".into()),
        }
    }
}
