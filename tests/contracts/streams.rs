//! Streams in the record, and what they come to.

use while_you_wait::record::histogram::Tally;
use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::{Chunks, Run, read};
use while_you_wait::views::metrics;
use while_you_wait::views::quantity::Quantity;
use while_you_wait::views::timeline::{RequestState, lanes};

use crate::contracts::record::written;

const GOLDEN: &str = include_str!("golden-streams.jsonl");

fn golden() -> Run {
    read(GOLDEN).expect("the golden record reads").remove(0)
}

fn micros(run: &Run, metric: &str) -> Option<f64> {
    metrics::of(run, metric).unwrap_or_else(|why| panic!("{why}")).value()
}

#[test]
fn golden_streams_are_written_to_the_letter() {
    assert_eq!(written(&golden()), GOLDEN);
    let chunks = Chunks { lane: 1, due: 0, at: vec![1300, 2100] };
    assert_eq!(golden().chunks[1], chunks);
}

/// The line that refuses, and a few words of why.
fn refused(from: &str, to: &str) -> (Option<usize>, String) {
    assert!(GOLDEN.contains(from), "{from}");
    let bad = read(&GOLDEN.replacen(from, to, 1)).expect_err("it is broken");
    (bad.line, bad.why)
}

#[test]
fn broken_chunks_are_refused_with_their_line() {
    for (from, to, line, why) in [
        ("\"at\":[1300,2100]", "\"at\":[]", 5, "no moment"),
        ("\"at\":[1300,2100]", "\"at\":[2100,1300]", 5, "not in order"),
        ("\"at\":[1300,2100]", "\"at\":[1009,2100]", 5, "not between"),
        ("\"at\":[1300,2100]", "\"at\":[1300,2201]", 5, "not between"),
        ("\"connection\":1,\"due\":0,", "\"connection\":1,\"due\":7,", 5, "follow no sample"),
        ("\"connection\":1,\"due\":0,", "\"connection\":2,\"due\":0,", 5, "follow no sample"),
        (
            "\"connection\":1,\"due\":0,\"at\":[1300,2100]",
            "\"connection\":0,\"due\":0,\"at\":[1300,1400]",
            5,
            "chunks already",
        ),
        ("[1,0,110,130,1010,2200", "[1,0,110,130,null,2200", 5, "without an answer"),
        ("\"streamed\":true", "\"streamed\":false", 3, "asked for no stream"),
        ("\"at\":[1300,2100]", "\"at\":[1300,2100],\"of\":1", 5, "not a line of a record"),
    ] {
        let (at, said) = refused(from, to);
        assert_eq!(at, Some(line), "{to}: {said}");
        assert!(said.contains(why), "{to}: {said}");
    }
    let first = GOLDEN.lines().nth(2).expect("a line of chunks");
    assert_eq!(read(first).expect_err("it is alone").line, Some(1), "chunks belong to a run");
}

/// As its reader would: minutes of measuring are not thrown away when they are read first.
#[test]
fn broken_chunks_are_refused_by_the_recorder_too() {
    assert_eq!(golden().check(), Ok(()));
    let refused = |change: &dyn Fn(&mut Run), why: &str| {
        let mut run = golden();
        change(&mut run);
        let said = run.check().expect_err(why);
        assert!(said.contains(why), "{why}: {said}");
        // It is the same to whoever reads it, but for the line.
        if !run.chunks.iter().any(|one| one.due == 7) {
            assert_eq!(read(&written(&run)).expect_err(why).why, said);
        }
    };
    refused(&|run| run.chunks[1].at.clear(), "no moment");
    refused(&|run| run.chunks[1].at.reverse(), "not in order");
    refused(&|run| run.chunks[1].at[0] = 1009, "not between");
    refused(&|run| run.chunks[1].at[1] = 2201, "not between");
    refused(&|run| run.chunks[1].due = 7, "follow no sample");
    refused(&|run| run.samples[1].first_byte = None, "without an answer");
    refused(&|run| run.header.load.ask = None, "asked for no stream");
    let mut twice = golden();
    twice.chunks.push(twice.chunks[1].clone());
    assert!(twice.check().expect_err("twice").contains("chunks already"));
    // Of a request that the end found under way, nothing but the end bounds them.
    refused(
        &|run| {
            run.samples[1].done = None;
            run.samples[1].outcome = Outcome::Unfinished;
            run.chunks[1].at[1] = 3_301;
        },
        "this run ended at 3300, and a stream tells of 3301",
    );
}

