//! What a reader sees in the terminal: who waited for whom, the numbers, one thing to notice.
//!
//! Colour appears on a terminal only, and not where `NO_COLOR` is set: anstream sees to that, so
//! everything here writes as if there were always colour.

mod bars;
mod paper;
mod settings;
mod table;

use std::fmt;
use std::io;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

pub use paper::Paper;

use super::plan::Step;
use crate::chapter::{Asked, Chapter, Experiment, Seen};
use crate::record::{Header, LoadSettings, Mode, Run, Value};
use crate::views::ab;
use crate::views::names::Runs;
use crate::views::pace;
use crate::views::quantity::plain;
use crate::views::summary::Requests;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const WARN: Style = AnsiColor::Yellow.on_default();

/// Above so many lanes a terminal shows the curve of requests in flight instead.
const MOST_LANES: u32 = 20;

/// Narrower than this, a line has no room for a bar beside its words.
const BAR: usize = 72;

/// The people's side of a run; the record goes elsewhere.
pub struct Terminal {
    out: Paper,
    progress: ProgressBar,
    /// whether to report as ab does, too
    ab: bool,
}

impl Terminal {
    /// On stdout, or on stderr where stdout carries the record.
    pub fn new(record_on_stdout: bool, ab: bool) -> Self {
        Terminal { out: Paper::of(record_on_stdout), progress: ProgressBar::hidden(), ab }
    }

    /// # Errors
    /// Not everything could be written.
    pub fn finish(self) -> io::Result<()> {
        self.out.finish()
    }

    pub fn opening(&mut self, chapter: &Chapter, full: bool) {
        self.say(format_args!("{BOLD}{}{BOLD:#}\n{}\n", chapter.title, chapter.question));
        let slow = chapter.experiments.iter().any(|experiment| experiment.weighs);
        if cfg!(debug_assertions) && slow && full {
            self.warn("this build is not optimised, and its figures of memory and speed are not the book's: add --release");
        }
    }

    /// Which experiment comes now.
    pub fn experiment(&mut self, experiment: &Experiment) {
        self.say(format_args!("{BOLD}{}{BOLD:#} · {}", experiment.name, experiment.about));
    }

    /// By which command it came about, and when.
    pub fn recorded(&mut self, header: &Header) {
        self.say(format_args!("{DIM}{}, on {}{DIM:#}", header.command, header.date));
    }

    pub fn step(&mut self, step: &Step) {
        let experiment = step.experiment;
        self.experiment(experiment);
        let (load, by) = match &step.asked {
            Asked::ByLoad(load) => (load, String::new()),
            Asked::ByGenerator(generator, load) => (load, format!(", sent by {}", generator.name)),
            Asked::ByHand(_) => return, // no load, so nothing of one to say
        };
        let apart =
            if experiment.apart { "; a core for the server, a core for the load" } else { "" };
        self.say(format_args!(
            "{DIM}{}{by}; each handler waits {}{apart}{DIM:#}",
            settings::load(load),
            plain(step.delay)
        ));
        if let Some(probe) = load.probe {
            self.say(format_args!(
                "{DIM}from line {} on: {} asked meanwhile, once every {}{DIM:#}",
                load.lanes + 1,
                probe.path,
                plain(probe.every)
            ));
        }
        if load.timeout < step.delay {
            self.say(format_args!(
                "{DIM}each client hangs up after {}{DIM:#}",
                plain(load.timeout)
            ));
        }
    }

    pub fn note(&mut self, text: &str) {
        self.say(format_args!("{DIM}{text}{DIM:#}\n"));
    }

    fn warn(&mut self, text: &str) {
        self.say(format_args!("{WARN}note: {text}{WARN:#}"));
    }

    /// An experiment's cases, side by side on one time axis, then its table; and what there is to
    /// notice, unless settings were `changed`: then the sentence may be about something else.
    ///
    /// # Errors
    /// A case of the experiment left no run.
    pub fn show(
        &mut self,
        chapter: &Chapter,
        experiment: &Experiment,
        runs: &Runs,
        changed: bool,
    ) -> Result<(), String> {
        let series = runs.cases(chapter.name, experiment.name)?;
        let shown: Vec<&Run> =
            series.iter().map(|series| runs.median_run(series)).collect::<Result<_, _>>()?;
        self.draw(chapter, &shown);
        self.say(format_args!(""));
        table::write(&mut self.out, experiment.columns, &series, runs)?;
        let ab = self.ab;
        for run in shown.iter().filter(|_| ab) {
            if let Some(report) = ab::report(run) {
                self.say(format_args!("\n{BOLD}{}{BOLD:#}\n{report}", run.header.case));
            }
        }
        self.warnings(&shown);
        let notice = Seen::new(chapter.name, experiment, runs).notice()?;
        if !notice.is_empty() && !changed {
            self.say(format_args!("\n{BOLD}Notice:{BOLD:#} {notice}"));
        }
        self.say(format_args!(""));
        Ok(())
    }

