//! What is asked before a choice is made.

use std::thread;
use std::time::Duration;

use while_you_wait::load::Target;
use while_you_wait::record::{Fact, Value};
use while_you_wait::{Asked, Experiment, Load, Seen};

use super::ask::{get, get_all, object, took};
use super::cases;

const SECOND: Duration = Duration::from_secs(1);

/// Asked once, in a way of its own.
pub fn by_hand(ask: while_you_wait::Examine) -> Experiment {
    Experiment {
        asked: Asked::ByHand(ask),
        needs: cases::ready,
        repeats: 1,
        quick: Some(1),
        ..Experiment::default()
    }
}

/// Two handlers take longer than a worker may be silent.
pub fn timeout() -> Experiment {
    Experiment {
        name: "timeout",
        about: "two handlers take longer than a worker may be silent",
        cases: cases::WORKERS.to_vec(),
        asked: Asked::ByLoad(Load { lanes: 2, ..Load::requests(2) }),
        needs: cases::ready,
        delay: 5 * SECOND,
        repeats: 1,
        quick: Some(1),
        may_fail: true,
        facts: &["workers-killed"],
        columns: &["ok", "failed", "total", "workers-killed"],
        notice: |seen: &Seen| {
            format!(
                "killed were, under sync {}, gthread {}, gevent {}, Uvicorn {}, and one that blocks its loop {}.",
                seen.of("timeout-sync", "workers-killed"),
                seen.of("timeout-gthread", "workers-killed"),
                seen.of("timeout-gevent", "workers-killed"),
                seen.of("timeout-uvicorn", "workers-killed"),
                seen.of("timeout-uvicorn-blocks", "workers-killed"),
            )
        },
        ..Experiment::default()
    }
}

/// Forty requests count themselves in a variable.
pub fn counter() -> Experiment {
    Experiment {
        name: "counter",
        about: "forty requests count themselves in a variable",
        cases: vec!["count-1", "count-4", "count-rust"],
        delay: SECOND / 50,
        facts: &["asked", "highest"],
        columns: &["asked", "highest"],
        notice: |seen: &Seen| {
            format!(
                "of forty, four workers counted no further than {}.",
                seen.of("count-4", "highest")
            )
        },
        ..by_hand(count)
    }
}

fn count(target: &Target) -> Result<Vec<Fact>, String> {
    let answers = get_all(target, "/count", 4, 10)?;
    let numbers: Result<Vec<u32>, _> =
        answers.iter().map(|answer| answer.parse::<u32>()).collect();
    let numbers = numbers.map_err(|why| format!("{answers:?}: {why}"))?;
    let highest = numbers.iter().max().copied().unwrap_or(0);
    Ok(vec![
        Fact::number("asked", numbers.len() as f64, "count"),
        Fact::number("highest", f64::from(highest), "count"),
    ])
}

/// Forty answers leave a task behind, and then somebody says hello.
pub fn afterwards() -> Experiment {
    Experiment {
        name: "afterwards",
        about: "forty answers leave a BackgroundTask behind, and somebody says hello",
        cases: vec!["afterwards-def", "afterwards-async"],
        delay: 2 * SECOND,
        facts: &["accepted-within", "hello-after"],
        columns: &["accepted-within", "hello-after"],
        notice: |seen: &Seen| {
            format!(
                "behind forty tasks in a def, hello took {}; in an async def {}.",
                seen.of("afterwards-def", "hello-after"),
                seen.of("afterwards-async", "hello-after"),
            )
        },
        ..by_hand(leave_behind)
    }
}

fn leave_behind(target: &Target) -> Result<Vec<Fact>, String> {
    let accepted = took(|| get_all(target, &target.path, 40, 1))?;
    let hello = took(|| get(target, "/hello"))?;
    Ok(vec![
        Fact::number("accepted-within", accepted, "us"),
        Fact::number("hello-after", hello, "us"),
    ])
}

/// Three requests at a handler that blocks, or does not. Who notices?
pub fn blocker() -> Experiment {
    Experiment {
        name: "blocker",
        about: "three requests at once, and a task that is due every 10 ms",
        cases: vec!["blocker", "blocker-awaits", "rust-blocks", "rust-awaits"],
        delay: SECOND / 2,
        repeats: 3,
        facts: &["lag-max", "without-park"],
        columns: &["lag-max", "without-park"],
        notice: |seen: &Seen| {
            format!(
                "a task that was due every 10 ms was late by {} in Python and by {} in Rust; where the handler awaits, by {} and {}.",
                seen.of("blocker", "lag-max"),
                seen.of("rust-blocks", "lag-max"),
                seen.of("blocker-awaits", "lag-max"),
                seen.of("rust-awaits", "lag-max"),
            )
        },
        ..by_hand(notice)
    }
}

fn notice(target: &Target) -> Result<Vec<Fact>, String> {
    get_all(target, "/fetch", 3, 1)?;
    let seen = object(&get(target, "/seen")?)?;
    // Python has a loop that no one counts the turns of.
    let value = |key: &str| seen[key].as_f64().map_or(Value::Absent, Value::Number);
    let fact = |name: &str, key: &str, unit: &str| Fact {
        name: name.into(),
        value: value(key),
        unit: unit.into(),
    };
    Ok(vec![
        fact("lag-max", "lag-us", "us"),
        fact("without-park", "without-park-us", "us"),
    ])
}

/// What asyncio says of itself when it is asked to.
pub fn debug_mode() -> Experiment {
    Experiment {
        name: "debug-mode",
        about: "one request at a handler that blocks, in asyncio's debug mode",
        cases: vec!["blocker-debug"],
        delay: SECOND / 2,
        facts: &["debug-mode-said"],
        columns: &["debug-mode-said"],
        ..by_hand(|target| {
            get(target, "/fetch")?;
            // It is said after the answer.
            thread::sleep(SECOND / 2);
            Ok(Vec::new())
        })
    }
}
