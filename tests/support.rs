//! What several test targets need: where the project is, and the chapters' programs, built now.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// No program of the book runs longer than this in a test, however busy the machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// The project's root folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project")
}

/// A program of the book: an example, or the press. Testing one package builds no program of
/// another, so they are built here, once: else a test could run a stale one.
pub fn example(name: &str) -> PathBuf {
    static BUILT: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    let built = BUILT.get_or_init(build_programs);
    built.get(name).unwrap_or_else(|| panic!("there is no program {name:?}")).clone()
}

/// Without `--package`: naming one would choose other features than `cargo test` does, and so
/// compile nearly everything a second time.
fn build_programs() -> BTreeMap<String, PathBuf> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--bins", "--examples"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs this test, so it can be run");
    assert!(built.status.success(), "the programs do not build");
    let lines = String::from_utf8(built.stdout).expect("cargo's JSON is UTF-8");
    lines
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| matches!(message["target"]["kind"][0].as_str(), Some("example" | "bin")))
        .filter_map(|message| {
            let name = message["target"]["name"].as_str()?.to_string();
            Some((name, PathBuf::from(message["executable"].as_str()?)))
        })
        .collect()
}

/// Runs an example to its end, with nothing on stdin.
///
/// # Panics
/// It did not end in time.
pub fn run(name: &str, args: &[&str]) -> Output {
    let program = Command::new(example(name))
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|why| panic!("{name} does not start: {why}"));
    let mut program = Running(program);
    let stdout = collect(program.0.stdout.take());
    let stderr = collect(program.0.stderr.take());
    let status = program.wait(name);
    let (stdout, stderr) = (stdout.join(), stderr.join());
    let whole = "a reader of a pipe does not fail";
    Output { status, stdout: stdout.expect(whole), stderr: stderr.expect(whole) }
}

/// Starts `EXAMPLE serve CASE` as a reader would, and gives the address of its first line.
///
/// # Panics
/// It does not say where it listens.
pub fn serve(example_name: &str, case: &str) -> (Running, String) {
    let server = Command::new(example(example_name))
        .args(["serve", case, "--port", "0", "--delay", "20ms"])
        // As with `serve axum &` in a script: no stdin, and it must serve all the same.
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    let mut server = Running(server.unwrap_or_else(|why| panic!("{case} does not start: {why}")));
    let stdout = server.0.stdout.take().expect("piped just above");
    let addr = listening(stdout, case);
    (server, addr)
}

/// The address that a server says it listens on. What it says afterwards is read and dropped, so
/// that it can go on speaking.
///
/// # Panics
/// It does not say so in time.
pub fn listening(stdout: impl Read + Send + 'static, name: &str) -> String {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(rest) = line.strip_prefix("listening on http://") {
                let _ = tell.send(rest.split_whitespace().next().unwrap_or_default().to_string());
            }
        }
    });
    let why = |_| panic!("{name} did not say within {PATIENCE:?} where it listens");
    told.recv_timeout(PATIENCE).unwrap_or_else(why)
}

/// A process that is gone when this is dropped, whatever the test did.
pub struct Running(pub Child);

impl Running {
    /// Waits until it ended by itself.
    ///
    /// # Panics
    /// It did not end in time.
    pub fn wait(&mut self, name: &str) -> std::process::ExitStatus {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Ok(Some(status)) = self.0.try_wait() {
                return status;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("{name} did not end within {PATIENCE:?}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}