#[test]
fn streams_come_to_what_a_hand_computes() {
    let run = golden();
    for (metric, us) in [
        ("events", Some(5.0)),
        // 1100 and 1300; the third failed before it had one; the fourth, too.
        ("first-event-min", Some(1100.0)),
        ("first-event-p50", Some(1300.0)),
        ("first-event-p90", None),
        ("first-event-mean", None),
        // 300, 500, 800.
        ("gap-min", Some(300.0)),
        ("gap-p50", Some(500.0)),
        ("gap-mean", Some(533.0)),
        ("gap-max", Some(800.0)),
        ("events-per-second", Some(5.0 / 3100e-6)),
    ] {
        assert_eq!(micros(&run, metric), us, "{metric}");
    }
}

#[test]
fn who_hung_up_did_not_fail_and_is_in_no_latency() {
    let run = golden();
    let count = |metric| micros(&run, metric);
    assert_eq!(count("requests"), Some(4.0));
    assert_eq!((count("hung-up"), count("ok"), count("failed")), (Some(1.0), Some(1.0), Some(2.0)));
    // Of three that wanted an answer one had it, after 2200.
    assert_eq!((micros(&run, "min"), micros(&run, "p50")), (Some(2200.0), None));
}

#[test]
fn how_long_a_fate_took_has_a_name() {
    let run = golden();
    assert_eq!(micros(&run, "status-503-p50"), Some(200.0));
    assert_eq!(micros(&run, "hung-up-max"), Some(1900.0));
    assert_eq!(micros(&run, "cut-short-mean"), Some(1100.0));
    assert_eq!(micros(&run, "ok-p99"), Some(2200.0));
    assert_eq!(metrics::of(&run, "refused-p50"), Ok(Quantity::Absent), "nobody met it");
    assert!(metrics::of(&run, "refused-p55").is_err());
    assert!(metrics::known("status-503-p99", &[]).is_ok());
    assert!(metrics::known("status-x-p99", &[]).is_err());
}

#[test]
fn a_histogram_of_streams_agrees_with_their_samples() {
    let run = golden();
    let tallied = tallied(&run);
    let read_back = read(&written(&tallied)).expect("it reads").remove(0);
    assert_eq!(read_back, tallied);
    for metric in [
        "events",
        "first-event-min",
        "first-event-p50",
        "first-event-p99",
        "gap-min",
        "gap-p50",
        "gap-max",
        "failed",
        "hung-up",
        "p50",
        "min",
    ] {
        let (exact, near) = (micros(&run, metric), micros(&read_back, metric));
        let agree = exact.zip(near).is_none_or(|(a, b)| (a - b).abs() <= a / 1000.0);
        assert!(exact.is_some() == near.is_some() && agree, "{metric}: {exact:?}, {near:?}");
    }
}

/// Counted, as it is when there are very many.
fn tallied(run: &Run) -> Run {
    let mut tally = Tally::default();
    for sample in run.samples.iter().filter(|sample| !run.is_probe(sample)) {
        let of = |c: &&Chunks| (c.lane, c.due) == (sample.lane, sample.due);
        let events = run.chunks.iter().find(of).map_or(&[][..], |chunks| &chunks.at);
        tally.add(sample, events);
    }
    let histogram = Some(tally.finish(run.end.at));
    let samples = run.samples.iter().filter(|sample| run.is_probe(sample)).cloned().collect();
    Run { samples, chunks: vec![], histogram, ..run.clone() }
}

