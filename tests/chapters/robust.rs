//! What a reader may copy: listings that go on when something runs out, and that keep their bounds
//! when clients leave. Looks into `/proc` and lowers limits, so on Linux only.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tests::{Running, ask, asked, comes_true, connect, heard};
use while_you_wait::record::{Outcome, read};

/// `EXAMPLE serve CASE` with a delay of one's own.
pub fn serve(example: &str, case: &str, delay: &str) -> (Running, String) {
    serve_within(":", example, case, delay)
}

/// The same, under a limit as `ulimit` sets it.
fn serve_within(limit: &str, example: &str, case: &str, delay: &str) -> (Running, String) {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{limit} && exec \"$0\" \"$@\"")]).arg(tests::example(example));
    shell.args(["serve", case, "--port", "0", "--delay", delay]).stderr(Stdio::null());
    tests::start(&mut shell, case)
}

/// More clients than it has files for; and when they are gone, one more. Whether that one is answered,
/// and the server, if it still runs.
fn after_running_out_of_files(example: &str, case: &str, path: &str) -> (bool, Running) {
    let (mut server, addr) = serve_within("ulimit -n 64", example, case, "0s");
    // Where a server shut its door for good, the last of them are refused already.
    let too_many: Vec<_> = (0..90).map(|_| connect(&addr)).collect();
    let files = format!("/proc/{}/fd", server.0.id());
    let open = || fs::read_dir(&files).map_or(64, Iterator::count);
    // One that gives up may be gone, and hold none, before anybody looks.
    let full = comes_true(|| open() >= 60 || server.0.try_wait().is_ok_and(|end| end.is_some()));
    assert!(full, "{case} has {} files open", open());
    thread::sleep(Duration::from_millis(200)); // for the accept that fails
    drop(too_many);
    let answered =
        connect(&addr).is_ok_and(|stream| heard(ask(stream, path)).starts_with("HTTP/1.1 200"));
    (answered, server)
}

#[test]
fn an_accept_loop_outlives_its_last_file() {
    for (example, case, path) in [
        ("chap3", "our-runtime", "/async"),
        ("chap3", "tokio-1", "/async"),
        ("chap4", "tcp", "/async"),
        ("chap4", "hyper", "/async"),
        ("chap4", "hyper-ours", "/async"),
        ("chap4", "tower", "/async"),
        ("chap4", "axum", "/async"),
        ("chap4", "std-threads", "/sync"),
        ("chap5", "hello", "/async"),
        ("chap5", "watched", "/async"),
        ("chap6", "model", "/health"),
        ("chap6", "limited", "/health"),
    ] {
        let (answered, mut server) = after_running_out_of_files(example, case, path);
        assert!(answered, "{example} {case}");
        assert!(server.0.try_wait().unwrap().is_none(), "{example} {case} ended");
    }
}

/// What the page says beside them. If one of them passes, the sentence goes.
#[test]
fn tiny_http_does_not_outlive_its_last_file() {
    let (answered, mut ours) = after_running_out_of_files("chap4", "tiny-http", "/sync");
    assert!(!answered, "tiny_http lives");
    assert!(ours.0.try_wait().unwrap().is_none(), "the program's own threads live on");
    let (answered, mut rouille) = after_running_out_of_files("chap4", "rouille", "/sync");
    assert!(!answered, "rouille lives");
    // It depends on which call found no file left: accepting, or taking the connection over.
    let ended = rouille.0.try_wait().unwrap();
    assert!(ended.is_none_or(|end| end.success()), "it ends as if all were well, or not at all");
}

/// What chapter 1's third answer says of the server that died for want of room for its stacks.
#[test]
fn with_smaller_stacks_there_is_room_for_a_thread_each() {
    let mut run = Command::new(tests::example("chap1"));
    run.args(["--experiment", "too-many-threads", "--case", "rouille-threads", "--json", "-"]);
    let ran = tests::output(run.env("RUST_MIN_STACK", "131072"));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let runs = read(&String::from_utf8(ran.stdout).unwrap()).unwrap();
    for run in &runs {
        assert_eq!(run.samples.len(), 1000);
        assert!(run.samples.iter().all(|sample| sample.outcome == Outcome::Ok), "not all answered");
    }
    assert!(!runs.is_empty());
}

