//! One run: compiled, made, and drawn again and again while it is made.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use while_you_wait::record::{Reader, Run};
use while_you_wait::views::names::{Runs, series_of};

use super::child::{Doing, Held};
use super::page::Page;
use crate::answer::so_far;
use crate::html;
use crate::live::compare;
use crate::live::plan::Order;
use crate::project::Project;
use crate::record::Recorder;
use crate::runs::Recorded;

/// A figure is drawn no more often: it costs as much as a page of the book.
const REDRAW: Duration = Duration::from_millis(200);

/// From nothing, on a slow machine.
const LONGEST_BUILD: Duration = Duration::from_secs(30 * 60);

/// Makes a run, tells the page of it, and gives what the page is told at the end.
///
/// # Errors
/// One sentence on what came in between.
pub async fn make(
    project: &Project,
    recorded: &Arc<Recorded>,
    order: &Order,
    longest: Duration,
    page: &Page,
) -> Result<Value, String> {
    // Two at once would measure each other; and so would a recording.
    let _alone = Recorder::alone(project).map_err(|failure| failure.to_string())?;
    let program = build(project, order, page).await?;
    let args = order.args.iter().map(String::as_str).chain(["--json", "-"]).map(OsStr::new);
    let command: Vec<&OsStr> = [program.as_os_str()].into_iter().chain(args).collect();
    let mut held = Held::start(project.root(), &command)?;
    let mut made = Made::new(recorded, order);
    let mut redraw = interval(REDRAW);
    redraw.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let until = Instant::now() + longest;
    let ended = loop {
        tokio::select! {
            doing = held.next() => match doing? {
                Doing::Says(line) => made.take(line, page).await?,
                Doing::Warns(line) => {
                    page.say(&line).await;
                    made.warned(line);
                }
                Doing::Ends(status) => break status,
            },
            _ = redraw.tick(), if made.is_new || made.ends_by_time() => made.draw(page).await,
            () = sleep_until(until) => {
                let after = longest.as_secs();
                return Err(format!("it was stopped after {after} s; --longest-run gives it longer"));
            }
        }
    };
    made.finish(ended).await
}

/// Compiles the chapter's program as the book's own runs were, and says where it is.
async fn build(project: &Project, order: &Order, page: &Page) -> Result<PathBuf, String> {
    let chapter = &order.plan.chapter;
    page.state(&format!("Compiling {chapter}, which takes a while when it is new")).await;
    let cargo = ["cargo", "build", "--release", "--color=never", "--example", chapter];
    let json = "--message-format=json-render-diagnostics";
    let command: Vec<&OsStr> = cargo.into_iter().chain([json]).map(OsStr::new).collect();
    let mut held = Held::start(project.root(), &command)?;
    let mut program = None;
    let until = Instant::now() + LONGEST_BUILD;
    loop {
        let doing = tokio::select! {
            doing = held.next() => doing?,
            () = sleep_until(until) => return Err("cargo did not come to an end".into()),
        };
        match doing {
            Doing::Says(line) => program = executable(&line, chapter).or(program),
            Doing::Warns(line) => page.say(&line).await,
            Doing::Ends(status) if !status.success() => {
                return Err(format!("{chapter} could not be compiled: what cargo says is below"));
            }
            Doing::Ends(_) => {
                return program.ok_or_else(|| format!("cargo built no program {chapter}"));
            }
        }
    }
}

/// Where the chapter's program is, from a line of cargo's JSON.
fn executable(line: &str, chapter: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    let target = &message["target"];
    let ours = target["name"] == *chapter && target["kind"][0] == "example";
    message["executable"].as_str().filter(|_| ours).map(PathBuf::from)
}

/// What has been made by now.
struct Made<'a> {
    recorded: &'a Arc<Recorded>,
    order: &'a Order,
    reader: Reader,
    /// the lines as they came: what is kept
    record: String,
    /// whether there is something that no figure shows yet
    is_new: bool,
    /// when the run began that is being made
    began: Instant,
    /// the last sentence on stderr that says what is wrong
    wrong: Option<String>,
}

impl<'a> Made<'a> {
    fn new(recorded: &'a Arc<Recorded>, order: &'a Order) -> Self {
        Made {
            recorded,
            order,
            reader: Reader::default(),
            record: String::new(),
            is_new: false,
            began: Instant::now(),
            wrong: None,
        }
    }

    async fn take(&mut self, line: String, page: &Page) -> Result<(), String> {
        let between_runs = self.reader.unfinished().is_none();
        self.reader.push(&line).map_err(|bad| format!("its record is no good: {bad}"))?;
        self.record.push_str(&line);
        self.record.push('\n');
        self.is_new = true;
        if between_runs && let Some(run) = self.reader.unfinished() {
            self.began = Instant::now();
            let (nth, of) = (self.reader.finished() + 1, self.order.runs);
            page.state(&format!("Running {}, {nth} of {of}", series_of(run))).await;
        }
        Ok(())
    }

    fn warned(&mut self, line: String) {
        if let Some(why) = line.strip_prefix("error: ") {
            self.wrong = Some(why.to_string());
        }
    }

    /// Whether it goes on also where it has nothing to say.
    fn ends_by_time(&self) -> bool {
        self.reader.unfinished().is_some_and(|run| run.header.load.duration_us.is_some())
    }

    async fn draw(&mut self, page: &Page) {
        page.progress(&self.reader, self.order.runs, self.began.elapsed()).await;
        if !std::mem::take(&mut self.is_new) {
            return;
        }
        // While a run is being made there may not yet be what its figure needs.
        if let Ok((Some(figure), _)) = self.drawn(self.reader.so_far()).await {
            page.figure(&figure).await;
        }
    }

    /// The figure of some runs, and the table that compares them with the book's.
    async fn drawn(&self, runs: Vec<Run>) -> Result<(Option<String>, Option<String>), String> {
        let (recorded, directive) = (Arc::clone(self.recorded), self.order.plan.directive.clone());
        // Drawing is work, and others are being served on this thread.
        let work = move || {
            let runs = Runs::so_far(runs);
            let figure = so_far(&runs, &directive)?;
            let table = compare::draw(&recorded.runs, &runs, &directive).map(html::block);
            Ok((figure, table))
        };
        tokio::task::spawn_blocking(work).await.map_err(|why| format!("cannot draw: {why}"))?
    }

    /// What a page is told at the end: the figure, the table, and the record, to be kept.
    async fn finish(self, ended: ExitStatus) -> Result<Value, String> {
        let runs = self.reader.so_far();
        let absent: Vec<String> = runs
            .iter()
            .filter_map(|run| Some(format!("{} was not run: {}", series_of(run), run.absent()?)))
            .collect();
        // A run that no figure shows is a run all the same, and can be kept.
        let (drawn, undrawn) = match self.drawn(runs).await {
            Ok(drawn) => (drawn, None),
            Err(why) => ((None, None), Some(why)),
        };
        let (figure, table) = drawn;
        let wrong = match (&self.wrong, ended.success()) {
            (Some(why), false) => Some(why.clone()),
            (None, false) => Some(format!("it ended with {ended}")),
            (_, true) => None,
        };
        let whole = self.reader.finish();
        let wrong = wrong.or_else(|| whole.err().map(|bad| bad.to_string())).or(undrawn);
        let plan = &self.order.plan;
        let name = format!("{}-{}.jsonl", plan.chapter, plan.experiments[0]);
        Ok(json!({
            "figure": figure, "table": table, "absent": absent, "wrong": wrong,
            "record": self.record, "name": name,
        }))
    }
}
