//! A record that does not add up is refused with the line that tells of it; one that does is read.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;
use while_you_wait::record::{COMPUTED, LONGEST, ProbeSettings, Run, Sample, read, read_file};
use while_you_wait::views::metrics::{METRICS, Source};

use crate::contracts::record::written;
use crate::contracts::{GOLDEN, golden};

/// What the golden record is refused for when a part of it was changed, with the line.
fn damaged(from: &str, to: &str) -> (usize, String) {
    assert!(GOLDEN.contains(from), "the golden record does not hold {from:?}");
    refused(&GOLDEN.replacen(from, to, 1))
}

fn refused(text: &str) -> (usize, String) {
    let bad = read(text).expect_err("it does not add up");
    (bad.line.expect("it has a line"), bad.why)
}

#[track_caller]
fn says(found: (usize, String), line: usize, part: &str) {
    assert!(found.0 == line && found.1.contains(part), "{found:?}, not line {line}: {part}");
}

const SECOND: &str = "[1,0,110,130,2140,2160,1000,\"1\",\"ok\"]\n";
const PEAK: &str =
    "{\"kind\":\"fact\",\"name\":\"threads-peak\",\"value\":3.0,\"unit\":\"threads\"}\n";

#[test]
fn a_request_is_there_and_once() {
    says(damaged(SECOND, ""), 10, "was to send 4 requests, and holds 3");
    says(damaged(SECOND, &SECOND.repeat(2)), 12, "was to send 4 requests, and holds 5");
    // One instead of another: as many as there were to be.
    let other = "[0,0,100,120,1130,1150,1000,\"1\",\"ok\"]\n";
    says(damaged(other, SECOND), 11, "connection 1 that was due at 0 stands twice");
}

/// Also of the probes beside a load.
#[test]
fn a_probe_is_there_and_once() {
    let mut run = golden();
    run.header.load.requests = 3;
    run.header.load.probe =
        Some(ProbeSettings { path: "/".into(), requests: 1, every_us: 10, ask: None });
    run.samples[3].lane = 2;
    assert_eq!(read(&written(&run)).unwrap(), [run.clone()]);
    says(refused(&written(&run).replacen("[2,2160", "[1,2160", 1)), 11, "3 requests, and holds 4");
    run.header.load.requests = 2;
    run.header.load.probe =
        Some(ProbeSettings { path: "/".into(), requests: 2, every_us: 10, ask: None });
    run.samples[2].lane = 2;
    says(refused(&written(&run)), 11, "connection 2");
}

#[test]
fn time_runs_forwards_and_not_past_the_end() {
    for (from, to) in [
        ("[0,0,100,", "[0,101,100,"),
        ("100,120,", "121,120,"),
        ("120,1130,", "1131,1130,"),
        ("1130,1150,", "1151,1150,"),
    ] {
        says(damaged(from, to), 2, "its time runs backwards: ");
    }
    // Also where something in between did not happen.
    says(damaged("null,1170,null,1900", "null,1901,null,1900"), 4, "done is 1900, and sent 1901");
    says(damaged("\"at\":3300", "\"at\":3199"), 11, "ended at 3199, and a request tells of 3200");
    says(damaged("\"at\":130,", "\"at\":3301,"), 11, "ended at 3300, and an event tells of 3301");
    says(damaged("1900,null,null,\"reset\"", "null,null,null,\"reset\""), 4, "(reset)");
    assert!(read(&GOLDEN.replacen("\"at\":3300", "\"at\":3200", 1)).is_ok());
}

#[test]
fn no_time_is_absurd() {
    for (from, line) in [
        ("\"at\":3300", 11),
        ("\"delay-us\":1000", 1),
        ("\"ramp-us\":0", 1),
        ("\"timeout-us\":60000000", 1),
    ] {
        let (name, _) = from.split_once(':').unwrap();
        for us in [LONGEST + 1, u64::MAX] {
            says(damaged(from, &format!("{name}:{us}")), line, "no run lasts longer than");
        }
    }
    says(damaged("3200,1000,", "3200,18446744073709551615,"), 5, "handler is 18446744073709551615");
    says(damaged("3190,3200,", "3190,18446744073709551615,"), 5, "done is 18446744073709551615");
}

