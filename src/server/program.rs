//! Somebody else's program as a case's server.

use std::process::{Command, Stdio};

use super::process::CHILD;
use super::serve::{Failure, Serve};

impl Serve {
    /// Lets that program serve. It is told where to listen, says so itself, and ends when its stdin
    /// does if [`CHILD`] is set.
    ///
    /// Where it can, this process becomes that program, so that its memory and threads are all that
    /// is measured. But for a person who starts a case with others beside it, it stays: those would
    /// end with it.
    ///
    /// # Errors
    /// It does not start, or does not end well.
    pub fn becomes(&self, mut program: Command) -> Result<(), Failure> {
        #[cfg(unix)]
        if self.others.is_empty() || std::env::var_os(CHILD).is_some() {
            use std::os::unix::process::CommandExt;
            return Err(program.exec().into());
        }
        let mut server = program.env(CHILD, "1").stdin(Stdio::piped()).spawn()?;
        let _stays_open = server.stdin.take(); // for as long as we are here
        match server.wait()? {
            status if status.success() => Ok(()),
            status => Err(format!("the server ended with {status}").into()),
        }
    }
}
