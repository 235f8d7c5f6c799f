//! What happened in a run of requests, told to who cannot see the figure: not that there are bars, but
//! who was answered when, and who queued for how long.

use while_you_wait::record::{Outcome, Run, Sample};
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::timeline::{RequestState, are_of_streams, lanes};

use crate::words::figure as words;

/// More waves than this, or more requests of a kind, and only the first and the last are told.
const MOST: usize = 8;
/// Answers further apart than this share of the run are two waves, and queueing shorter than this
/// is not worth a word.
const APART: u64 = 20;

/// Two sentences, or none where nobody was answered.
pub fn answers(run: &Run) -> Vec<String> {
    let mut done: Vec<u64> = run
        .samples
        .iter()
        .filter(|sample| !run.is_probe(sample) && sample.outcome == Outcome::Ok)
        .filter_map(|sample| sample.done)
        .collect();
    done.sort_unstable();
    let waves: Vec<&[u64]> = done.chunk_by(|one, next| next - one <= run.end.at / APART).collect();
    let last = |wave: &[u64]| micros(*wave.last().expect("a wave has an answer"));
    let told = match waves.as_slice() {
        [] => return Vec::new(),
        all if all.len() > MOST => {
            words::first_and_last(&micros(done[0]), &micros(done[done.len() - 1]))
        }
        all => {
            let each = all.iter().map(|wave| (wave.len(), last(wave)));
            words::in_waves(&each.collect::<Vec<_>>())
        }
    };
    vec![told, waited(run)]
}

/// Who queued, at the door and behind it; or, of streams, had no word, where nobody told why.
fn waited(run: &Run) -> String {
    let lanes = lanes(run);
    let (doing, none, told): (&[_], _, fn(usize, &str) -> String) = match are_of_streams(&lanes) {
        true => (&[RequestState::Silent], words::NONE_SILENT, words::silent),
        false => {
            (&[RequestState::Connecting, RequestState::Waiting], words::NONE_QUEUED, words::queued)
        }
    };
    let mut waits = vec![0; run.samples.len()];
    for span in lanes.iter().flat_map(|lane| &lane.spans) {
        let sample = &run.samples[span.sample];
        let is_ours = !sample.outcome.is_failure() && !run.is_probe(sample);
        if is_ours && doing.contains(&span.doing) {
            waits[span.sample] += span.to - span.from;
        }
    }
    waits.retain(|long| *long > run.end.at / APART);
    match waits.iter().max() {
        None => none.into(),
        Some(longest) => told(waits.len(), &micros(*longest)),
    }
}

/// How long each request beside the load took, where they are few.
pub fn probes(run: &Run) -> Option<String> {
    let probes: Vec<&Sample> = run.samples.iter().filter(|sample| run.is_probe(sample)).collect();
    if probes.len() < 2 || probes.len() > MOST * 2 {
        return None;
    }
    let each = probes.iter().map(|probe| match probe.done {
        Some(done) => micros(done - probe.due),
        None => words::NO_ANSWER.into(),
    });
    Some(words::one_after_the_other(&each.collect::<Vec<_>>()))
}

fn micros(us: u64) -> String {
    Quantity::Micros(us as f64).to_string()
}
