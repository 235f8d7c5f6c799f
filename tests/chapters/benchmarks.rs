//! Chapter 5 beside its claims: other people's generators, read and missed, and a core for each.

use std::process::Command;

use tests::{comes_true, connect, fact};
use while_you_wait::record::{Fact, Run, Value, read};
use while_you_wait::views::metrics;
use while_you_wait::views::quantity::Quantity;

#[path = "../../chapters/chap5/generators.rs"]
#[rustfmt::skip] // it is formatted with its chapter, for the width of a page
#[allow(dead_code, reason = "the chapter starts the programs, and here they are only read")]
mod generators;

#[path = "../../chapters/chap5/locust_report.rs"]
#[rustfmt::skip]
mod locust_report;

fn number(facts: &[Fact], name: &str) -> f64 {
    fact(facts, name).unwrap_or_else(|| panic!("{name} is no number in {facts:?}"))
}

#[test]
fn ab_is_read() {
    let said = "\
Concurrency Level:      5
Time taken for tests:   9.013 seconds
Complete requests:      10
Failed requests:        1
Requests per second:    1.11 [#/sec] (mean)
Time per request:       4506.361 [ms] (mean)
";
    let percentiles =
        "Percentage served,Time in ms\n0,3001.1\n50,3002.500\n99,3004.0\n100,3004.25\n";
    let facts = generators::read_ab(said, percentiles).unwrap();
    assert_eq!(number(&facts, "total"), 9_013_000.0);
    assert_eq!((number(&facts, "ok"), number(&facts, "failed")), (9.0, 1.0));
    assert_eq!(number(&facts, "throughput"), 1.11);
    assert_eq!((number(&facts, "p50"), number(&facts, "max")), (3_002_500.0, 3_004_250.0));
    // Of fifty or fewer its p99 is whatever lies behind the end of its list.
    assert!(facts.iter().all(|fact| fact.name != "p99"), "of ten");
    let of_more = said.replace("requests:      10", "requests:      51");
    assert_eq!(number(&generators::read_ab(&of_more, percentiles).unwrap(), "p99"), 3_004_000.0);
    let why = generators::read_ab("ab: nothing", percentiles).unwrap_err();
    assert_eq!(why, "ab did not say \"Complete requests:\"");
    let why = generators::read_ab(said, "").unwrap_err();
    assert_eq!(why, "ab did not say \"50\"");
}

#[test]
fn wrk_is_read() {
    let said = "\
Running 3s test @ http://127.0.0.1:8000/async
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    90.00us  540.27us   1.01s    80.65%
  Latency Distribution
     50%   86.00us
     75%    1.32ms
     90%    1.92ms
     99%    1.01s
  56 requests in 3.01s, 11.20KB read
  Socket errors: connect 0, read 2, write 0, timeout 1
  Non-2xx or 3xx responses: 4
Requests/sec:     18.60
";
    let facts = generators::read_wrk(said).unwrap();
    assert_eq!(number(&facts, "total"), 3_010_000.0);
    assert_eq!((number(&facts, "ok"), number(&facts, "failed")), (52.0, 7.0));
    assert_eq!((number(&facts, "p50"), number(&facts, "p99")), (86.0, 1_010_000.0));
    assert_eq!(number(&facts, "mean"), 90.0);
    let whole = said.replace("  Socket errors: connect 0, read 2, write 0, timeout 1\n", "");
    let whole = whole.replace("  Non-2xx or 3xx responses: 4\n", "");
    assert_eq!(number(&generators::read_wrk(&whole).unwrap(), "failed"), 0.0);
    assert!(generators::read_wrk("unable to connect").unwrap_err().contains("requests"));
    let why = generators::read_wrk(&said.replace("86.00us", "86.00h")).unwrap_err();
    assert_eq!(why, "wrk said \"86.00h\", and \"h\" is no unit of time");
}

#[test]
fn locust_is_read() {
    // Three of 8 ms and one of 130, after Locust's rounding, in two seconds.
    let said = r#"[{"num_requests": 4, "num_failures": 1, "total_response_time": 154.5,
        "max_response_time": 131.2, "start_time": 100.0, "last_request_timestamp": 102.0,
        "response_times": {"130": 1, "8": 3}}]"#;
    let facts = locust_report::read_locust(said).unwrap();
    assert_eq!((number(&facts, "ok"), number(&facts, "failed")), (3.0, 1.0));
    assert_eq!((number(&facts, "p50"), number(&facts, "p99")), (8_000.0, 130_000.0));
    assert_eq!((number(&facts, "total"), number(&facts, "throughput")), (2e6, 2.0));
    assert_eq!((number(&facts, "mean"), number(&facts, "max")), (38_625.0, 131_200.0));
    let why = locust_report::read_locust("[]").unwrap_err();
    assert_eq!(why, "locust did not say num_requests");
    assert!(locust_report::read_locust("").unwrap_err().starts_with("locust said no JSON"));
}

