//! The command line of the press. `cargo run` builds the book, serves it and keeps it fresh.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, Subcommand};
use press::book::{self, Press};
use press::mistake::{Failure, caught};
use press::project::Project;
use press::runs::Recorded;

use press::{check, hold, preprocess, record, say, serve};

/// Builds the book, serves it, and rebuilds it when a file changes.
#[derive(Parser)]
#[command(name = "press", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// The port to serve on; 0 takes any free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// The address to serve on
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// The longest that a run from a page may take
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    longest_run: u64,
    /// Open the book in a browser
    #[arg(long)]
    open: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Build the book once
    Build {
        /// The folder to build into; what is in it goes
        #[arg(long, value_name = "DIR")]
        dest: Option<PathBuf>,
    },
    /// Run the chapters' experiments and keep what they show (takes minutes)
    Record {
        /// Such as chap1, or chap1.ten for one experiment alone; all chapters when none is named
        #[arg(value_name = "CHAPTER")]
        chapters: Vec<String>,
    },
    /// Report everything an author can get wrong, in seconds
    Check,
    /// Run a command for as long as stdin is open, and not a moment longer
    #[command(hide = true)]
    Hold {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
    /// What mdBook calls
    #[command(hide = true)]
    Preprocess {
        #[command(subcommand)]
        question: Option<Question>,
    },
}

#[derive(Subcommand)]
enum Question {
    /// Whether a renderer's books can be woven: any can
    Supports { renderer: String },
}

fn main() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(cli) => caught("this cannot be done", || run(cli)),
        // Help and the version were asked for; a usage is clap's own sentence on what was wrong.
        Err(said) if said.use_stderr() => said.exit(),
        Err(said) => say::written(said.print()).map(|()| ExitCode::SUCCESS),
    };
    match done {
        Ok(status) => status,
        Err(failure) => {
            if failure != Failure::Unheard {
                say::wrong(&failure.to_string());
            }
            ExitCode::from(failure.exit_status())
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode, Failure> {
    match cli.command {
        Some(Command::Hold { command }) => hold::run(&command),
        _ => of_a_book(cli).map(|()| ExitCode::SUCCESS),
    }
}

fn of_a_book(cli: Cli) -> Result<(), Failure> {
    // mdBook says in its input where the book is; everything else happens where we stand.
    if let Some(Command::Preprocess { question }) = cli.command {
        return match question {
            Some(Question::Supports { .. }) => Ok(()),
            None => preprocess::run(io::stdin().lock(), io::stdout().lock()),
        };
    }
    let here = env::current_dir()
        .map_err(|why| Failure::Input(format!("cannot tell the current folder: {why}")))?;
    let project = Project::around(&here)?;
    match cli.command {
        None => serve::run(
            &project,
            &serve::Settings {
                host: cli.host,
                port: cli.port,
                longest_run: Duration::from_secs(cli.longest_run),
                open: cli.open,
            },
        ),
        Some(Command::Build { dest }) => {
            let press = Press::strict(Arc::new(Recorded::of(&project)));
            let dest = dest.map(|dest| here.join(dest));
            let folder = book::build(&project, press, dest.as_deref())?;
            say::result(&format!("the book is in {}", folder.join("index.html").display()))
        }
        Some(Command::Record { chapters }) => record::run(&project, &chapters),
        Some(Command::Check) => {
            let found = check::check(&project, Arc::new(Recorded::of(&project)))?;
            say::result(&format!(
                "{} pages, {} claims, {} links inside: nothing wrong ({} links to other hosts were not followed)",
                found.pages, found.claims, found.links, found.outside
            ))
        }
        Some(Command::Preprocess { .. } | Command::Hold { .. }) => unreachable!("answered above"),
    }
}
