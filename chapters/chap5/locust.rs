//! Locust: a master that counts, and workers that ask, each on a machine of its own
//! or, as here, all on this one.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use while_you_wait::load::{After, Target};
use while_you_wait::record::Fact;
use while_you_wait::{Generator, Load};

use super::locust_report::read_locust;
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
