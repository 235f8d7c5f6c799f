//! Recording: running a chapter's experiments in full, and keeping what they show when it is whole.

use std::fs;
use std::io::{self, BufWriter};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use tempfile::NamedTempFile;
use while_you_wait::names::{Runs, series_of};
use while_you_wait::record::{Run, read_file};
use while_you_wait::write::Writer;

use crate::mistake::Failure;
use crate::project::Project;

/// What is to be recorded anew of a chapter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub chapter: String,
    /// these alone, and everything else of the record stays; all of them where none is named
    pub experiments: Vec<String>,
}

/// Records what is named, as `chap1` or `chap1.ten`, or all chapters when nothing is.
///
/// # Errors
/// A chapter does not exist, its program fails, or what it wrote is not whole. Its old record
/// stays then, and so do the new ones of the chapters before it.
pub fn run(project: &Project, asked: &[String]) -> Result<(), Failure> {
    let orders = chosen(project, asked)?;
    let begun = Instant::now();
    for (at, order) in orders.iter().enumerate() {
        // A line, and no bar: the terminal belongs to the chapter's own bar while it runs.
        let (number, all, chapter) = (at + 1, orders.len(), &order.chapter);
        let minutes = begun.elapsed().as_secs() / 60;
        eprintln!("recording {chapter}, {number} of {all}, after {minutes} min");
        record(project, order, &mut |order, json| program(project, order, json))?;
        println!(
            "recorded {}",
            crate::mistake::slashed(&project.named(&project.record_of(chapter)))
        );
    }
    Ok(())
}

/// What was asked for, chapter by chapter; the chapters all exist.
fn chosen(project: &Project, asked: &[String]) -> Result<Vec<Order>, Failure> {
    let all = project.chapters();
    let asked = if asked.is_empty() { &all } else { asked };
    let mut orders: Vec<Order> = Vec::new();
    for name in asked {
        let (chapter, experiment) = match name.split_once('.') {
            Some((chapter, experiment)) => (chapter, Some(experiment.to_string())),
            None => (name.as_str(), None),
        };
        if !all.iter().any(|known| known == chapter) {
            let known = if all.is_empty() { "none".to_string() } else { all.join(", ") };
            return Err(Failure::Input(format!(
                "there is no chapter {chapter}; there are: {known}"
            )));
        }
        let experiments: Vec<String> = experiment.into_iter().collect();
        match orders.iter_mut().find(|order| order.chapter == chapter) {
            // Once all of it was asked for, a part is in it.
            Some(order) if order.experiments.is_empty() || experiments.is_empty() => {
                order.experiments.clear();
            }
            Some(order) => order.experiments.extend(experiments),
            None => orders.push(Order { chapter: chapter.into(), experiments }),
        }
    }
    Ok(orders)
}

/// Records with a program that writes its lines to a file and says whether it succeeded. Until the
/// record is known to be whole, nothing of it is in `book/runs`.
///
/// # Errors
/// As [`run`].
pub fn record(
    project: &Project,
    order: &Order,
    program: &mut dyn FnMut(&Order, &Path) -> Result<(), String>,
) -> Result<(), Failure> {
    let chapter = &order.chapter;
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
    program(order, &fresh).map_err(kept)?;
    let new = whole(chapter, &fresh).map_err(kept)?;
    let runs = match order.experiments.is_empty() {
        true => new,
        false => {
            let old =
                read_file(&project.record_of(chapter)).map_err(|bad| kept(bad.to_string()))?;
            in_place(old, new, &order.experiments)
        }
    };
    // Renamed into place, in one step, from the same file system.
    let file = tempfile::Builder::new()
        .prefix(".recording-")
        .tempfile_in(project.runs())
        .map_err(|why| io("make a file", why))?;
    write(&runs, &file).map_err(|why| io("write the record", why))?;
    readable(file.path()).map_err(|why| io("write the record", why))?;
    file.persist(project.record_of(chapter)).map_err(|why| io("keep the record", why.error))?;
    Ok(())
}

/// A whole record of that chapter.
fn whole(chapter: &str, file: &Path) -> Result<Vec<Run>, String> {
    let runs = read_file(file).map_err(|bad| bad.to_string())?;
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
    runs.all().iter().try_for_each(|run| runs.series(&series_of(run)).map(drop))?;
    Ok(runs.all().to_vec())
}

/// The new runs of some experiments where the old ones stood, and all others as they were.
fn in_place(mut old: Vec<Run>, new: Vec<Run>, experiments: &[String]) -> Vec<Run> {
    for experiment in experiments {
        let of_it = |run: &&Run| run.header.experiment == *experiment;
        let at = old.iter().position(|run| of_it(&run)).unwrap_or(old.len());
        old.retain(|run| !of_it(&run));
        old.splice(at..at, new.iter().filter(of_it).cloned());
    }
    old
}

fn write(runs: &[Run], file: &NamedTempFile) -> io::Result<()> {
    let mut writer = Writer::new(BufWriter::new(file.reopen()?));
    runs.iter().try_for_each(|run| writer.run(run))
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
fn program(project: &Project, order: &Order, json: &Path) -> Result<(), String> {
    let only = order.experiments.iter().flat_map(|name| ["--experiment", name]);
    let status = Command::new("cargo")
        .current_dir(project.root())
        .args(["run", "--quiet", "--release", "--example", &order.chapter, "--", "--full"])
        .args(only)
        .arg("--json")
        .arg(json)
        .status()
        .map_err(|why| format!("cannot start cargo: {why}"))?;
    if status.success() { Ok(()) } else { Err(format!("its program ended with {status}")) }
}
