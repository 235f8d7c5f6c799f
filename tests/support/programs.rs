//! The book's programs, built now: run to their end, or started and stopped again.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use while_you_wait::server::python as environment;

use crate::root;

/// No program of the book runs longer than this in a test, however busy the machine.
const LONGEST_RUN: Duration = Duration::from_secs(240);

/// All of them are compiled within this, where nothing was before.
const LONGEST_BUILD: Duration = Duration::from_secs(30 * 60);

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
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--bins", "--examples"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit());
    let built = finish_within(&mut cargo, Vec::new(), LONGEST_BUILD);
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
    output(Command::new(example(name)).args(args))
}

/// What an example says on stdout when all goes well.
///
/// # Panics
/// It did not end in time, or not well.
pub fn said(name: &str, args: &[&str]) -> String {
    let ran = run(name, args);
    assert!(ran.status.success(), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("text")
}

/// Runs a program to its end, with nothing on stdin.
///
/// # Panics
/// It did not end in time.
pub fn output(command: &mut Command) -> Output {
    finish(command, Vec::new())
}

/// Runs a program to its end, with this on stdin.
///
/// # Panics
/// It did not end in time.
pub fn finish(command: &mut Command, input: Vec<u8>) -> Output {
    finish_within(command.stdout(Stdio::piped()).stderr(Stdio::piped()), input, LONGEST_RUN)
}

/// Runs a program to its end whose stdout goes there, and nowhere else.
///
/// # Panics
/// It did not end in time.
pub fn finish_into(command: &mut Command, stdout: impl Into<Stdio>) -> Output {
    finish_within(command.stdout(stdout).stderr(Stdio::piped()), Vec::new(), LONGEST_RUN)
}

fn finish_within(command: &mut Command, input: Vec<u8>, patience: Duration) -> Output {
    let name = format!("{command:?}");
    let program = command.stdin(Stdio::piped()).spawn();
    let mut program = Running(program.unwrap_or_else(|why| panic!("{name} does not start: {why}")));
    let mut stdin = program.0.stdin.take().expect("piped just above");
    // It need not read all that it is given; and a full pipe must not hold the test up.
    thread::spawn(move || stdin.write_all(&input));
    let stdout = collect(program.0.stdout.take());
    let stderr = collect(program.0.stderr.take());
    let status = program.wait_within(&name, patience);
    // A grandchild may still hold the pipe, and that is no reason to wait for it.
    let whole = |pipe: mpsc::Receiver<Vec<u8>>| {
        pipe.recv_timeout(LONGEST_RUN).unwrap_or_else(|_| panic!("{name} ended, its pipes did not"))
    };
    Output { status, stdout: whole(stdout), stderr: whole(stderr) }
}

/// Starts `EXAMPLE serve CASE` as a reader would, and gives the address of its first line.
///
/// # Panics
/// It does not say where it listens.
pub fn serve(example_name: &str, case: &str) -> (Running, String) {
    let mut command = Command::new(example(example_name));
    start(command.args(["serve", case, "--port", "0", "--delay", "20ms"]), case)
}

/// Starts a server, and gives the address of its first line.
///
/// # Panics
/// It does not say where it listens.
pub fn start(command: &mut Command, name: &str) -> (Running, String) {
    // As with `serve axum &` in a script: no stdin, and it must serve all the same.
    let server = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut server = Running(server.unwrap_or_else(|why| panic!("{name} does not start: {why}")));
    let stdout = server.0.stdout.take().expect("piped just above");
    let addr = listening(stdout, name);
    (server, addr)
}

/// The address that a server says it listens on. What it says afterwards is read and dropped, so
/// that it can go on speaking.
///
/// # Panics
/// It does not say so in time.
pub fn listening(stdout: impl Read + Send + 'static, name: &str) -> String {
    said_first(stdout, name, |line| {
        let rest = line.strip_prefix("listening on http://")?;
        Some(rest.split_whitespace().next().unwrap_or_default().to_string())
    })
}

/// What a program says in the first line in which it says it. What comes afterwards is read and
/// dropped, so that it can go on speaking.
///
/// # Panics
/// It ends without having said it, or does not say it in time.
pub fn said_first<T: Send + 'static>(
    pipe: impl Read + Send + 'static,
    name: &str,
    pick: impl Fn(&str) -> Option<T> + Send + 'static,
) -> T {
    said_if(pipe, pick).unwrap_or_else(|| {
        panic!("{name} ended without what it was to say, or did not say it in {LONGEST_RUN:?}")
    })
}

/// The same, and `None` where a program ends without having said it, or does not say it in time.
pub fn said_if<T: Send + 'static>(
    pipe: impl Read + Send + 'static,
    pick: impl Fn(&str) -> Option<T> + Send + 'static,
) -> Option<T> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(pipe).lines().map_while(Result::ok);
        if let Some(found) = lines.by_ref().find_map(|line| pick(&line)) {
            let _ = tell.send(found);
        }
        lines.for_each(drop);
    });
    told.recv_timeout(LONGEST_RUN).ok()
}

/// A program of the Python environment that a chapter's `ready.py` makes, `python` among them.
///
/// # Panics
/// It was not made.
pub fn python(chapter: &str, program: &str) -> Command {
    let named = format!("{chapter}-python");
    let made = environment::is_ready(&named);
    assert!(made, "no {program}: python3 chapters/{chapter}/python/ready.py installs it");
    let mut command = Command::new(environment::program(&named, program));
    // No compiled files among the listings.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// Gone, or dead and only waiting for somebody to take note of it.
#[cfg(target_os = "linux")]
pub fn is_gone(process: u32) -> bool {
    match std::fs::read_to_string(format!("/proc/{process}/stat")) {
        Ok(stat) => stat.rsplit(')').next().is_some_and(|rest| rest.trim().starts_with('Z')),
        Err(_) => true,
    }
}

/// A process that is gone when this is dropped, whatever the test did.
pub struct Running(pub Child);

impl Running {
    /// Waits until it ended by itself.
    ///
    /// # Panics
    /// It did not end in time.
    pub fn wait(&mut self, name: &str) -> std::process::ExitStatus {
        self.wait_within(name, LONGEST_RUN)
    }

    fn wait_within(&mut self, name: &str, patience: Duration) -> std::process::ExitStatus {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if let Ok(Some(status)) = self.0.try_wait() {
                return status;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("{name} did not end within {patience:?}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// All that comes out of a pipe, once it is closed.
fn collect(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        let _ = tell.send(bytes);
    });
    told
}