    /// Where no request was kept there is nothing to draw, and the table says it all.
    fn draw(&mut self, chapter: &Chapter, shown: &[&Run]) {
        let kept = |run: &&&Run| !run.samples.is_empty() && run.histogram.is_none();
        let drawn: Vec<&&Run> = shown.iter().filter(kept).collect();
        let Some(end) = drawn.iter().map(|run| run.end.at).max() else { return };
        let few = drawn[0].header.load.concurrency <= MOST_LANES;
        for run in &drawn {
            let case = chapter.cases.iter().find(|case| case.name == run.header.case);
            let about = case.map_or("", |case| case.about);
            self.say(format_args!("\n{BOLD}{}{BOLD:#}  {about}", run.header.case));
            match few {
                true => bars::lanes(&mut self.out, run, end),
                false => bars::in_flight(&mut self.out, run, end),
            }
        }
        bars::axis(&mut self.out, end);
        if few {
            bars::legend(&mut self.out, &drawn);
        }
    }

    fn warnings(&mut self, shown: &[&Run]) {
        for run in shown {
            if let Some(why) = run.absent() {
                self.warn(&format!("{}: not run: {why}", run.header.case));
                continue;
            }
            pace::notes(run).iter().for_each(|note| self.warn(note));
            if let Some(all) = all_at_once(&run.header.load)
                && let Some(peak) = Requests::of(run).peak_in_flight()
                && peak < all as usize
            {
                self.warn(&format!(
                    "{}: never had all {all} waiting; at most {peak} were under way at once",
                    run.header.case
                ));
            }
            if let Some(Value::Text(how)) = run.fact("server-exit").map(|fact| &fact.value)
                && how != "stopped"
            {
                let said = match run.fact("server-said").map(|fact| &fact.value) {
                    Some(Value::Text(said)) => said.as_str(),
                    _ => "",
                };
                self.warn(&format!(
                    "{}: the server {how}; its last words: {said}",
                    run.header.case
                ));
            }
        }
    }

    /// Of what was just run.
    pub fn unoptimised(&mut self, experiment: &Experiment) {
        if cfg!(debug_assertions) && experiment.weighs {
            self.warn("this build is not optimised; for figures of memory and speed add --release");
        }
    }

    pub fn closing(&mut self, chapter: &Chapter, full: bool) {
        let kept = chapter.experiments.iter().filter(|experiment| experiment.quick.is_none());
        let names: Vec<&str> = kept.map(|experiment| experiment.name).collect();
        if !full && !names.is_empty() {
            self.note(&format!("With --full also: {}.", names.join(", ")));
        }
    }

    fn say(&mut self, text: fmt::Arguments) {
        for line in text.to_string().split('\n') {
            self.out.line(line, 0);
        }
    }
}

/// How many requests there are, where all of them are meant to be waiting at one moment.
fn all_at_once(load: &LoadSettings) -> Option<u32> {
    let n = load.requests;
    (load.mode == Mode::Closed && load.by.is_none() && n == load.concurrency && n > 1).then_some(n)
}

/// While a run goes on.
impl Terminal {
    pub fn begins(&mut self, header: &Header) {
        let load = &header.load;
        let samples = load.requests + load.probe.as_ref().map_or(0, |probe| probe.requests);
        let narrow = self.out.width().is_some_and(|width| width < BAR);
        let template = match (load.duration_us, narrow) {
            (None, false) => "{msg} {wide_bar} {pos} of {len} answered, {elapsed}",
            // Of a long name, what there is room for.
            (None, true) => "{wide_msg} {pos} of {len}, {elapsed}",
            (Some(_), _) => "{wide_msg} {pos} answered, {elapsed}",
        };
        let style =
            ProgressStyle::with_template(template).expect("a template written here is valid");
        // Draws nothing where stderr is no terminal.
        self.progress = ProgressBar::new(u64::from(samples)).with_style(style).with_message(
            match header.repeats {
                1 => header.case.clone(),
                of => format!("{} ({} of {of})", header.case, header.repeat),
            },
        );
        self.progress.enable_steady_tick(Duration::from_millis(100));
    }

    pub fn answered(&mut self, done: usize) {
        self.progress.set_position(done as u64);
    }

    pub fn ends(&mut self) {
        self.progress.finish_and_clear();
    }
}
