//! A server as a process of its own: started by the command a reader types, gone at the end.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::record::Line;

/// Set for a server that the kit started, and for a chapter that the press records: it ends when its
/// stdin closes, and so it goes even when whoever started it was killed and could say nothing any
/// more.
pub const CHILD: &str = "WHILE_YOU_WAIT_CHILD";

/// How long a server may take to say where it listens. Long, for a busy machine.
const START: Duration = Duration::from_secs(60);

/// How long a server may take to end once it was told to.
const STOP: Duration = Duration::from_secs(10);

/// How a server's life ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// it served until it was told to stop
    Stopped,
    /// it went by itself: how, and the last it said on stderr
    Died {
        /// its exit status, in words
        how: String,
        /// its last line on stderr
        said: String,
    },
}

/// A running server. Dropping it ends it, whatever happened.
#[derive(Debug)]
pub struct Server {
    /// where it listens
    pub addr: SocketAddr,
    child: Child,
    stderr: Option<JoinHandle<String>>,
    /// read to its end: what a server adds to the record, and a pipe that nobody reads would fill
    stdout: Option<JoinHandle<Vec<Line>>>,
    /// when it said where it listens: the moment from which it counts its events
    listens: Instant,
}

impl Server {
    /// Starts `serve ARGS… --port 0` of this same program, and waits until it listens.
    ///
    /// # Errors
    /// The process could not be started, or ended, or said something else first.
    pub fn start(args: &[String]) -> Result<Self, String> {
        let program = env::current_exe().map_err(|why| format!("who am I? {why}"))?;
        let mut child = Command::new(program)
            .arg("serve")
            .args(args)
            .args(["--port", "0"])
            .env(CHILD, "1")
            // What a dying server says is shown to a reader: its sentence, not its stack.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|why| format!("the server could not be started: {why}"))?;
        let stderr = child.stderr.take().map(|stderr| thread::spawn(|| tail(stderr)));
        let stdout = child.stdout.take().expect("piped just above");
        let (first, listens, stdout) = match first_line(stdout) {
            Ok(read) => read,
            Err(why) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(why);
            }
        };
        match first.strip_prefix("listening on http://").map(|addr| addr.trim().parse()) {
            Some(Ok(addr)) => {
                let stdout = Some(thread::spawn(|| lines(stdout)));
                Ok(Server { addr, child, stderr, stdout, listens })
            }
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                let said = stderr.map(join).unwrap_or_default();
                Err(format!("the server did not start: {}", said.trim()))
            }
        }
    }

    /// Its process, for whoever watches it.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it, and says whether it still lived, and what it had to add to the record. Its events
    /// count from `began` now, as all of a run does.
    pub fn stop(mut self, began: Instant) -> (Ended, Vec<Line>) {
        let ended = self.end();
        let mut added = self.stdout.take().map(join).unwrap_or_default();
        let before = began.saturating_duration_since(self.listens).as_micros() as u64;
        for line in &mut added {
            if let Line::Event(event) = line {
                event.at = event.at.saturating_sub(before);
            }
        }
        (ended, added)
    }

    fn end(&mut self) -> Ended {
        let died = self.child.try_wait().ok().flatten();
        drop(self.child.stdin.take());
        if died.is_none() && !gone_within(&mut self.child, STOP) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let said = self.stderr.take().map(join).unwrap_or_default();
        match died {
            Some(status) => Ended::Died { how: status.to_string(), said: last_words(&said) },
            None => Ended::Stopped,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ends this process when its stdin closes, if it was started so: see [`CHILD`].
pub fn end_with_parent() {
    if env::var_os(CHILD).is_some() {
        thread::spawn(|| {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            std::process::exit(0);
        });
    }
}

/// Reads the first line, for at most [`START`]: a read cannot be given up, a channel can.
fn first_line(stdout: ChildStdout) -> Result<(String, Instant, BufReader<ChildStdout>), String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        let _ = stdout.read_line(&mut line);
        let _ = sender.send((line, Instant::now(), stdout));
    });
    receiver
        .recv_timeout(START)
        .map_err(|_| format!("the server did not say where it listens within {START:?}"))
}

/// The events and facts among what a server says on stdout. Anything else was meant for people.
fn lines(stdout: BufReader<ChildStdout>) -> Vec<Line> {
    let lines = stdout.lines().map_while(Result::ok);
    let lines = lines.filter_map(|line| serde_json::from_str(&line).ok());
    lines.filter(|line| matches!(line, Line::Event(_) | Line::Fact(_))).collect()
}

/// The last of what a server says on stderr. A server in trouble may say the same a thousand times.
fn tail(mut stderr: ChildStderr) -> String {
    const KEEP: usize = 2_000;
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(n) = stderr.read(&mut chunk) {
        if n == 0 {
            break;
        }
        kept.extend_from_slice(&chunk[..n]);
        let extra = kept.len().saturating_sub(KEEP);
        kept.drain(..extra);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

fn join<T: Default>(reader: JoinHandle<T>) -> T {
    reader.join().unwrap_or_default()
}

fn gone_within(child: &mut Child, patience: Duration) -> bool {
    let until = Instant::now() + patience;
    while Instant::now() < until {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        thread::sleep(Duration::from_millis(2));
    }
    false
}

/// The last thing a server said, less the advice that follows a panic's message.
fn last_words(stderr: &str) -> String {
    let mut lines = stderr.lines().rev().map(str::trim);
    lines.find(|line| !line.is_empty() && !line.starts_with("note:")).unwrap_or_default().into()
}
