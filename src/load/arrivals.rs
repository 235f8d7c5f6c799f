//! The arrival process: when each request is due, and what is to be done at a moment.

use std::iter;

use while_you_wait::record::Mode;

/// What makes a request due.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Arrivals {
    /// closed loop: a lane's next request is due when its last one is over, so a slow server is
    /// asked less
    #[default]
    Closed,
    /// open loop: at equal distances, whatever became of the requests before
    Constant {
        /// requests
        per_second: f64,
    },
    /// open loop: at random moments that know nothing of each other, as from very many clients;
    /// the same seed gives the same moments, and each repeat takes the next seed
    Poisson {
        /// requests, on average
        per_second: f64,
        /// where the random numbers start
        seed: u64,
    },
}

impl Arrivals {
    /// As the record names it.
    pub(crate) fn mode(self) -> Mode {
        match self {
            Arrivals::Closed => Mode::Closed,
            Arrivals::Constant { .. } => Mode::OpenConstant,
            Arrivals::Poisson { .. } => Mode::OpenPoisson,
        }
    }

    /// Requests per second, of an open loop.
    pub fn per_second(self) -> Option<f64> {
        match self {
            Arrivals::Closed => None,
            Arrivals::Constant { per_second } | Arrivals::Poisson { per_second, .. } => {
                Some(per_second)
            }
        }
    }

    /// Of random moments.
    pub fn seed(self) -> Option<u64> {
        match self {
            Arrivals::Poisson { seed, .. } => Some(seed),
            Arrivals::Closed | Arrivals::Constant { .. } => None,
        }
    }

    /// The same arrivals in so many times less time.
    pub fn faster(mut self, by: u32) -> Self {
        match &mut self {
            Arrivals::Closed => {}
            Arrivals::Constant { per_second } | Arrivals::Poisson { per_second, .. } => {
                *per_second *= f64::from(by);
            }
        }
        self
    }

    /// The moments of an open loop in seconds from the run's start, in order and without end. A
    /// closed loop has none: nobody knows them in advance.
    pub(crate) fn moments(self) -> Box<dyn Iterator<Item = f64>> {
        match self {
            Arrivals::Closed => Box::new(iter::empty()),
            // Each from its number and not from the one before: errors of rounding do not add up.
            Arrivals::Constant { per_second } => {
                Box::new((0u32..).map(move |nth| f64::from(nth) / per_second))
            }
            Arrivals::Poisson { per_second, seed } => {
                let mut random = fastrand::Rng::with_seed(seed);
                // Between arrivals that know nothing of each other lie exponential gaps.
                let gaps = iter::repeat_with(move || -(1.0 - random.f64()).ln() / per_second);
                Box::new(gaps.scan(0.0, |at, gap| {
                    *at += gap;
                    Some(*at)
                }))
            }
        }
    }
}

// ANCHOR: what-is-to-be-done
/// What is to be done at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// nothing is due for so many microseconds
    Wait(u64),
    /// so many requests are due
    Send(usize),
    /// all were sent
    Done,
}

/// What is to be done `elapsed` microseconds after the run's start, when `sent` of
/// the requests that are due at the moments `due` (in order) were sent. How the
/// earlier ones fared is nowhere in it: that is what makes the loop open.
pub fn pace(due: &[u64], elapsed: u64, sent: usize) -> Pace {
    let left = &due[sent.min(due.len())..];
    match (left.first(), left.partition_point(|&at| at <= elapsed)) {
        (None, _) => Pace::Done,
        (Some(next), 0) => Pace::Wait(next - elapsed),
        (Some(_), n) => Pace::Send(n),
    }
}
// ANCHOR_END: what-is-to-be-done
