//! The `histogram` line: what is written of a histogram, and read back where it does not lie.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::ZlibDecoder;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::{DIGITS, Histogram, Streams};
use crate::record::Outcome;

/// The `histogram` line as it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct HistogramLine {
    #[serde(deserialize_with = "each_once")]
    outcomes: BTreeMap<Outcome, u64>,
    /// in microseconds from the run's start, as the next
    first_due: u64,
    last_done: u64,
    /// the latencies in microseconds of the requests answered `ok`: an HDR histogram of three
    /// significant digits, in its own V2 encoding, compressed, in base64
    latency: String,
    /// as `latency`: from due to the first event of each stream, where there were streams
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_event: Option<String>,
    /// as `latency`: between an event and the next of the same stream
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gap: Option<String>,
    /// requests that failed before their first event, where there were streams
    #[serde(default, skip_serializing_if = "Option::is_none")]
    without_event: Option<u64>,
}

/// Outcomes with their counts. A name that stands twice is refused: of two numbers one would be lost.
fn each_once<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<Outcome, u64>, D::Error> {
    struct Counts;

    impl<'de> Visitor<'de> for Counts {
        type Value = BTreeMap<Outcome, u64>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("outcomes and how many requests met each")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut counts = BTreeMap::new();
            while let Some((outcome, n)) = map.next_entry::<Outcome, u64>()? {
                if counts.insert(outcome, n).is_some() {
                    return Err(A::Error::custom(format!("the outcome {outcome} stands twice")));
                }
            }
            Ok(counts)
        }
    }

    deserializer.deserialize_map(Counts)
}

impl From<Histogram> for HistogramLine {
    fn from(histogram: Histogram) -> Self {
        let Histogram { outcomes, first_due, last_done, answered, streams } = histogram;
        HistogramLine {
            outcomes,
            first_due,
            last_done,
            latency: text(&answered),
            first_event: streams.as_ref().map(|streams| text(&streams.first)),
            gap: streams.as_ref().map(|streams| text(&streams.gaps)),
            without_event: streams.as_ref().map(|streams| streams.without),
        }
    }
}

fn text(histogram: &hdrhistogram::Histogram<u64>) -> String {
    let mut bytes = Vec::new();
    V2DeflateSerializer::new().serialize(histogram, &mut bytes).expect("memory takes every byte");
    BASE64_STANDARD.encode(bytes)
}

impl TryFrom<HistogramLine> for Histogram {
    type Error = String;

    fn try_from(line: HistogramLine) -> Result<Self, String> {
        let broken = |why: String| format!("this histogram cannot be read: {why}");
        let answered = durations(&line.latency).map_err(broken)?;
        let streams = match (&line.first_event, &line.gap, line.without_event) {
            (Some(first), Some(gap), Some(without)) => Some(Streams {
                first: durations(first).map_err(broken)?,
                gaps: durations(gap).map_err(broken)?,
                without,
            }),
            (None, None, None) => None,
            _ => return Err(broken("first-event, gap and without-event stand together".into())),
        };
        let HistogramLine { outcomes, first_due, last_done, .. } = line;
        let all = outcomes.values().try_fold(0u64, |sum, n| sum.checked_add(*n));
        if all.is_none_or(|all| all > MOST_REQUESTS) {
            return Err(broken(format!("it counts more than {MOST_REQUESTS} requests")));
        }
        let ok = outcomes.get(&Outcome::Ok).copied().unwrap_or(0);
        if answered.len() != ok {
            return Err(broken(format!("it holds {} of {ok} answers", answered.len())));
        }
        let all = all.expect("looked at just above");
        let failed = outcomes.iter().filter(|(outcome, _)| outcome.is_failure());
        let failed: u64 = failed.map(|(_, n)| n).sum();
        if let Some(Streams { first, without, .. }) = &streams
            && (*without > failed || first.len() > all - without)
        {
            return Err(broken(format!(
                "{} first events and {without} failures before one are not of its {all} requests",
                first.len()
            )));
        }
        if first_due > last_done {
            return Err(broken(format!("it begins at {first_due} and is over at {last_done}")));
        }
        let (longest, total) = (answered.lowest_equivalent(answered.max()), last_done - first_due);
        if longest > total {
            return Err(broken(format!("a latency of {longest} µs does not fit in its {total}")));
        }
        Ok(Histogram { outcomes, first_due, last_done, answered, streams })
    }
}

/// More than this no run sends, and every computer can add them up exactly.
const MOST_REQUESTS: u64 = 1_000_000_000_000;

/// A cookie and a length, before what is compressed; and what is written before the counts in it.
const OUTER: usize = 8;
const INNER: usize = 40;

/// Three digits of all numbers up to 2^64 are not more counts than this, each of at most nine bytes.
const MOST_BYTES: u64 = INNER as u64 + 9 * 56_320;

/// A histogram out of its text. What it says of its own size is believed only where
/// that many bytes are there: a few bytes could else take all memory.
fn durations(text: &str) -> Result<hdrhistogram::Histogram<u64>, String> {
    let bytes = BASE64_STANDARD.decode(text).map_err(|why| why.to_string())?;
    let compressed = bytes.get(OUTER..).ok_or("it is too short")?;
    let mut inner = Vec::new();
    let unpacked = ZlibDecoder::new(compressed).take(MOST_BYTES + 1).read_to_end(&mut inner);
    unpacked.map_err(|why| why.to_string())?;
    let number = |at: usize| Some(u32::from_be_bytes(inner.get(at..at + 4)?.try_into().ok()?));
    let (held, said) = (inner.len().checked_sub(INNER), number(4).map(|said| said as usize));
    if held.is_none() || held != said || inner.len() as u64 > MOST_BYTES {
        return Err("its counts are not as many as it says".into());
    }
    if number(12) != Some(u32::from(DIGITS)) {
        return Err(format!("it does not keep {DIGITS} digits"));
    }
    // The least number there is, which stands for so many noughts; its reader would turn it around.
    if inner[INNER..].windows(9).any(|bytes| bytes == [0xff; 9]) {
        return Err("a count in it is no number".into());
    }
    Deserializer::new().deserialize(&mut inner.as_slice()).map_err(|why| why.to_string())
}
