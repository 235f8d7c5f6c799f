//! Recording: running a chapter's experiments in full, and keeping what they show when it is whole.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Instant;

use regex::Regex;
use tempfile::NamedTempFile;
use while_you_wait::record::write::Writer;
use while_you_wait::record::{Run, read_file};
use while_you_wait::server::process::CHILD;
use while_you_wait::views::names::{Runs, series_of};

use crate::mistake::{Failure, slashed};
use crate::near;
use crate::project::{Project, readable};
use crate::say;

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
/// A chapter or an experiment does not exist, another press records, a program fails, or what it
/// wrote is not whole. The chapter's old record stays then, and so do the new ones of the chapters
/// before it.
pub fn run(project: &Project, asked: &[String]) -> Result<(), Failure> {
    let orders = chosen(project, asked)?;
    let recorder = Recorder::alone(project)?;
    let begun = Instant::now();
    let mut said = Ok(());
    for (at, order) in orders.iter().enumerate() {
        // A line, and no bar: the terminal belongs to the chapter's own bar while it runs.
        let (number, all, chapter) = (at + 1, orders.len(), &order.chapter);
        let minutes = begun.elapsed().as_secs() / 60;
        say::wrong(&format!("recording {chapter}, {number} of {all}, after {minutes} min"));
        recorder.record(order, &mut |order, json| program(project, order, json))?;
        let file = project.record_of(chapter);
        let recorded = say::result(&format!("recorded {}", slashed(&project.named(&file))));
        // Minutes of measuring are not thrown away because one line could not be written.
        said = said.and(recorded);
    }
    said
}

/// What was asked for, chapter by chapter; the chapters and experiments all exist.
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
        if let Some(experiment) = &experiment {
            exists(project, chapter, experiment)?;
        }
        let experiments: Vec<String> = experiment.into_iter().collect();
        match orders.iter_mut().find(|order| order.chapter == chapter) {
            // Once all of it was asked for, a part is in it.
            Some(order) if order.experiments.is_empty() || experiments.is_empty() => {
                order.experiments.clear();
            }
            Some(order) if order.experiments.contains(&experiments[0]) => {}
            Some(order) => order.experiments.extend(experiments),
            None => orders.push(Order { chapter: chapter.into(), experiments }),
        }
    }
    Ok(orders)
}

/// Whether a chapter's program may have such an experiment, without compiling it: its name stands
/// there between quotes, perhaps with a part that is filled in. A name that is there and yet is no
/// experiment's is found out by the program.
pub fn is_named(project: &Project, chapter: &str, experiment: &str) -> bool {
    let mut sources = vec![project.program_of(chapter)];
    sources.extend(beneath(&project.root().join("chapters").join(chapter)));
    let text = |file: &PathBuf| fs::read_to_string(file).unwrap_or_default();
    sources.iter().any(|file| may_name(&text(file), experiment))
}

/// All files in a folder and in those that it holds.
fn beneath(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.flat_map(|path| if path.is_dir() { beneath(&path) } else { vec![path] }).collect()
}

/// # Errors
/// There is no such experiment, neither in the chapter's program nor in its record.
pub fn exists(project: &Project, chapter: &str, experiment: &str) -> Result<(), Failure> {
    if is_named(project, chapter, experiment) {
        return Ok(());
    }
    // The old record has the names of those that there were.
    let runs = read_file(&project.record_of(chapter)).unwrap_or_default();
    let mut known: Vec<&str> = runs.iter().map(|run| run.header.experiment.as_str()).collect();
    known.dedup();
    if known.contains(&experiment) {
        return Ok(());
    }
    let hint = near::hint(experiment, known.iter().copied());
    Err(Failure::Input(format!(
        "{chapter} has no experiment {experiment}{hint}; recorded are: {}",
        if known.is_empty() { "none".to_string() } else { known.join(", ") }
    )))
}

/// Whether a program's text holds the name between quotes, or a pattern that can come to it, as
/// `"offered-{rate}"` can.
fn may_name(text: &str, experiment: &str) -> bool {
    static QUOTED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#""([a-z0-9-]*(?:\{[^{}"]*\}[a-z0-9-]*)*)""#).expect("fixed"));
    static FILLED_IN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{[^{}]*\}").expect("fixed"));
    QUOTED.captures_iter(text).any(|found| {
        let fixed: Vec<&str> = FILLED_IN.split(&found[1]).collect();
        // Of a name that is filled in as a whole, nothing is known.
        let says_something = fixed.iter().any(|part| !part.is_empty());
        let pattern = format!("^{}$", fixed.join("[a-z0-9-]+"));
        says_something && Regex::new(&pattern).is_ok_and(|pattern| pattern.is_match(experiment))
    })
}

