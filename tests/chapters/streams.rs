//! A chapter of streams, two servers in each case, from what is asked to what is shown.

use std::io::Write;
use std::sync::OnceLock;

use while_you_wait::record::outcome::Outcome;
use while_you_wait::record::{Run, read};
use while_you_wait::views::metrics;

fn run_of(experiment: &str) -> &'static Run {
    static RUNS: OnceLock<Vec<Run>> = OnceLock::new();
    let runs = RUNS.get_or_init(|| {
        let ran = tests::run("streams", &["--json", "-"]);
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        read(&String::from_utf8_lossy(&ran.stdout)).expect("its record reads")
    });
    runs.iter().find(|run| run.header.experiment == experiment).expect("it was run")
}

fn number(experiment: &str, metric: &str) -> f64 {
    let quantity = metrics::of(run_of(experiment), metric).unwrap_or_else(|why| panic!("{why}"));
    quantity.value().unwrap_or_else(|| panic!("{metric} was not measured"))
}

#[test]
fn every_word_of_the_model_comes_through_the_gateway() {
    assert_eq!(number("whole", "ok"), 6.0);
    assert_eq!(number("whole", "events"), 6.0 * 12.0, "and its end is no word");
    assert_eq!(number("whole", "model-begun"), 6.0);
    assert_eq!(number("whole", "model-finished"), 6.0);
}

#[test]
fn words_come_as_they_are_said_and_not_at_the_end() {
    let wait = run_of("whole").header.delay_us as f64;
    let (first, whole) = (number("whole", "first-event-p50"), number("whole", "p50"));
    assert!(first >= wait && whole >= 12.0 * wait, "{first} and {whole} of {wait}");
    assert!(first < whole / 2.0, "the first word came after {first} of {whole}");
}

#[test]
fn who_hangs_up_here_hangs_up_there() {
    let run = run_of("hung-up");
    assert!(run.samples.iter().all(|sample| sample.outcome == Outcome::HungUp));
    assert!(run.chunks.iter().all(|chunks| chunks.at.len() == 3));
    assert_eq!(number("hung-up", "events"), 6.0 * 3.0);
    assert_eq!(number("hung-up", "failed"), 0.0);
    assert_eq!(number("hung-up", "model-begun"), 6.0);
    assert_eq!(number("hung-up", "model-cancelled"), 6.0, "the model talks to nobody");
}

#[test]
fn a_slow_reader_is_slow_and_loses_nothing() {
    assert_eq!((number("slow", "ok"), number("slow", "events")), (6.0, 6.0 * 12.0));
    // About 300 bytes at 400 a second.
    assert!(number("slow", "p50") > number("whole", "p50") / 4.0);
    assert!(number("slow", "min") > 500_000.0);
}

/// The probes beside a load that is counted stay what they are: samples, and none of the load's.
#[test]
fn a_load_is_counted_and_its_probes_are_kept() {
    let run = run_of("counted");
    let histogram = run.histogram.as_ref().expect("it was counted");
    assert_eq!(histogram.outcomes().values().sum::<u64>(), 6);
    assert_eq!((number("counted", "ok"), number("counted", "events")), (6.0, 6.0 * 12.0));
    assert_eq!(run.samples.len(), 3);
    assert!(run.samples.iter().all(|sample| run.is_probe(sample)));
    assert!(number("counted", "probe-max") > 0.0);
}

#[test]
#[cfg(target_os = "linux")]
fn each_server_is_watched_by_itself() {
    assert!(number("whole", "threads-peak") >= 1.0 && number("whole", "model-threads-peak") >= 1.0);
    assert_eq!(metrics::of(run_of("whole"), "model-server-exit").unwrap().to_string(), "stopped");
    assert_eq!(metrics::of(run_of("whole"), "server-exit").unwrap().to_string(), "stopped");
}

#[test]
fn a_reader_who_serves_the_gateway_alone_gets_its_model_too() {
    let (server, addr) = tests::serve("streams", "gateway");
    let mut stream = tests::connect(&addr).expect("it listens");
    write!(stream, "POST /talk HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi").expect("it is read");
    let answer = tests::whole(stream);
    assert_eq!(answer.matches("data: hi ").count(), 12, "{answer}");
    drop(server);
}

#[test]
fn a_server_that_is_not_needed_is_refused() {
    let ran = tests::run("streams", &["serve", "model", "--beside", "gateway=127.0.0.1:9"]);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.contains("--beside gateway"), "{said}");
    let ran = tests::run("streams", &["serve", "gateway", "--beside", "model"]);
    assert_eq!(ran.status.code(), Some(2), "{}", String::from_utf8_lossy(&ran.stderr));
}
