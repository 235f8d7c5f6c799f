//! Bad input: one clear sentence that names what was wrong and what would be right, exit status 2.

use std::net::TcpListener;

/// Runs chapter 1 and holds its refusal to the form that every refusal has.
fn refused(args: &[&str], says: &str) {
    let ran = tests::run("chap1", args);
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{args:?}: {stderr}");
    assert!(ran.stdout.is_empty(), "{args:?} printed before it refused");
    assert!(stderr.starts_with("error: ") && stderr.contains(says), "{args:?}: {stderr}");
    assert_eq!(stderr.trim_end().lines().count(), 1, "{args:?}: more than a sentence: {stderr}");
    assert!(!stderr.contains("panicked"), "{args:?}: {stderr}");
}

#[test]
fn what_cannot_be_run_is_refused_in_a_sentence() {
    let cases = "chap1 has rouille-1, rouille-threads, axum, axum-4096";
    let experiments = "chap1 has ten, many-100, many-1000, many-10000, bare-1000, bare-10000, backlog, too-many-threads";
    let count = "a whole number from 1 to 10000000 would be right";
    let rate = "a number of requests per second from 0.01 to 1000000 would be right";
    let lanes = "a whole number from 1 to 20000 would be right";
    for (args, says) in [
        (vec!["--case", "flask"], cases),
        (vec!["serve", "flask"], cases),
        (vec!["--experiment", "eleven"], experiments),
        (vec!["--requests", "0"], count),
        (vec!["--requests", "-3"], count),
        (vec!["--requests", "10000001"], count),
        (vec!["--requests", "99999999999999999999"], count),
        (vec!["--requests", "ten"], count),
        (vec!["--concurrency", "0"], lanes),
        (vec!["--requests", "10", "--concurrency", "20"], "a --concurrency of at most 10"),
        (vec!["--delay", "-1s"], "a time cannot be negative; 300ms or 3s would be right"),
        (vec!["--delay", "soon"], "that is no time; 300ms or 3s would be right"),
        (vec!["--delay", "3"], "that is no time; 300ms or 3s would be right"),
        (vec!["--delay", "400days"], "at most 10m"),
        (vec!["--ramp", "1year"], "at most 10m"),
        (vec!["--timeout", "-5ms"], "a time cannot be negative"),
        (vec!["--rate", "0"], rate),
        (vec!["--rate", "-5"], rate),
        (vec!["--rate", "NaN"], rate),
        (vec!["--rate", "inf"], rate),
        (vec!["--rate", "fast"], rate),
        (vec!["--rate", "1000001"], rate),
        (vec!["--poisson"], "give one, as in --rate 500 --poisson"),
        (vec!["--rate", "5", "--ramp", "1s"], "--ramp opens the connections of a closed loop"),
        (vec!["--requests", "5", "--duration", "1s"], "leave one of them out"),
        (vec!["--ab", "--rate", "5"], "cannot be used with"),
        (vec!["--duration", "0s"], "a load must last for a while; 10s would be right"),
        (vec!["--duration", "ten"], "that is no time"),
        (vec!["--duration", "1h"], "at most 10m"),
        (vec!["--warm-up", "-1s"], "a time cannot be negative"),
        (vec!["--rate", "1", "--requests", "601"], "601 requests at 1 a second take 601 seconds"),
        (vec!["--rate", "1e6", "--duration", "11s"], "are 11000000 requests: at most 10000000"),
        (
            vec!["--rate", "9", "--requests", "5", "--concurrency", "6"],
            "a --concurrency of at most 5",
        ),
        (vec!["--full", "--rate", "500"], "leave it out to change one"),
        (vec!["--experiment", "ten", "--warm-up", "1s"], "make up one of your own"),
        (vec!["--repeats", "0"], "--repeats"),
        (vec!["--full", "--case", "axum"], "leave it out to change one"),
        (vec!["--full", "--experiment", "ten", "--delay", "1s"], "leave it out to change one"),
        (vec!["--experiment", "ten", "--rate", "5"], "ten is a closed loop"),
        (vec!["--experiment", "ten", "--duration", "5s"], "--requests changes how many"),
        (vec!["--experiment", "ten", "--case", "axum-4096"], "ten has rouille-1"),
        (
            vec!["--experiment", "ten", "--requests", "3", "--concurrency", "5"],
            "the 3 requests of ten",
        ),
        (vec!["--sideways"], "--sideways"),
        (vec!["perform"], "perform"),
        (vec!["serve"], "serve needs the name of a case; chap1 has rouille-1, rouille-threads"),
        (vec!["show"], "show needs a record"),
        (vec!["--rate", "10", "--duration", "1ns"], "times are counted in microseconds"),
        (vec!["serve", "axum", "--port", "70000"], "70000"),
        (vec!["serve", "axum", "--delay", "-3s"], "a time cannot be negative"),
        (vec!["serve", "axum", "--host", "no.such.host.invalid"], "try 127.0.0.1"),
        (vec!["serve", "axum", "--host", "192.0.2.1"], "will not listen on 192.0.2.1:8000"),
    ] {
        refused(&args, says);
    }
}

#[test]
fn a_record_that_cannot_be_written_is_refused_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("missing/run.jsonl");
    for path in [nowhere.as_path(), folder.path()] {
        refused(&["--json", path.to_str().unwrap()], "name a file in a folder that can");
    }
}

#[test]
fn a_busy_port_is_refused_by_every_kind_of_server() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = busy.local_addr().unwrap().port().to_string();
    for case in ["rouille-1", "rouille-threads", "axum", "axum-4096"] {
        let says = format!("port {port} of 127.0.0.1 is taken; --port 0 takes any free one");
        refused(&["serve", case, "--port", &port], &says);
    }
}

#[test]
fn what_is_right_is_not_refused() {
    for args in [["--help"].as_slice(), &["list"], &["serve", "--help"]] {
        let ran = tests::run("chap1", args);
        assert!(ran.status.success() && !ran.stdout.is_empty(), "{args:?}");
    }
}