/// Who may record: one press at a time, since two would measure each other.
pub struct Recorder<'a> {
    project: &'a Project,
    /// held for as long as this lives, and let go by the system however its press ends
    _lock: File,
}

impl<'a> Recorder<'a> {
    /// # Errors
    /// Another press records, or the lock cannot be had.
    pub fn alone(project: &'a Project) -> Result<Self, Failure> {
        let refused = |why: io::Error| Failure::Other(format!("cannot record: {why}"));
        fs::create_dir_all(project.scratch()).map_err(refused)?;
        let lock = File::create(project.scratch().join("recording.lock")).map_err(refused)?;
        match lock.try_lock() {
            Ok(()) => Ok(Recorder { project, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::Other(
                "another press is recording here, and two would measure each other: wait for it, or end it"
                    .into(),
            )),
            Err(TryLockError::Error(why)) => Err(refused(why)),
        }
    }

    /// Records with a program that writes its lines to a file and says whether it succeeded. Until
    /// the record is known to be whole, nothing of it is in `book/runs`.
    ///
    /// # Errors
    /// As [`run`].
    pub fn record(
        &self,
        order: &Order,
        program: &mut dyn FnMut(&Order, &Path) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let (project, chapter) = (self.project, &order.chapter);
        let kept = |why: String| Failure::Other(format!("{chapter} is not recorded: {why}"));
        let io = |what: &str, why: io::Error| {
            Failure::Other(format!("{chapter} is not recorded: cannot {what}: {why}"))
        };
        fs::create_dir_all(project.runs()).map_err(|why| io("make a folder", why))?;
        // Before minutes of measuring, and not after them.
        let old = match order.experiments.is_empty() {
            true => None,
            false => {
                Some(read_file(&project.record_of(chapter)).map_err(|bad| kept(bad.to_string()))?)
            }
        };
        // A fixed name: what an interrupted run leaves behind is written over by the next.
        let fresh = project.scratch().join(format!("{chapter}.jsonl"));
        match fs::remove_file(&fresh) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => {
                return Err(io("remove what an earlier run left", why));
            }
            _ => {}
        }
        program(order, &fresh).map_err(kept)?;
        let new = whole(order, &fresh).map_err(kept)?;
        let runs = match old {
            None => new,
            Some(old) => in_place(old, new, &order.experiments),
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
}

/// A whole record of what was ordered, and of nothing else: what is not in it cannot take the place
/// of what was.
fn whole(order: &Order, file: &Path) -> Result<Vec<Run>, String> {
    let chapter = &order.chapter;
    let runs = read_file(file).map_err(|bad| bad.to_string())?;
    if runs.is_empty() {
        return Err("its program wrote no run".into());
    }
    if let Some(run) = runs.iter().find(|run| run.header.chapter != *chapter) {
        return Err(format!("its program wrote a run of {}", run.header.chapter));
    }
    let of = |experiment: &String| runs.iter().any(|run| run.header.experiment == *experiment);
    if let Some(missing) = order.experiments.iter().find(|experiment| !of(experiment)) {
        return Err(format!("its program wrote no run of {missing}"));
    }
    let asked = |run: &&Run| order.experiments.contains(&run.header.experiment);
    if let Some(run) = runs.iter().find(|run| !order.experiments.is_empty() && !asked(run)) {
        return Err(format!(
            "its program wrote a run of {}, which nobody asked for",
            series_of(run)
        ));
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

/// The chapter itself, optimised, its own progress on this terminal. It ends when its stdin closes,
/// and so it goes with the press, however that ends; cargo hands both on.
fn program(project: &Project, order: &Order, json: &Path) -> Result<(), String> {
    let only = order.experiments.iter().flat_map(|name| ["--experiment", name]);
    let mut child = Command::new("cargo")
        .env(CHILD, "1")
        .stdin(Stdio::piped())
        .current_dir(project.root())
        .args(["run", "--quiet", "--release", "--example", &order.chapter, "--", "--full"])
        .args(only)
        .arg("--json")
        .arg(json)
        .spawn()
        .map_err(|why| format!("cannot start cargo: {why}"))?;
    // Waiting for it would close its stdin.
    let stdin = child.stdin.take();
    let status = child.wait().map_err(|why| format!("cannot wait for cargo: {why}"))?;
    drop(stdin);
    if status.success() { Ok(()) } else { Err(format!("its program ended with {status}")) }
}
