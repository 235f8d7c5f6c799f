//! What a run keeps of its requests: a sample of each, or a histogram of very many.

use std::io;

use crate::load::{Exchange, MOST_SAMPLES};
use crate::record::histogram::Tally;
use crate::record::write::Writer;
use crate::record::{Chunks, Histogram, Sample};

/// What was kept of the requests of one run.
#[derive(Default)]
pub struct Kept {
    pub samples: Vec<Sample>,
    /// of answers that came as streams
    pub chunks: Vec<Chunks>,
    /// in place of both
    pub histogram: Option<Histogram>,
}

/// Keeps requests as they come.
pub enum Keep {
    /// written as they come
    Samples(Kept),
    /// counted as they come
    Histogram(Tally),
    /// how many there will be is a matter of time: written at the end, or counted once there are
    /// too many
    Undecided(Vec<Exchange>),
}

impl Keep {
    /// Of a load of so many samples, where that is known.
    pub fn of(samples: Option<u32>) -> Self {
        match samples {
            Some(n) if n > MOST_SAMPLES => Keep::Histogram(Tally::default()),
            Some(_) => Keep::Samples(Kept::default()),
            None => Keep::Undecided(Vec::new()),
        }
    }

    pub fn add(&mut self, exchange: Exchange, record: &mut Writer) -> io::Result<()> {
        match self {
            Keep::Samples(kept) => kept.add(exchange, record)?,
            Keep::Histogram(tally) => tally.add(&exchange.sample, &exchange.events),
            Keep::Undecided(exchanges) => {
                exchanges.push(exchange);
                if exchanges.len() > MOST_SAMPLES as usize {
                    let mut tally = Tally::default();
                    exchanges.iter().for_each(|one| tally.add(&one.sample, &one.events));
                    *self = Keep::Histogram(tally);
                }
            }
        }
        Ok(())
    }

    /// What was kept, when the run ended at `took`.
    pub fn finish(self, took: u64, record: &mut Writer) -> io::Result<Kept> {
        match self {
            Keep::Samples(kept) => Ok(kept),
            Keep::Histogram(tally) => {
                Ok(Kept { histogram: Some(tally.finish(took)), ..Kept::default() })
            }
            Keep::Undecided(exchanges) => {
                let mut kept = Kept::default();
                exchanges.into_iter().try_for_each(|exchange| kept.add(exchange, record))?;
                Ok(kept)
            }
        }
    }
}

impl Kept {
    fn add(&mut self, exchange: Exchange, record: &mut Writer) -> io::Result<()> {
        let chunks = exchange.chunks();
        record.sample(&exchange.sample, chunks.as_ref())?;
        self.samples.push(exchange.sample);
        self.chunks.extend(chunks);
        Ok(())
    }
}