#[test]
fn a_lane_and_a_repeat_are_among_those_that_there_are() {
    says(damaged("[1,2160,", "[2,2160,"), 5, "its connection is 2, and this run has 2");
    says(damaged("\"repeat\":1", "\"repeat\":2"), 1, "this is repeat 2 of 1");
    says(damaged("\"repeat\":1", "\"repeat\":0"), 1, "this is repeat 0 of 1");
    says(damaged("\"repeats\":1", "\"repeats\":2"), 1, "run 2 times and its record holds 1");
    says(refused(&GOLDEN.repeat(2)), 12, "chap1.ten.axum, repeat 1, stands twice");
    let twice = GOLDEN.replace("\"repeats\":1", "\"repeats\":2");
    let second = twice.replace("\"repeat\":1", "\"repeat\":2");
    assert_eq!(read(&(twice.clone() + &second)).unwrap().len(), 2);
    let three = second.replace("\"repeats\":2", "\"repeats\":3");
    says(refused(&(twice + &three)), 12, "is run 3 times here, and 2 before");
}

#[test]
fn the_places_of_a_sample_are_those_that_are_read() {
    says(damaged("\"due\",\"connected\"", "\"connected\",\"due\""), 1, "record it again");
    says(damaged(",\"outcome\"]", "]"), 1, "record it again");
}

#[test]
fn what_was_due_in_the_warm_up_or_when_the_load_was_over_is_no_sample() {
    let requests = "\"requests\":4,";
    let time = |time: &str| GOLDEN.replacen(requests, &format!("\"requests\":0,{time},"), 1);
    assert!(read(&time("\"duration-us\":2161")).is_ok());
    says(refused(&time("\"duration-us\":2160")), 5, "due at 2160, when the load was over");
    let warm_up = GOLDEN.replacen(requests, "\"requests\":4,\"warm-up-us\":1,", 1);
    says(refused(&warm_up), 2, "due at 0, while the server warmed up");
    let both = GOLDEN.replacen(requests, "\"requests\":4,\"duration-us\":5000,", 1);
    says(refused(&both), 1, "by requests and by time");
}

#[test]
fn names_are_names() {
    says(damaged("\"case\":\"axum\"", "\"case\":\"../axum\""), 1, "\"../axum\" is no name");
    says(damaged("\"experiment\":\"ten\"", "\"experiment\":\"\""), 1, "\"\" is no name");
    says(damaged("threads-peak", "Threads"), 8, "\"Threads\" is no name of a fact");
}

#[test]
fn a_fact_is_told_once_and_is_none_that_is_computed() {
    says(damaged(PEAK, &PEAK.repeat(2)), 12, "the fact threads-peak stands twice");
    for name in COMPUTED.iter().copied().chain(["ok", "timed-out", "status-503"]) {
        let found = damaged("\"threads-peak\"", &format!("{name:?}"));
        says(found, 8, "is computed from the requests, and can be no fact");
    }
    // The views compute these and no others.
    let computes = |source| matches!(source, Source::Requests(_) | Source::Derived(_));
    let table = METRICS.iter().filter(|metric| computes(metric.source)).map(|metric| metric.name);
    assert_eq!(table.collect::<Vec<_>>(), COMPUTED);
}

#[test]
fn a_facts_number_is_one_that_can_be_shown() {
    for absurd in ["5e-324", "1e308", "-1.0", "-1e-300", "1e19", "9e-10"] {
        says(
            damaged("\"value\":3.0", &format!("\"value\":{absurd}")),
            8,
            "a fact's number is 0 or",
        );
    }
    says(damaged("\"value\":3.0", "\"value\":1e400"), 8, "out of range");
    for fine in ["0", "-0.0", "1e-9", "1e18", "null", "\"three\""] {
        assert!(read(&GOLDEN.replace("\"value\":3.0", &format!("\"value\":{fine}"))).is_ok());
    }
}

#[test]
fn a_rate_is_a_rate() {
    let rate = |rate: &str| format!("\"keep-alive\":true,\"rate-per-second\":{rate}}}");
    for absurd in ["0.0", "-5.0", "1e308"] {
        says(damaged("\"keep-alive\":true}", &rate(absurd)), 1, "is no rate");
    }
    assert!(read(&GOLDEN.replacen("\"keep-alive\":true}", &rate("5e-324"), 1)).is_ok());
}

#[test]
fn what_another_sent_holds_no_requests_of_ours_and_its_word_is_taken() {
    let mut run = golden();
    run.header.load.by = Some("ab".into());
    says(refused(&written(&run)), 11, "ab sent this load, and yet");
    run.samples.clear();
    run.facts[0].name = "p50".into();
    assert_eq!(read(&written(&run)).unwrap(), [run]);
}