/// A failure after its first event had one, and is not counted among those without as well.
#[test]
fn a_stream_that_failed_late_had_its_first_event() {
    let mut run = golden();
    // Cut short after two events: three streams have a first event, and one failed before it.
    run.chunks.push(Chunks { lane: 0, due: 2000, at: vec![3050, 3060] });
    let counted = tallied(&run);
    assert_eq!(read(&written(&counted)).expect("it reads"), std::slice::from_ref(&counted));
    for run in [&run, &counted] {
        // Of four: 1050, 1100, 1300, and none.
        assert_eq!(micros(run, "first-event-p50").map(f64::round), Some(1100.0));
        assert_eq!(micros(run, "first-event-p99"), None);
    }
    // Where all that failed did so late, the longest is known.
    run.samples.pop();
    run.header.load.requests = 3;
    for run in [&run, &tallied(&run)] {
        assert_eq!(micros(run, "first-event-max").map(f64::round), Some(1300.0));
    }
}

#[test]
fn a_histogram_of_streams_that_cannot_be_is_refused() {
    let text = written(&tallied(&golden()));
    assert!(text.contains("\"without-event\":2"), "{text}");
    for (from, to, why) in [
        ("\"without-event\":2", "\"without-event\":3", "are not of its 4 requests"),
        ("\"cut-short\":1,", "", "2 first events and 2 failures before one are not of its 3"),
        (",\"without-event\":2", "", "stand together"),
        ("\"streamed\":true", "\"streamed\":false", "counts events, and no request"),
        ("{\"ok\":1,", "{\"ok\":1,\"ok\":1,", "the outcome ok stands twice"),
    ] {
        assert!(text.contains(from), "{from}: {text}");
        let said = read(&text.replacen(from, to, 1)).expect_err(why).why;
        assert!(said.contains(why), "{to}: {said}");
    }
}

#[test]
fn a_plain_run_has_no_streams() {
    let run = crate::contracts::golden();
    for metric in ["events", "first-event-p50", "gap-p99", "events-per-second"] {
        assert_eq!(metrics::of(&run, metric), Ok(Quantity::Absent), "{metric}");
    }
}

#[test]
fn a_client_of_a_stream_waits_for_its_first_event() {
    let of = |lane: usize| -> Vec<(u64, u64, RequestState)> {
        lanes(&golden())[lane].spans.iter().map(|s| (s.from, s.to, s.doing)).collect()
    };
    use RequestState::{Connecting, Failed, Receiving, Silent};
    let second = (2050, 3100, Failed(Outcome::CutShort));
    assert_eq!(
        of(0),
        [
            (0, 100, Connecting),
            (100, 1100, Silent),
            (1100, 1900, Receiving),
            (2000, 2050, Connecting),
            second
        ]
    );
    assert_eq!(of(1)[..3], [(0, 110, Connecting), (110, 1300, Silent), (1300, 2200, Receiving)]);
}

#[test]
fn what_a_server_computed_is_shared_among_the_events() {
    let known = GOLDEN.replacen("\"model-cpu\"", "\"cpu\"", 1);
    let run = read(&known).expect("it reads").remove(0);
    assert_eq!(micros(&run, "cpu-per-event"), Some(1500.0 / 5.0));
    assert_eq!(micros(&golden(), "cpu-per-event"), None, "nobody looked");
    // What warmed up had events as well, and they are in no record.
    let fact = r#"{"kind":"fact","name":"warm-up-requests","value":1.0,"unit":"count"}"#;
    let warmed = known.replacen("{\"kind\":\"fact\"", &format!("{fact}\n{{\"kind\":\"fact\""), 1);
    let run = read(&warmed).expect("it reads").remove(0);
    assert_eq!(micros(&run, "cpu-per-event"), None);
}
