//! A folder that is gone when this process is, whatever ended it.

use std::path::PathBuf;

use while_you_wait::Failure;

/// Makes one.
///
/// # Errors
/// The system's folder for temporary files takes nothing.
pub fn folder() -> Result<PathBuf, Failure> {
    let number = fastrand::u64(..);
    let folder = std::env::temp_dir()
        .join(format!("chap7-{}-{number:x}", std::process::id()));
    std::fs::create_dir(&folder)
        .map_err(|why| format!("{}: {why}", folder.display()))?;
    #[cfg(unix)]
    sweep(&folder)?;
    Ok(folder)
}

/// A shell that waits for the end of its stdin, which comes with ours: nobody who is killed could
/// sweep for themselves.
#[cfg(unix)]
fn sweep(folder: &std::path::Path) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' HUP INT TERM; read -r _; rm -rf \"$1\"", "sweep"])
        .arg(folder);
    shell
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    let mut shell = shell.spawn()?;
    // Open for as long as this process lives.
    std::mem::forget(shell.stdin.take());
    Ok(())
}
