//! A command that lives no longer than the stdin that was given to it: what the press starts for a
//! page goes with the press, also where that was killed and could say nothing any more. All that the
//! command starts goes with it.

use std::ffi::OsString;
use std::io;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::mistake::Failure;
use crate::say;

/// How often to look whether the command has ended.
const LOOK: Duration = Duration::from_millis(20);

/// Runs the command, and ends as it does.
///
/// # Errors
/// It cannot be started.
pub fn run(command: &[OsString]) -> Result<ExitCode, Failure> {
    let Some((program, args)) = command.split_first() else {
        return Err(Failure::Input("hold needs a command".into()));
    };
    let cannot = |why: io::Error| {
        Failure::Other(format!("cannot start {}: {why}", program.to_string_lossy()))
    };
    lead_a_group().map_err(cannot)?;
    let mut child =
        Command::new(program).args(args).stdin(Stdio::piped()).spawn().map_err(cannot)?;
    let (tell, closed) = mpsc::channel::<()>();
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        drop(tell);
    });
    loop {
        if let Some(status) = child.try_wait().map_err(cannot)? {
            if status.code().is_none() {
                say::wrong(&format!("error: it ended by a {status}"));
            }
            return Ok(ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)));
        }
        if closed.recv_timeout(LOOK) == Err(RecvTimeoutError::Disconnected) {
            end(&mut child);
        }
    }
}

/// So that one signal reaches all that the command starts, and a terminal's Ctrl-C none of it.
#[cfg(unix)]
fn lead_a_group() -> io::Result<()> {
    use nix::unistd::{Pid, setpgid};
    Ok(setpgid(Pid::from_raw(0), Pid::from_raw(0))?)
}

#[cfg(not(unix))]
fn lead_a_group() -> io::Result<()> {
    Ok(())
}

/// The whole group, and so this process as well.
#[cfg(unix)]
fn end(_: &mut Child) {
    use nix::sys::signal::{Signal, kill};
    let _ = kill(nix::unistd::Pid::from_raw(0), Signal::SIGKILL);
}

/// A chapter's servers end with it: see the kit's `CHILD`.
#[cfg(not(unix))]
fn end(child: &mut Child) {
    let _ = child.kill();
}
