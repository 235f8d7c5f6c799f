//! The `run` line: what was run, under which load, where and when.

use serde::{Deserialize, Serialize};

/// The `run` line: everything a stranger needs in order to repeat the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Header {
    /// [`crate::record::VERSION`]
    pub version: u32,
    /// `chap1`
    pub chapter: String,
    /// `ten`, or `custom` for one made up on the command line
    pub experiment: String,
    /// the server: `rouille-1`
    pub case: String,
    /// 1 for the first of `repeats`
    pub repeat: u32,
    /// how often this was run in a row; a number in the book is the median of them all
    pub repeats: u32,
    /// how long each handler waits, in microseconds
    pub delay_us: u64,
    /// the load that was asked for
    pub load: LoadSettings,
    /// where it ran
    pub machine: Machine,
    /// RFC 3339, UTC
    pub date: String,
    /// the command that made this run
    pub command: String,
    /// [`crate::record::COLUMNS`]
    pub columns: Vec<String>,
}

/// What makes a request due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// a lane asks again when it was answered
    Closed,
    /// at equal distances, whatever became of the requests before
    OpenConstant,
    /// at random moments, whatever became of the requests before
    OpenPoisson,
    /// the chapter asked, and no load was sent
    ByHand,
}

/// The load that was asked for. What came of it is in the samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LoadSettings {
    pub mode: Mode,
    /// the program that sent it, where it was not the kit's own generator: it keeps no samples, and
    /// what it reports are facts
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// 0 where the load lasted for a time, or where there was none
    pub requests: u32,
    /// for how long requests became due, after the warm-up, in microseconds
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_us: Option<u64>,
    /// requests due before, in microseconds from the run's start, were sent, and are in no sample
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_up_us: Option<u64>,
    /// lanes: requests that may be under way at once
    pub concurrency: u32,
    /// over which the lanes are opened, one after another, in microseconds
    pub ramp_us: u64,
    /// after which a request is given up, in microseconds
    pub timeout_us: u64,
    /// whether a lane keeps its connection for its next request
    pub keep_alive: bool,
    /// of an open loop
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_per_second: Option<f64>,
    /// of random arrivals: the same seed gives the same moments
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// what each request was, where it was no plain GET whose client waits for the whole answer
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<AskSettings>,
    /// what was asked meanwhile, on the lanes after the load's own; left out where nothing was
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<ProbeSettings>,
}

/// A request, and its client's manners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AskSettings {
    /// `POST`
    pub method: String,
    /// whether the answer was read as server-sent events, the moment of each kept
    pub streamed: bool,
    /// a client had enough so long after it was taken up, in microseconds
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hang_up_us: Option<u64>,
    /// a client had enough after so many events
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hang_up_events: Option<u32>,
    /// the most that a slow reader took
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_per_second: Option<u32>,
}

/// Requests of another kind, sent beside the load, one every so often whatever became of the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ProbeSettings {
    /// `/health`
    pub path: String,
    /// how many
    pub requests: u32,
    /// from one to the next, in microseconds
    pub every_us: u64,
    /// as of the load
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<AskSettings>,
}

impl LoadSettings {
    /// Of a run that sent no load: the chapter asked by its own hand.
    pub fn by_hand() -> Self {
        LoadSettings {
            mode: Mode::ByHand,
            by: None,
            requests: 0,
            duration_us: None,
            warm_up_us: None,
            concurrency: 0,
            ramp_us: 0,
            timeout_us: 0,
            keep_alive: false,
            rate_per_second: None,
            seed: None,
            ask: None,
            probe: None,
        }
    }
}

/// The machine and the build behind the numbers. `null` where it could not be learned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Machine {
    /// `linux`
    pub os: String,
    /// `x86_64`
    pub arch: String,
    /// its version alone
    pub kernel: Option<String>,
    /// as its maker calls it
    pub cpu: Option<String>,
    /// as many as this program may use at once
    pub cores: u32,
    /// all of the machine's
    pub memory_bytes: Option<u64>,
    /// `release` or `debug`
    pub build: String,
    /// what the compiler says to `--version`
    pub rustc: String,
}
