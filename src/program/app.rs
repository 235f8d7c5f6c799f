//! `Chapter::main`: one command line, three things to do, and an exit status that means something.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::cli::{self, RunArgs, ServeArgs, ShowArgs, Sub, Typed};
use super::custom;
use super::declared;
use super::forms;
use super::plan;
use super::servers::Servers;
use super::show;
use super::terminal::Paper;
use super::wrong::{Wrong, said};
use crate::chapter::{Case, Chapter, Experiment, Form, known};
use crate::server::process;
use crate::server::serve::{Failure, Others, Serve};

/// What a command line asks for.
enum Asking<'a> {
    Help(clap::Error),
    List,
    ListRuns,
    Serve(&'a Case, ServeArgs),
    Show(PathBuf),
    /// with the reader's own experiment, where one was made up
    Run(Box<RunArgs>, Option<Box<Experiment>>),
}

impl Chapter {
    /// Does what the command line asks. Exit status: 0 ran, 1 an experiment failed or what it showed
    /// could not be written, 2 bad input; that is also what a mistyped name in the chapter itself is,
    /// and [`Chapter::check`] says which.
    pub fn main(self) -> ExitCode {
        self.main_with(&[])
    }

    /// The same, where `serve` has options of the chapter's own.
    pub fn main_with(self, forms: &[Form]) -> ExitCode {
        let checked = self.check().map_err(Wrong::Input);
        let typed = checked.and_then(|()| self.understand(forms, std::env::args_os().collect()));
        match typed.and_then(|asking| self.answer(asking)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(Wrong::Input(why)) => {
                anstream::eprintln!("error: {why}");
                ExitCode::from(2)
            }
            Err(Wrong::Experiment(why)) => {
                anstream::eprintln!("error: {why}");
                ExitCode::FAILURE
            }
            Err(Wrong::Unheard) => ExitCode::FAILURE,
        }
    }

    /// Whether these words, of which the first is the program's name, ask for something that this
    /// chapter can try. Nothing is done, and no other computer asked.
    ///
    /// # Errors
    /// One sentence on what was wrong and what would be right.
    pub fn understands(&self, words: Vec<OsString>) -> Result<(), String> {
        self.understand(&[], words).map(drop).map_err(|wrong| match wrong {
            Wrong::Input(why) | Wrong::Experiment(why) => why,
            Wrong::Unheard => unreachable!("nothing was said"),
        })
    }

    fn understand(&self, forms: &[Form], words: Vec<OsString>) -> Result<Asking<'_>, Wrong> {
        let cli = match cli::read(self.name, forms, words).map_err(Wrong::Input)? {
            Typed::Order(cli) => *cli,
            Typed::Question(question) => return Ok(Asking::Help(question)),
        };
        Ok(match cli.command {
            Some(Sub::List(args)) if args.json => Asking::ListRuns,
            Some(Sub::List(_)) => Asking::List,
            Some(Sub::Serve(args)) => {
                let names = || self.cases.iter().map(|case| case.name);
                let Some(name) = &args.case else {
                    let names = names().collect::<Vec<_>>().join(", ");
                    return Err(Wrong::Input(format!(
                        "serve needs the name of a case; {} has {names}",
                        self.name
                    )));
                };
                known("case", name, self.name, names()).map_err(Wrong::Input)?;
                let name = forms::meant(forms, name, &args.told).map_err(Wrong::Input)?;
                let case = self.cases.iter().find(|case| case.name == name);
                Asking::Serve(case.expect("known just above, or by its form"), args)
            }
            Some(Sub::Show(ShowArgs { record: Some(record) })) => Asking::Show(record),
            Some(Sub::Show(ShowArgs { record: None })) => {
                return Err(Wrong::Input(format!(
                    "show needs a record, such as book/runs/{}.jsonl",
                    self.name
                )));
            }
            None => {
                let own = custom::experiment(self, &cli.run).map_err(Wrong::Input)?;
                plan::steps(self, own.as_ref(), &cli.run).map_err(Wrong::Input)?;
                Asking::Run(Box::new(cli.run), own.map(Box::new))
            }
        })
    }

    fn answer(&self, asking: Asking) -> Result<(), Wrong> {
        match asking {
            Asking::Help(question) => said(question.print()),
            Asking::List => self.list(),
            Asking::ListRuns => self.list_runs(),
            Asking::Serve(case, args) => self.serve(case, &args),
            Asking::Show(record) => show::record(self, &record),
            Asking::Run(args, own) => self.run(&args, own.as_deref()),
        }
    }

    fn list(&self) -> Result<(), Wrong> {
        let mut out = Paper::of(false);
        out.line("cases:", 0);
        for case in &self.cases {
            out.line(&format!("  {:<18} {}", case.name, case.about), 6);
        }
        out.line("experiments:", 0);
        for experiment in &self.experiments {
            let only = if experiment.quick.is_none() { " (with --full)" } else { "" };
            out.line(&format!("  {:<18} {}{only}", experiment.name, experiment.about), 6);
        }
        said(out.finish())
    }

    fn list_runs(&self) -> Result<(), Wrong> {
        let runs = declared::runs(self).map_err(Wrong::Input)?;
        let mut out = io::stdout().lock();
        let written = runs.iter().try_for_each(|run| writeln!(out, "{run}"));
        said(written.and_then(|()| out.flush()))
    }

    fn serve(&self, case: &Case, args: &ServeArgs) -> Result<(), Wrong> {
        let addr = args.addr().map_err(Wrong::Input)?;
        // A thousand waiting clients are a thousand open files; most systems start with fewer.
        let _ = rlimit::increase_nofile_limit(u64::MAX);
        if let Some(bytes) = args.address_space {
            limit_address_space(bytes).map_err(Wrong::Input)?;
        }
        process::end_with_parent();
        let (_running, others) = self.others(case, args)?;
        // As long as this process lives, and a few bytes.
        let told = args.told.clone().leak();
        (case.serve)(&Serve { addr, delay: args.delay, others, told })
            .map_err(|why| not_served(case.name, addr, &why))
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
            running.start(self, name, args.delay, None, &args.beside).map_err(Wrong::Experiment)?;
        }
        let others = args.beside.iter().cloned().chain(running.addresses()).collect::<Vec<_>>();
        // As long as this process lives, and a few bytes.
        Ok((running, others.leak()))
    }
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
