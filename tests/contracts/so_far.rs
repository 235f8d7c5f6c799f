//! A record that is looked at while it is written: what there is of it by then, and no less strict.

use proptest::prelude::*;
use while_you_wait::record::{Reader, Run, read};
use while_you_wait::views::names::{Runs, series_of};

use crate::contracts::record::{fitting, samples, written};
use crate::contracts::{GOLDEN, golden};

/// After each of its lines.
fn so_far(text: &str) -> Vec<Vec<Run>> {
    let mut reader = Reader::default();
    let after = |line| {
        reader.push(line).expect("a whole record");
        assert_eq!(reader.so_far().len(), reader.finished() + reader.unfinished().iter().count());
        reader.so_far()
    };
    text.lines().map(after).collect()
}

#[test]
fn each_line_is_seen_when_it_has_come() {
    let whole = golden();
    let seen = so_far(GOLDEN);
    assert_eq!(seen.last(), Some(&vec![whole.clone()]));
    let requests: Vec<usize> = seen.iter().map(|runs| runs[0].samples.len()).collect();
    assert_eq!(requests[0], 0, "a run that has only begun");
    assert!(requests.is_sorted() && requests.contains(&1), "{requests:?}");
    for runs in &seen {
        let run = &runs[0];
        assert_eq!(run.header, whole.header);
        assert_eq!(run.samples[..], whole.samples[..run.samples.len()]);
        let last = run.samples.iter().filter_map(|sample| sample.done).max().unwrap_or(0);
        assert!(last <= run.end.at && run.end.at <= whole.end.at, "{}", run.end.at);
    }
}

#[test]
fn a_cut_record_is_refused_by_the_one_and_by_the_other_on_the_same_line() {
    let lines: Vec<&str> = GOLDEN.lines().collect();
    for length in 0..lines.len() {
        let mut reader = Reader::default();
        lines[..length].iter().for_each(|line| reader.push(line).expect("it fits so far"));
        assert_eq!(reader.finish(), read(&lines[..length].join("\n")), "after {length} lines");
    }
}

#[test]
fn a_line_that_does_not_fit_is_refused_and_what_came_before_stays() {
    let mut reader = Reader::default();
    reader.push(GOLDEN.lines().next().expect("it has lines")).expect("a run begins");
    let before = reader.so_far();
    for bad in ["what?", "[1,2]", r#"{"kind":"rumour"}"#, r#"{"kind":"end","at":1,"more":2}"#] {
        assert!(reader.push(bad).is_err(), "{bad}");
        assert_eq!(reader.so_far(), before, "{bad}");
    }
}

/// Some of the repeats are a series while more may come, and none when all is said.
#[test]
fn repeats_may_be_missing_only_while_more_may_come() {
    let mut run = golden();
    run.header.repeats = 3;
    let series = series_of(&run);
    assert_eq!(Runs::so_far(vec![run.clone()]).series(&series).map(|found| found.len()), Ok(1));
    assert!(Runs::from(vec![run]).series(&series).is_err());
}

proptest! {
    #[test]
    fn line_by_line_comes_to_the_same(samples in proptest::collection::vec(samples(), 0..40)) {
        let text = written(&fitting(samples));
        let mut reader = Reader::default();
        for line in text.lines() {
            reader.push(line).unwrap();
        }
        prop_assert_eq!(reader.finish(), read(&text));
    }
}
