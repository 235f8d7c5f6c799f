//! Recording: running a chapter's experiments in full, and keeping what they show when it is whole.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use while_you_wait::names::{Runs, series_of};
use while_you_wait::record::read_file;

use crate::mistake::Failure;
use crate::project::Project;

/// Records some chapters, or all when none is named.
///
/// # Errors
/// A chapter does not exist, its program fails, or what it wrote is not whole. Its old record
/// stays then, and so do the new ones of the chapters before it.
pub fn run(project: &Project, chapters: &[String]) -> Result<(), Failure> {
    let chapters = chosen(project, chapters)?;
    let begun = Instant::now();
    for (at, chapter) in chapters.iter().enumerate() {
        // A line, and no bar: the terminal belongs to the chapter's own bar while it runs.
        let (number, all) = (at + 1, chapters.len());
        let minutes = begun.elapsed().as_secs() / 60;
        eprintln!("recording {chapter}, {number} of {all}, after {minutes} min");
        record(project, chapter, &mut |chapter, json| program(project, chapter, json))?;
        println!("recorded {}", project.named(&project.record_of(chapter)).display());
    }
    Ok(())
}

/// The chapters that were asked for, all of which exist.
fn chosen(project: &Project, asked: &[String]) -> Result<Vec<String>, Failure> {
    let all = project.chapters();
    if let Some(unknown) = asked.iter().find(|chapter| !all.contains(chapter)) {
        let known = if all.is_empty() { "none".to_string() } else { all.join(", ") };
        return Err(Failure::Input(format!("there is no chapter {unknown}; there are: {known}")));
    }
    Ok(if asked.is_empty() { all } else { asked.to_vec() })
}

/// Records one chapter with a program that writes its lines to a file and says whether it
/// succeeded. Until its record is known to be whole, nothing of it is in `book/runs`.
///
/// # Errors
/// As [`run`].
pub fn record(
    project: &Project,
    chapter: &str,
    program: &mut dyn FnMut(&str, &Path) -> Result<(), String>,
) -> Result<(), Failure> {
    let kept = |why: String| Failure::Other(format!("{chapter} is not recorded: {why}"));
    let io = |what: &str, why: io::Error| kept(format!("cannot {what}: {why}"));
    fs::create_dir_all(project.scratch()).map_err(|why| io("make a folder", why))?;
    fs::create_dir_all(project.runs()).map_err(|why| io("make a folder", why))?;
    // A fixed name: what an interrupted run leaves behind is written over by the next.
    let fresh = project.scratch().join(format!("{chapter}.jsonl"));
    match fs::remove_file(&fresh) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => {
            return Err(io("remove what an earlier run left", why));
        }
        _ => {}
    }
    program(chapter, &fresh).map_err(kept)?;
    whole(chapter, &fresh).map_err(kept)?;
    let text = fs::read(&fresh).map_err(|why| io("read the record", why))?;
    // Renamed into place, in one step, from the same file system.
    let mut file = tempfile::Builder::new()
        .prefix(".recording-")
        .tempfile_in(project.runs())
        .map_err(|why| io("make a file", why))?;
    file.write_all(&text).map_err(|why| io("write the record", why))?;
    readable(file.path()).map_err(|why| io("write the record", why))?;
    file.persist(project.record_of(chapter)).map_err(|why| io("keep the record", why.error))?;
    Ok(())
}

/// Whether the file is a whole record of that chapter.
fn whole(chapter: &str, file: &Path) -> Result<(), String> {
    let runs = read_file(file).map_err(|bad| bad.0)?;
    if runs.is_empty() {
        return Err("its program wrote no run".into());
    }
    if let Some(run) = runs.iter().find(|run| run.header.chapter != chapter) {
        return Err(format!("its program wrote a run of {}", run.header.chapter));
    }
    let runs = Runs::from(runs);
    if let Some((run, why)) = runs.all().iter().find_map(|run| Some((run, run.absent()?))) {
        return Err(format!("{} could not be run here: {why}", series_of(run)));
    }
    // Asking for a series refuses one that misses repeats.
    runs.all().iter().try_for_each(|run| runs.series(&series_of(run)).map(drop))
}

/// Temporary files are the owner's alone; a record is like any other file of the project.
#[cfg(unix)]
fn readable(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The chapter itself, optimised, its own progress on this terminal.
fn program(project: &Project, chapter: &str, json: &Path) -> Result<(), String> {
    let status = Command::new("cargo")
        .current_dir(project.root())
        .args(["run", "--quiet", "--release", "--example", chapter, "--", "--full", "--json"])
        .arg(json)
        .status()
        .map_err(|why| format!("cannot start cargo: {why}"))?;
    if status.success() { Ok(()) } else { Err(format!("its program ended with {status}")) }
}
