//! Locust: a master that counts, and workers that ask, each on a machine of its own
//! or, as here, all on this one.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use while_you_wait::load::{After, Target};
use while_you_wait::record::Fact;
use while_you_wait::{Generator, Load};

use super::python::start;

pub const LOCUST: Generator = Generator { name: "locust", installed, send: locust };

fn installed() -> Result<String, String> {
    start::ready()?;
    let said = command("127.0.0.1:0", "/").arg("--version").output();
    let said = said.map_err(|why| format!("locust does not start: {why}"))?;
    // `locust 2.47.0 from /…`
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    Ok(said.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

fn command(addr: &str, path: &str) -> Command {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut locust = Command::new(start::installed("python"));
    locust
        .args(["-B", "-m", "locust", "--skip-log-setup", "--locustfile"])
        .arg(file.join("chapters/python/locustfile.py"))
        .args(["--host", &format!("http://{addr}")])
        .env("ASKED", path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    locust
}

/// Gone when this is dropped. They go by themselves when their master does.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

// ANCHOR: master-and-workers
const WORKERS: usize = 2;

fn locust(load: &Load, target: &Target) -> Result<Vec<Fact>, String> {
    let After::Time(time) = load.ends else {
        return Err("Locust asks for a time, and not so often".into());
    };
    let port = free_port()?;
    let here = || command(&target.addr.to_string(), &target.path);
    let failed = |why| format!("locust does not start: {why}");
    let _workers: Vec<Worker> = (0..WORKERS)
        .map(|_| {
            let mut worker = here();
            worker.args(["--worker", "--master-host", "127.0.0.1"]);
            worker.args(["--master-port", &port]).spawn().map(Worker)
        })
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    let mut master = here();
    master
        .args(["--master", "--master-bind-host", "127.0.0.1"])
        .args(["--master-bind-port", &port, "--headless"])
        .args(["--expect-workers", &WORKERS.to_string()])
        .args(["--expect-workers-max-wait", "60"])
        .args(["--users", &load.lanes.to_string()])
        .args(["--spawn-rate", &load.lanes.to_string()])
        .args(["--run-time", &format!("{}s", time.as_secs().max(1))])
        .args(["--json", "--only-summary"])
        .stdout(Stdio::piped());
    let said = master.output().map_err(failed)?;
    read_locust(&String::from_utf8_lossy(&said.stdout))
}
// ANCHOR_END: master-and-workers

/// One that was free a moment ago.
fn free_port() -> Result<String, String> {
    let addr = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    addr.map(|addr| addr.port().to_string())
        .map_err(|why| format!("no port is free: {why}"))
}

/// Its report: times in seconds since 1970, latencies in milliseconds, and of these
/// not each, but how many there were of each after rounding.
pub fn read_locust(said: &str) -> Result<Vec<Fact>, String> {
    let said: Value = serde_json::from_str(said)
        .map_err(|why| format!("locust said no JSON: {why}"))?;
    let at = |name: &str| {
        said[0][name].as_f64().ok_or_else(|| format!("locust did not say {name}"))
    };
    let mut counts: Vec<(f64, f64)> = said[0]["response_times"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(ms, n)| Some((ms.parse().ok()?, n.as_f64()?)))
        .collect();
    counts.sort_by(|one, other| one.0.total_cmp(&other.0));
    let all: f64 = counts.iter().map(|(_, n)| n).sum();
    let quantile = |share: f64| {
        let mut below = 0.0;
        let found = counts.iter().find(|(_, n)| {
            below += n;
            below >= share * all
        });
        found.map(|(ms, _)| ms * 1e3).ok_or("locust counted no latencies")
    };
    let (asked, failed) = (at("num_requests")?, at("num_failures")?);
    let total = at("last_request_timestamp")? - at("start_time")?;
    let us = |name: &str, us: f64| Fact::number(name, us, "us");
    Ok(vec![
        us("total", 1e6 * total),
        Fact::number("ok", asked - failed, "count"),
        Fact::number("failed", failed, "count"),
        Fact::number("throughput", asked / total, "per-second"),
        us("mean", 1e3 * at("total_response_time")? / asked),
        us("p50", quantile(0.5)?),
        us("p99", quantile(0.99)?),
        us("max", 1e3 * at("max_response_time")?),
    ])
}
