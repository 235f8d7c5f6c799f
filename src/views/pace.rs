//! What a generator did to its own numbers: it was late, or it left somebody out. Pure: a run goes
//! in, sentences come out.

use crate::record::{Run, Value};
use crate::views::quantity::Quantity;
use crate::views::summary::Requests;

/// A generator that is later than this, in microseconds, for one request in a hundred did not keep
/// the pace, and says so. A thread that sleeps oversleeps by less on an idle machine: the
/// `late-p99` of chapter 5's recorded runs.
const LATE: f64 = 1_000.0;

/// Where it is less, but more than this share of what one request in a hundred took at least, the
/// generator measured itself with the server.
const OF_LATENCY: f64 = 0.1;

/// What a reader must know of the generator before believing the run's latencies: nothing, where
/// an open loop kept its pace and nobody was left standing in the warm-up.
pub fn notes(run: &Run) -> Vec<String> {
    let case = &run.header.case;
    let number = |name: &str| match run.fact(name).map(|fact| &fact.value) {
        Some(Value::Number(value)) => *value,
        _ => 0.0,
    };
    let mut notes = Vec::new();
    let (late, latency) = (number("late-p99"), Requests::of(run).latency());
    if late <= LATE && latency.p99.is_some_and(|p99| late > OF_LATENCY * p99 as f64) {
        let (late, p99) = (Quantity::Micros(late), latency.p99.unwrap_or_default() as f64);
        notes.push(format!(
            "{case}: the generator sent one request in a hundred {late} or more after it was due; that is a good part of a p99 of {}, and none of it is the server's",
            Quantity::Micros(p99)
        ));
    }
    if late > LATE {
        let late = Quantity::Micros(late);
        notes.push(format!(
            "{case}: the generator was late itself: it sent one request in a hundred {late} or more after it was due, and these latencies hold that too"
        ));
    }
    let waited = number("lanes-exhausted");
    if waited > 0.0 {
        let (waited, lanes) = (Quantity::Count(waited), run.header.load.concurrency);
        notes.push(format!(
            "{case}: {waited} requests found all {lanes} lanes taken and waited in the generator: their latency counts from when they were due, but the server was never asked more than {lanes} at once"
        ));
    }
    let outlasted = number("warm-up-longest");
    let warm_up = run.header.load.warm_up_us.unwrap_or(0) as f64;
    let longest = latency.max.map_or(f64::INFINITY, |us| us as f64);
    if outlasted > warm_up && outlasted > 2.0 * longest {
        let outlasted = Quantity::Micros(outlasted);
        notes.push(format!(
            "{case}: somebody who asked in the warm-up was answered only after {outlasted}, and is in no latency here"
        ));
    }
    notes
}
