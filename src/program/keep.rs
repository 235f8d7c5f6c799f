//! What a run keeps of its requests: a sample of each, or a histogram of very many.

use std::io;

use crate::load::{Arrivals, Exchange, Load, MOST_SAMPLES};
use crate::record::histogram::Tally;
use crate::record::write::Writer;
use crate::record::{Chunks, Histogram, Sample};

/// What was kept of the requests of one run.
#[derive(Default)]
pub struct Kept {
    pub samples: Vec<Sample>,
    /// of answers that came as streams
    pub chunks: Vec<Chunks>,
    /// in place of both, but for those of probes
    pub histogram: Option<Histogram>,
}

/// Keeps requests as they come.
pub struct Keep {
    kept: Kept,
    /// requests of this lane and those after it are probes, which are counted apart from the load
    /// and are few: each leaves a sample in any case
    probes: Option<u32>,
    load: Loaded,
}

/// The requests of the load.
enum Loaded {
    /// written as they come
    Samples,
    /// counted as they come
    Histogram(Box<Tally>),
    /// how many there will be is a matter of time: written at the end, or counted once there are
    /// too many
    Undecided(Vec<Exchange>),
}

impl Keep {
    /// Of a load: as a histogram, where it is to be, or where it is of too many requests.
    pub fn of(load: &Load, histogram: bool) -> Self {
        let kept = match load.samples() {
            _ if histogram => Loaded::Histogram(Box::default()),
            Some(n) if n > MOST_SAMPLES => Loaded::Histogram(Box::default()),
            Some(_) => Loaded::Samples,
            // Of an open loop that ends by time it is known as well.
            None if load.arrivals != Arrivals::Closed
                && load.due().len() <= MOST_SAMPLES as usize =>
            {
                Loaded::Samples
            }
            None => Loaded::Undecided(Vec::new()),
        };
        let probes = load.probe.map(|_| load.lanes);
        Keep { kept: Kept::default(), probes, load: kept }
    }

    pub fn add(&mut self, exchange: Exchange, record: &mut Writer) -> io::Result<()> {
        if self.probes.is_some_and(|first| exchange.sample.lane >= first) {
            return self.kept.add(exchange, record);
        }
        match &mut self.load {
            Loaded::Samples => self.kept.add(exchange, record)?,
            Loaded::Histogram(tally) => tally.add(&exchange.sample, &exchange.events),
            Loaded::Undecided(exchanges) => {
                exchanges.push(exchange);
                if exchanges.len() > MOST_SAMPLES as usize {
                    let mut tally = Box::<Tally>::default();
                    exchanges.iter().for_each(|one| tally.add(&one.sample, &one.events));
                    self.load = Loaded::Histogram(tally);
                }
            }
        }
        Ok(())
    }

    /// What was kept, when the run ended at `took`.
    pub fn finish(self, took: u64, record: &mut Writer) -> io::Result<Kept> {
        let mut kept = self.kept;
        match self.load {
            Loaded::Samples => {}
            Loaded::Histogram(tally) => kept.histogram = Some(tally.finish(took)),
            Loaded::Undecided(exchanges) => {
                exchanges.into_iter().try_for_each(|exchange| kept.add(exchange, record))?;
            }
        }
        Ok(kept)
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
