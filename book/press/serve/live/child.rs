//! A process that the press holds: read line by line, gone when it is dropped.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader, Take};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use while_you_wait::server::process::CHILD;

use crate::words::live as words;

/// More than any record of a run that a page can ask for.
const MOST_RECORD: u64 = 32 << 20;

/// More than cargo has to say of a chapter with many mistakes.
const MOST_SAID: u64 = 4 << 20;

/// A pipe, and what was read of its next line.
struct Lines<T> {
    pipe: BufReader<Take<T>>,
    /// bytes in all
    most: u64,
    part: Vec<u8>,
}

/// What a process does next.
pub enum Doing {
    /// says a line on stdout
    Says(String),
    /// says a line on stderr
    Warns(String),
    Ends(ExitStatus),
}

/// A process, held by `press hold`, which ends it and all that it started as soon as its stdin is
/// closed: by dropping this, or by the system when the press is gone.
pub struct Held {
    child: Child,
    _stdin: Option<ChildStdin>,
    stdout: Option<Lines<ChildStdout>>,
    stderr: Option<Lines<ChildStderr>>,
}

impl Held {
    /// Starts a command in the project's folder.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn start(root: &Path, command: &[&OsStr]) -> Result<Self, String> {
        let cannot = |why: io::Error| words::not_started(&why.to_string());
        let press = std::env::current_exe().map_err(cannot)?;
        let mut child = Command::new(press)
            .args(["hold", "--"])
            .args(command)
            .env(CHILD, "1")
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(cannot)?;
        Ok(Held {
            _stdin: child.stdin.take(),
            stdout: child.stdout.take().map(|pipe| lines(pipe, MOST_RECORD)),
            stderr: child.stderr.take().map(|pipe| lines(pipe, MOST_SAID)),
            child,
        })
    }

    /// Waits for the next thing it does. Nothing is lost where this wait is given up.
    ///
    /// # Errors
    /// It says too much, or cannot be listened to.
    pub async fn next(&mut self) -> Result<Doing, String> {
        loop {
            let (says, warns) = (self.stdout.is_some(), self.stderr.is_some());
            tokio::select! {
                line = line(&mut self.stdout), if says => match line? {
                    Some(line) => return Ok(Doing::Says(line)),
                    None => self.stdout = None,
                },
                line = line(&mut self.stderr), if warns => match line? {
                    Some(line) => return Ok(Doing::Warns(line)),
                    None => self.stderr = None,
                },
                ended = self.child.wait(), if !says && !warns => {
                    let ended = ended.map_err(|why| words::not_waited_for(&why.to_string()))?;
                    return Ok(Doing::Ends(ended));
                }
            }
        }
    }
}

fn lines<T: AsyncRead + Unpin>(pipe: T, most: u64) -> Lines<T> {
    Lines { pipe: BufReader::new(pipe.take(most)), most, part: Vec::new() }
}

/// The next line of a pipe, `None` at its end.
async fn line<T: AsyncRead + Unpin>(pipe: &mut Option<Lines<T>>) -> Result<Option<String>, String> {
    let Some(Lines { pipe, most, part }) = pipe else { return Ok(None) };
    // What is read goes into the part, also where this is given up in the middle.
    pipe.read_until(b'\n', part).await.map_err(|why| words::not_read(&why.to_string()))?;
    if part.last() != Some(&b'\n') && pipe.get_ref().limit() == 0 {
        return Err(words::said_too_much(*most >> 20));
    }
    let line = std::mem::take(part);
    Ok((!line.is_empty()).then(|| String::from_utf8_lossy(&line).trim_end().to_string()))
}
