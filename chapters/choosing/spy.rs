//! What py-spy sees in a server that blocks.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use while_you_wait::Experiment;
use while_you_wait::load::Target;
use while_you_wait::record::Fact;

use super::ask::{get, get_all, object};
use super::cases;
use super::cases::start::installed;
use super::experiments::by_hand;

const SECOND: Duration = Duration::from_secs(1);

pub fn py_spy() -> Experiment {
    Experiment {
        name: "py-spy",
        about: "py-spy looks into a server that blocks",
        cases: vec!["blocker-plain"],
        needs: may_look_in,
        delay: SECOND,
        facts: &["py-spy-said", "py-spy"],
        columns: &["py-spy-said"],
        ..by_hand(look_in)
    }
}

/// Not every system lets a process look into another. Whether this one does is tried, on a Python that
/// does nothing.
fn may_look_in(case: &str) -> Result<(), String> {
    cases::ready(case)?;
    let mut sleeper = Command::new("python3")
        .args(["-c", "import time; print(flush=True); time.sleep(60)"])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|why| format!("python3 does not start: {why}"))?;
    let said = BufReader::new(sleeper.stdout.take().expect("it is piped"))
        .read_line(&mut String::new());
    let seen = said.map_err(|why| why.to_string()).and_then(|_| dump(sleeper.id()));
    // It may have ended already; either way it is over.
    let _ = sleeper.kill().and_then(|()| sleeper.wait());
    seen.map(drop).map_err(|why| {
        format!("py-spy may not look into another process here; run this as root ({why})")
    })
}

/// Four requests keep the only thread long enough to be looked at.
fn look_in(target: &Target) -> Result<Vec<Fact>, String> {
    let seen = object(&get(target, "/seen")?)?;
    let pid = seen["pid"].as_u64().ok_or("the server did not say its pid")?;
    let said = thread::scope(|scope| {
        let asking = scope.spawn(|| get_all(target, "/fetch", 4, 1));
        thread::sleep(SECOND / 5);
        let said = dump(pid as u32);
        asking.join().expect("it asks").and(said)
    })?;
    let stack = said.lines().map(str::trim);
    let stack = stack.skip_while(|line| !line.contains("\"MainThread\""));
    let frames: Vec<&str> = stack.skip(1).take(2).collect();
    Ok(vec![
        Fact::text("py-spy-said", frames.join(", called by ")),
        Fact::text("py-spy", version()?),
    ])
}

fn dump(pid: u32) -> Result<String, String> {
    said(&["dump", "--pid", &pid.to_string()])
}

fn version() -> Result<String, String> {
    Ok(said(&["--version"])?.trim().into())
}

fn said(args: &[&str]) -> Result<String, String> {
    let ran = Command::new(installed("py-spy")).args(args).output();
    let ran = ran.map_err(|why| format!("py-spy does not start: {why}"))?;
    match ran.status.success() {
        true => Ok(String::from_utf8_lossy(&ran.stdout).into_owned()),
        false => Err(format!(
            "py-spy: {}",
            String::from_utf8_lossy(&ran.stderr).lines().next().unwrap_or("")
        )),
    }
}
