//! What a run keeps of its requests: a sample of each, or a histogram of very many.

use std::io;

use crate::load::MOST_SAMPLES;
use crate::record::histogram::Tally;
use crate::record::write::Writer;
use crate::record::{Histogram, Sample};

pub enum Keep {
    /// written as they come
    Samples(Vec<Sample>),
    Histogram(Tally),
    /// how many there will be is a matter of time: written at the end, or counted once there are
    /// too many
    Undecided(Vec<Sample>),
}

impl Keep {
    /// Of a load of so many samples, where that is known.
    pub fn of(samples: Option<u32>) -> Self {
        match samples {
            Some(n) if n > MOST_SAMPLES => Keep::Histogram(Tally::default()),
            Some(_) => Keep::Samples(Vec::new()),
            None => Keep::Undecided(Vec::new()),
        }
    }

    pub fn add(&mut self, sample: Sample, record: &mut Writer) -> io::Result<()> {
        match self {
            Keep::Samples(samples) => {
                record.sample(&sample)?;
                samples.push(sample);
            }
            Keep::Histogram(tally) => tally.add(&sample),
            Keep::Undecided(samples) => {
                samples.push(sample);
                if samples.len() > MOST_SAMPLES as usize {
                    let mut tally = Tally::default();
                    samples.iter().for_each(|sample| tally.add(sample));
                    *self = Keep::Histogram(tally);
                }
            }
        }
        Ok(())
    }

    /// What was kept, when the run ended at `took`.
    pub fn finish(
        self,
        took: u64,
        record: &mut Writer,
    ) -> io::Result<(Vec<Sample>, Option<Histogram>)> {
        match self {
            Keep::Samples(samples) => Ok((samples, None)),
            Keep::Histogram(tally) => Ok((Vec::new(), Some(tally.finish(took)))),
            Keep::Undecided(samples) => {
                samples.iter().try_for_each(|sample| record.sample(sample))?;
                Ok((samples, None))
            }
        }
    }
}
