//! People come and go, most of them in the middle of something: of none of them anything stays.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tests::PATIENCE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::stage::{Do, Stage, asking, done, head, hello, stop, token};

/// Somebody's manners, by their number: who waits for the end, and who leaves where.
async fn visit(gateway: SocketAddr, number: usize) {
    let Ok(mut stream) = TcpStream::connect(gateway).await else { return };
    let body = asking(number.is_multiple_of(2)).to_string();
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let sent = match number % 5 {
        0 => &request[..request.len() / 2],
        _ => &request[..],
    };
    if stream.write_all(sent.as_bytes()).await.is_err() {
        return;
    }
    match number % 5 {
        0 | 1 => {}                                   // leaves at once
        2 => drop(stream.read(&mut [0; 64]).await),   // when the answer begins
        3 => sleep(Duration::from_millis(200)).await, // after a while
        _ => drop(timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await),
    }
}

#[tokio::test]
async fn of_two_hundred_no_place_and_no_task_stays() {
    let stage = Stage::new(chap6::gateway::Settings::default(), |nth| match nth % 2 {
        0 => hello(),
        _ => vec![head(), token("hel"), Do::Rest(Duration::from_millis(20)), stop(), done()],
    })
    .await;
    stage.chat(true).await;
    stage.counts("answered", 1).await;
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let mut visitors: JoinSet<()> = (0..200).map(|nth| visit(stage.gateway, nth)).collect();
    while visitors.join_next().await.is_some() {}
    stage.counts("open-now", 0).await;
    stage.counts("queued-now", 0).await;
    assert!(stage.count("turned-away").await > 0, "not all of them found a place");
    // Those of this test's own clients among them, which are over, too.
    let so = async {
        while tasks() > before {
            sleep(Duration::from_millis(5)).await;
        }
    };
    let gone = timeout(PATIENCE, so).await.is_ok();
    assert!(gone, "{} tasks, and {before} before they came", tasks());
}

/// What a process holds: descriptors, threads, and resident memory in KiB.
#[cfg(target_os = "linux")]
fn holds(pid: u32) -> (usize, usize, usize) {
    let descriptors = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("it lives").count();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it lives");
    let number = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("it is told");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    };
    (descriptors, number("Threads:"), number("VmRSS:"))
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "takes a minute: cargo test -p tests --test suite chapters:: -- --ignored come_and_go"]
async fn of_a_thousand_for_a_minute_nothing_stays() {
    const MINUTE: Duration = Duration::from_secs(60);
    let (_model, model) = tests::serve("chap6", "model");
    let mut command = std::process::Command::new(tests::example("chap6"));
    command.args(["serve", "limited", "--port", "0", "--beside", &format!("model={model}")]);
    let (server, addr) = tests::start(&mut command, "limited");
    let gateway: SocketAddr = addr.parse().expect("an address");
    let (descriptors, ..) = holds(server.0.id());

    let began = Instant::now();
    let mut visitors: JoinSet<()> = (0..1_000)
        .map(|nth| async move {
            let mut number = nth;
            while began.elapsed() < MINUTE {
                visit(gateway, number).await;
                number += 1;
                sleep(Duration::from_millis(500 + nth as u64)).await;
            }
        })
        .collect();
    sleep(MINUTE / 3).await;
    let (.., early) = holds(server.0.id());
    while visitors.join_next().await.is_some() {}

    let count = |addr: &str, name: &str| {
        let counted = tests::get(addr, "/counters");
        let value = counted.split_once(&format!("\"{name}\":")).expect("it is counted").1;
        let value: String = value.chars().take_while(char::is_ascii_digit).collect();
        value.parse::<u64>().expect("a number")
    };
    for (addr, name) in
        [(&addr, "open-now"), (&addr, "queued-now"), (&model, "busy"), (&model, "queued")]
    {
        assert!(tests::comes_true(|| count(addr, name) == 0), "{name} is {}", count(addr, name));
    }
    for name in ["answered", "cancelled", "turned-away"] {
        assert!(count(&addr, name) > 10, "{name}: {}", count(&addr, name));
    }
    // The pool of connections to the model keeps those that wait. Four talk to it at once, but where
    // a hang-up is slow to close one, a new one is opened beside it: a few, of tens of thousands of visits.
    let few = || holds(server.0.id()).0 <= descriptors + 32;
    assert!(tests::comes_true(few), "{} of {descriptors}", holds(server.0.id()).0);
    let (_, threads, late) = holds(server.0.id());
    assert!(threads <= 4, "{threads} threads");
    assert!(late < early + 16 * 1024, "{early} KiB after a third of it, {late} KiB at the end");
}