#[test]
fn a_run_that_was_none_holds_nothing() {
    let absent = "{\"kind\":\"fact\",\"name\":\"absent\",\"value\":\"no wrk\",\"unit\":\"\"}\n";
    says(damaged(PEAK, absent), 11, "this run was none (absent)");
    let number = absent.replace("\"no wrk\"", "1.0");
    says(damaged(PEAK, &number), 8, "says what was missing");
    let none: Vec<&str> = GOLDEN.lines().filter(|line| line.starts_with('{')).collect();
    let none = none.join("\n").replace(PEAK.trim_end(), absent.trim_end());
    assert_eq!(read(&none).unwrap()[0].absent(), Some("no wrk"));
}

/// A run of a histogram in place of its samples.
fn counted() -> String {
    let mut tally = while_you_wait::record::histogram::Tally::default();
    golden().samples.iter().for_each(|sample: &Sample| tally.add(sample, &[]));
    let histogram = Some(tally.finish(3_300));
    written(&Run { samples: vec![], histogram, ..golden() })
}

#[test]
fn a_histogram_is_of_as_many_requests_and_stands_alone() {
    let text = counted();
    assert!(read(&text).is_ok(), "{text}");
    let line = text.lines().find(|line| line.contains("\"histogram\"")).expect("it has one");
    let (line, at) = (format!("{line}\n"), text.lines().count());
    says(damaged(PEAK, &format!("{PEAK}{line}")), 12, "samples and a histogram");
    says(refused(&text.replacen(&line, &line.repeat(2), 1)), at, "a second histogram");
    says(refused(&text.replacen(&line, "", 1)), at - 1, "4 requests, and holds 0");
    let fewer = text.replacen("\"reset\":1", "\"reset\":0", 1);
    says(refused(&fewer), at, "4 requests, and holds 3");
    for (from, to, why) in [
        ("\"first-due\":0", "\"first-due\":4000", "begins at 4000"),
        ("\"last-done\":3200", "\"last-done\":2000", "does not fit in its 2000"),
        ("\"reset\":1", "\"reset\":18446744073709551615", "more than"),
        ("\"reset\":1", "\"reset\":1000000000000", "more than"),
    ] {
        says(refused(&text.replacen(from, to, 1)), at - 1, why);
    }
    let late = text.replacen("\"last-done\":3200", "\"last-done\":3301", 1);
    says(refused(&late), at, "its histogram tells of 3301");
}

/// Sixty bytes that say they hold four thousand million counts, and others that lie in other ways.
#[test]
fn a_histogram_takes_no_more_memory_than_its_bytes_say() {
    let packed = |inner: &[u8]| {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(inner).unwrap();
        let packed = zlib.finish().unwrap();
        let mut bytes = 0x1c84_9314u32.to_be_bytes().to_vec();
        bytes.extend((packed.len() as u32).to_be_bytes());
        bytes.extend(packed);
        BASE64_STANDARD.encode(bytes)
    };
    let inner = |said: u32, digits: u32, counts: &[u8]| {
        let mut bytes = 0x1c84_9303u32.to_be_bytes().to_vec();
        for number in [said, 0, digits] {
            bytes.extend(number.to_be_bytes());
        }
        bytes.extend(1u64.to_be_bytes());
        bytes.extend(u64::MAX.to_be_bytes());
        bytes.extend(1f64.to_be_bytes());
        bytes.extend(counts);
        bytes
    };
    let text = counted();
    let (before, rest) = text.split_once("\"latency\":\"").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    let with = |latency: &str| format!("{before}\"latency\":\"{latency}\"{after}");
    let lie = packed(&inner(u32::MAX, 3, &[0]));
    assert!(lie.len() < 80, "{}", lie.len());
    let at = text.lines().count() - 1;
    says(refused(&with(&lie)), at, "not as many as it says");
    says(refused(&with(&packed(&inner(1, 5, &[0])))), at, "does not keep 3 digits");
    // A thousand bytes for every one of them.
    let bomb = packed(&inner(10_000_000, 3, &vec![0; 10_000_000]));
    says(refused(&with(&bomb)), at, "not as many as it says");
    says(refused(&with(&packed(&inner(9, 3, &[0xff; 9])))), at, "no number");
    says(refused(&with("")), at, "too short");
    says(refused(&with("HISTFAAAAA==")), at, "cannot be read");
}

#[test]
fn every_record_of_the_book_adds_up() {
    let mut files = 0;
    for entry in std::fs::read_dir(tests::root().join("book/runs")).expect("there are records") {
        let file = entry.expect("there are records").path();
        if file.extension().is_some_and(|extension| extension == "jsonl") {
            let runs = read_file(&file).unwrap_or_else(|bad| panic!("{bad}"));
            runs.iter().for_each(|run| assert_eq!(run.check(), Ok(())));
            files += 1;
        }
    }
    assert!(files >= 5, "found {files} records");
}
