//! `Chapter::main`: one command line, three things to do, and an exit status that means something.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use super::cli::{self, RunArgs, ServeArgs, Sub};
use super::custom;
use super::declared;
use super::plan::{self, Step};
use super::run;
use super::servers::Servers;
use super::terminal::Terminal;
use crate::chapter::{Case, Chapter, known};
use crate::record::Run;
use crate::record::write::Writer;
use crate::server::process;
use crate::server::serve::{Failure, Others, Serve};
use crate::views::metrics;
use crate::views::names::Runs;
use crate::views::quantity::Quantity;

/// What went wrong, and whose business it is.
enum Wrong {
    /// what was typed cannot be done: exit status 2
    Input(String),
    /// it was tried and failed: exit status 1
    Experiment(String),
}

impl Chapter {
    /// Does what the command line asks. Exit status: 0 ran, 1 an experiment failed, 2 bad input; that
    /// is also what a mistyped name in the chapter itself is, and [`Chapter::check`] says which.
    pub fn main(self) -> ExitCode {
        let read = self.check().and_then(|()| cli::read(self.name)).map_err(Wrong::Input);
        let done = read.and_then(|cli| match cli.command {
            Some(Sub::List(args)) if args.json => self.list_runs(),
            Some(Sub::List(_)) => {
                self.list();
                Ok(())
            }
            Some(Sub::Serve(args)) => self.serve(&args),
            None => self.run(&cli.run),
        });
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(Wrong::Input(why)) => {
                anstream::eprintln!("error: {why}");
                ExitCode::from(2)
            }
            Err(Wrong::Experiment(why)) => {
                anstream::eprintln!("error: {why}");
                ExitCode::FAILURE
            }
        }
    }

    fn list(&self) {
        let mut out = anstream::stdout();
        // Whoever reads may have left, as `| head` does; there is nobody to tell.
        let _ = writeln!(out, "cases:");
        for case in &self.cases {
            let _ = writeln!(out, "  {:<18} {}", case.name, case.about);
        }
        let _ = writeln!(out, "experiments:");
        for experiment in &self.experiments {
            let only = if experiment.quick.is_none() { " (with --full)" } else { "" };
            let _ = writeln!(out, "  {:<18} {}{only}", experiment.name, experiment.about);
        }
    }

    fn list_runs(&self) -> Result<(), Wrong> {
        let mut out = anstream::stdout();
        for run in declared::runs(self).map_err(Wrong::Input)? {
            let _ = writeln!(out, "{run}");
        }
        Ok(())
    }

    fn serve(&self, args: &ServeArgs) -> Result<(), Wrong> {
        let names = self.cases.iter().map(|case| case.name);
        known("case", &args.case, self.name, names).map_err(Wrong::Input)?;
        let case = self.cases.iter().find(|case| case.name == args.case).expect("known just above");
        let addr = args.addr().map_err(Wrong::Input)?;
        // A thousand waiting clients are a thousand open files; most systems start with fewer.
        let _ = rlimit::increase_nofile_limit(u64::MAX);
        if let Some(bytes) = args.address_space {
            limit_address_space(bytes).map_err(Wrong::Input)?;
        }
        process::end_with_parent();
        let (_running, others) = self.others(case, args)?;
        (case.serve)(&Serve { addr, delay: args.delay, others })
            .map_err(|why| not_served(&args.case, addr, &why))
    }

    /// Where the servers listen that a case needs beside it: as was typed, and the rest is started
    /// here, and ends with this one.
    fn others(&self, case: &Case, args: &ServeArgs) -> Result<(Servers, Others), Wrong> {
        let needed = self.beside(case.name);
        for (name, _) in &args.beside {
            known("case beside it", name, case.name, needed.iter().copied())
                .map_err(|why| Wrong::Input(format!("--beside {name}: {why}")))?;
        }
        let missing = |name: &&str| !args.beside.iter().any(|(given, _)| given == name);
        let mut running = Servers::default();
        for name in needed.iter().copied().filter(missing) {
            running.start(name, args.delay, None, &args.beside).map_err(Wrong::Experiment)?;
        }
        let others = args.beside.iter().cloned().chain(running.addresses()).collect::<Vec<_>>();
        // As long as this process lives, and a few bytes.
        Ok((running, others.leak()))
    }

    fn run(&self, args: &RunArgs) -> Result<(), Wrong> {
        process::end_with_parent();
        let own = custom::experiment(self, args).map_err(Wrong::Input)?;
        let steps = plan::steps(self, own.as_ref(), args).map_err(Wrong::Input)?;
        let mut record = match &args.json {
            Some(path) => writer(path).map_err(Wrong::Input)?,
            None => Writer::nowhere(),
        };
        let to_stdout = args.json.as_deref() == Some(Path::new("-"));
        let mut terminal = Terminal::new(to_stdout, args.ab);
        let _ = rlimit::increase_nofile_limit(u64::MAX);
        terminal.opening(self, args.full);
        for step in &steps {
            self.step(step, &mut record, &mut terminal).map_err(Wrong::Experiment)?;
        }
        if own.is_none() && args.experiment.is_empty() {
            terminal.closing(self, args.full);
        }
        Ok(())
    }

    fn step(
        &self,
        step: &Step,
        record: &mut Writer,
        terminal: &mut Terminal,
    ) -> Result<(), String> {
        let experiment = step.experiment;
        terminal.step(step);
        if experiment.address_space.is_some() && !cfg!(target_os = "linux") {
            terminal.note("not run: only Linux lets this program limit a server's memory");
            return Ok(());
        }
        let mut runs = Vec::new();
        for name in &experiment.cases {
            let case = self.cases.iter().find(|case| case.name == *name);
            let case = case.ok_or_else(|| format!("{} has no case {name:?}", self.name))?;
            for repeat in 1..=step.repeats {
                runs.push(run::once(self, step, case, repeat, record, terminal)?);
            }
        }
        let all_answered = runs.iter().all(is_answered);
        terminal.show(self, step, &Runs::from(runs))?;
        if all_answered || experiment.may_fail {
            return Ok(());
        }
        Err(format!("{}: not every request was answered", experiment.name))
    }
}