#[test]
fn a_server_by_hand_closes_when_it_was_asked_to() {
    for (case, path) in [("tcp", "/async"), ("std-threads", "/sync")] {
        let (_server, addr) = serve("chap4", case, "0s");
        let began = Instant::now();
        assert!(heard(asked(&addr, path)).starts_with("HTTP/1.1 200"), "{case}");
        assert!(began.elapsed() < Duration::from_secs(50), "{case} left the connection open");
    }
}

#[test]
fn a_shutdown_ends_although_a_client_never_finishes_its_head() {
    let (mut server, addr) = serve("chap4", "generation", "20ms");
    let mut half = connect(&addr).unwrap();
    half.write_all(b"GET /async HTTP/1.1\r\nhost: he").unwrap();
    assert!(heard(asked(&addr, "/async")).starts_with("HTTP/1.1 200"), "both are inside");
    let id = server.0.id().to_string();
    assert!(tests::output(Command::new("kill").args(["-TERM", &id])).status.success());
    let ended = comes_true(|| server.0.try_wait().unwrap().is_some());
    assert!(ended, "it waits for half a head");
    assert!(server.wait("the server").success(), "it ends as one that was told to");
    drop(half);
}

/// How many threads of the server are on a core, or would be.
fn computing(server: &Running) -> usize {
    let tasks = fs::read_dir(format!("/proc/{}/task", server.0.id())).expect("it runs");
    let stat = |task: fs::DirEntry| fs::read_to_string(task.path().join("stat")).ok();
    tasks
        .flatten()
        .filter_map(stat)
        .filter(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim().starts_with('R')))
        .count()
}

/// How many compute at once after so many clients have asked for a login and left.
fn computing_for_nobody(case: &str, path: &str, clients: usize) -> usize {
    let (server, addr) = serve("chap5", case, "2s");
    for _ in 0..clients {
        let client = asked(&addr, path);
        thread::sleep(Duration::from_millis(50)); // until its login is being computed
        client.shutdown(Shutdown::Both).unwrap();
    }
    assert!(comes_true(|| computing(&server) > 0), "{case}: somebody computes");
    let looks = (0..20).map(|_| {
        thread::sleep(Duration::from_millis(10));
        computing(&server)
    });
    looks.max().expect("twenty of them")
}

#[test]
fn those_who_left_do_not_make_more_compute_than_there_are_cores() {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let most = computing_for_nobody("cpu-pool", "/async", 5 * cores);
    // And the thread that serves connections, should it have something to do just then.
    assert!(most <= cores + 1, "{most} compute on {cores} cores");
}

/// What the page says beside it.
#[test]
fn a_thread_that_computes_does_not_notice_that_its_client_left() {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let most = computing_for_nobody("cpu-threads", "/sync", 5 * cores);
    assert!(most > 2 * cores, "{most} compute on {cores} cores");
}

#[test]
fn those_who_left_are_not_counted() {
    let (_server, addr) = serve("chap5", "eight", "60s");
    let looks = || heard(asked(&addr, "/counters")).rsplit("\r\n\r\n").next().unwrap().to_string();
    let clients: Vec<TcpStream> = (0..5).map(|_| asked(&addr, "/async")).collect();
    let none = looks();
    assert!(comes_true(|| looks() != none), "five are inside, and were looked at");
    drop(clients);
    // Whoever looks in counts only those who are there.
    let nobody_is_inside = comes_true(|| {
        let before = looks();
        thread::sleep(Duration::from_millis(200));
        looks() == before
    });
    assert!(nobody_is_inside, "five who left are still counted");
}

/// Two hundred at once, where sixty-four are let in: those of the third turn would wait for longer
/// than the timeout allows. They are told so, and in time.
#[test]
fn a_timeout_counts_the_wait_for_room_too() {
    for case in ["tower", "axum"] {
        let (_server, addr) = serve("chap4", case, "1500ms");
        let clients: Vec<TcpStream> = (0..200).map(|_| asked(&addr, "/async")).collect();
        let answers: Vec<String> = clients.into_iter().map(heard).collect();
        let of = |status: &str| answers.iter().filter(|said| said.starts_with(status)).count();
        let given_up = of("HTTP/1.1 408");
        assert!(given_up >= 200 - 3 * 64, "{case}: {given_up} of 200 were given up");
        assert!(of("HTTP/1.1 200") >= 64, "{case}: the first turn is answered");
        assert_eq!(of("HTTP/1.1 200") + given_up, 200, "{case}");
    }
}