#[test]
fn oha_is_read() {
    let said = r#"{
        "summary": {"total": 6.01, "requestsPerSec": 1.66, "slowest": 3.004, "average": 3.002},
        "latencyPercentiles": {"p50": 3.001, "p99": 3.003},
        "statusCodeDistribution": {"200": 8, "503": 1},
        "errorDistribution": {"connection closed": 1}
    }"#;
    let facts = generators::read_oha(said).unwrap();
    assert_eq!((number(&facts, "ok"), number(&facts, "failed")), (8.0, 2.0));
    assert_eq!(number(&facts, "total"), 6_010_000.0);
    assert_eq!((number(&facts, "p50"), number(&facts, "p99")), (3_001_000.0, 3_003_000.0));
    assert_eq!(number(&facts, "mean"), 3_002_000.0);
    assert!(generators::read_oha("{}").unwrap_err().contains("/summary/total"));
    assert!(generators::read_oha("no").unwrap_err().contains("no JSON"));
}

/// What chapter 5 records and says of one experiment; without a PATH nothing else is found.
fn experiment(name: &str, path: Option<&str>) -> (Run, String) {
    let mut program = Command::new(tests::example("chap5"));
    program.args(["--experiment", name, "--json", "-"]);
    if let Some(path) = path {
        program.env("PATH", path);
    }
    let ran = tests::output(&mut program);
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.success(), "{said}");
    let mut runs = read(&String::from_utf8(ran.stdout).unwrap()).unwrap();
    (runs.remove(0), said)
}

#[test]
fn a_generator_that_is_not_installed_is_absent_in_the_record_and_in_the_terminal() {
    let (run, said) = experiment("ten-by-ab", Some("/nowhere"));
    let why = run.absent().expect("there is no ab").to_string();
    assert!(why.contains("ab is not installed; ") && why.contains("apache2-utils"), "{why}");
    assert!(said.contains(&format!("note: watched: not run: {why}")), "{said}");
    assert_eq!(run.header.load.by.as_deref(), Some("ab"));
    assert!(run.samples.is_empty() && run.end.at == 0);
}

#[test]
fn a_core_for_the_server_and_a_core_for_its_load() {
    let (run, said) = experiment("hello-by-ours", None);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cfg!(target_os = "linux") && cores > 1 {
        assert_eq!(run.absent(), None);
        assert!(said.contains("a core for the server, a core for the load"), "{said}");
        for metric in ["busy", "load-busy"] {
            // Neither can have taken more than the one that it was given; CPU time is counted in
            // hundredths of a second.
            match metrics::of(&run, metric) {
                Ok(Quantity::Times(cores)) => assert!((0.01..1.05).contains(&cores), "{cores}"),
                other => panic!("{metric} is {other:?}"),
            }
        }
    } else {
        assert!(run.absent().is_some(), "it cannot have been done here");
    }
}

#[test]
#[ignore = "needs Python: python3 chapters/python/ready.py, then cargo test -p tests --test suite chapters:: -- --ignored"]
fn a_server_of_several_processes_is_measured_as_one() {
    let args = ["--case", "gunicorn", "--delay", "20ms", "--json", "-"];
    let ran = tests::run("chap5", &args);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let run = read(&String::from_utf8(ran.stdout).unwrap()).unwrap().remove(0);
    let software = run.fact("software").map(|fact| fact.value.clone());
    assert!(matches!(software, Some(Value::Text(said)) if said.contains("gunicorn ")));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // The first process and its workers.
    if let Ok(Quantity::Count(threads)) = metrics::of(&run, "threads-peak") {
        assert!(threads as usize > 2 * cores + 1, "{threads} threads");
    }
}

#[test]
#[ignore = "needs Python: python3 chapters/python/ready.py, then cargo test -p tests --test suite chapters:: -- --ignored"]
fn python_servers_are_gone_with_whoever_started_them() {
    // Of processes that are forked, spawned, and those of a pool.
    for case in ["flask", "gunicorn", "uvicorn-workers", "python-processes", "fastapi-async"] {
        let (server, addr) = tests::serve("chap5", case);
        assert!(connect(&addr).is_ok(), "{case} listens");
        let pid = server.0.id();
        drop(server); // killed, as its parent's parent might be
        let gone = comes_true(|| connect(&addr).is_err());
        assert!(gone, "{case} (process {pid}) still listens");
    }
}

#[test]
#[ignore = "needs Python: python3 chapters/python/ready.py, then cargo test -p tests --test suite chapters:: -- --ignored"]
fn a_python_with_the_lock_is_not_made_ready_as_one_without() {
    let script = tests::root().join("chapters/python/free_threaded.py");
    let ran = tests::output(Command::new("python3").arg(script));
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{said}");
    assert!(said.starts_with("error: this Python") && said.lines().count() == 1, "{said}");
}

/// A server that stands still for a second now and then, asked by the two loops of the page.
#[test]
fn the_two_loops_see_different_servers() {
    let (_server, addr) = tests::serve("chap5", "stalling");
    let said = tests::said("chap5-two-loops", &[&format!("http://{addr}/async")]);
    let p99 = |kind: &str| {
        let line = said.lines().find(|line| line.starts_with(kind)).expect(&said);
        let p99 = line.split_once("p99").expect(line).1.split_whitespace().next().expect(line);
        // `24.9ms` or `1.0s`
        match p99.strip_suffix("ms") {
            Some(ms) => ms.parse::<f64>().expect(line),
            None => 1e3 * p99.trim_end_matches('s').parse::<f64>().expect(line),
        }
    };
    assert!(p99("open") > 2.0 * p99("closed"), "{said}");
}