/// Whether no request was left without an answer. Of a run that was none there is nothing to say.
fn is_answered(run: &Run) -> bool {
    match metrics::of(run, "failed") {
        Ok(Quantity::Count(failed)) => failed == 0.0,
        _ => run.absent().is_some(),
    }
}

fn writer(path: &Path) -> Result<Writer, String> {
    if path == Path::new("-") {
        return Ok(Writer::new(io::stdout()));
    }
    let file = File::create(path).map_err(|why| {
        format!(
            "--json {}: cannot be written ({why}); name a file in a folder that can",
            path.display()
        )
    })?;
    Ok(Writer::new(BufWriter::new(file)))
}

/// Why a server did not serve: a taken port is the reader's to change, anything else is a failure.
fn not_served(case: &str, addr: std::net::SocketAddr, why: &Failure) -> Wrong {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(why.as_ref());
    while let Some(error) = cause {
        match error.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::AddrInUse) => {
                return Wrong::Input(format!(
                    "port {} of {} is taken; --port 0 takes any free one",
                    addr.port(),
                    addr.ip()
                ));
            }
            Some(io::ErrorKind::AddrNotAvailable | io::ErrorKind::PermissionDenied) => {
                return Wrong::Input(format!(
                    "this machine will not listen on {addr} ({error}); try --host 127.0.0.1 --port 8000"
                ));
            }
            _ => cause = error.source(),
        }
    }
    Wrong::Experiment(format!("{case} stopped serving: {why}"))
}

#[cfg(target_os = "linux")]
fn limit_address_space(bytes: u64) -> Result<(), String> {
    rlimit::setrlimit(rlimit::Resource::AS, bytes, bytes)
        .map_err(|why| format!("--address-space {bytes}: {why}"))
}

#[cfg(not(target_os = "linux"))]
fn limit_address_space(_bytes: u64) -> Result<(), String> {
    Err("--address-space can be set on Linux only".into())
}
