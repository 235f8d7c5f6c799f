//! The command line of a chapter: what may be typed, and what is said when it is wrong.

use std::ffi::OsString;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use super::forms;
use crate::chapter::Form;

/// More than this many connections no single address can make, nor a reader's machine bear.
pub const MOST_LANES: u32 = 20_000;

/// More than this no reader waits for.
pub const MOST_REQUESTS: u32 = 10_000_000;

/// More than this no generator on one core can send.
const MOST_RATE: f64 = 1e6;

pub const LONGEST_DELAY: Duration = Duration::from_secs(600);

/// Runs the chapter's experiments, or one of your own, and shows who waited for whom.
#[derive(Debug, Parser)]
#[command(disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Sub>,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub enum Sub {
    /// Name the chapter's cases and experiments
    List(ListArgs),
    /// Run one server alone, for curl, ab or a browser
    Serve(ServeArgs),
    /// Show the runs of a record again, as they were shown when they were run
    Show(ShowArgs),
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// A file that --json wrote, such as book/runs/chap1.jsonl
    pub record: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Each run that --full makes, as a line of JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Default, Args)]
pub struct RunArgs {
    /// As the book records it: longer waits, more requests, several repeats
    #[arg(long)]
    pub full: bool,
    /// Only this experiment (may be given several times); --case, --delay, --requests, --duration,
    /// --concurrency and --rate then change it
    #[arg(long, value_name = "NAME")]
    pub experiment: Vec<String>,
    /// An experiment of your own: only this case (may be given several times)
    #[arg(long, value_name = "NAME")]
    pub case: Vec<String>,
    /// An experiment of your own: how long each handler waits [default: 300ms]
    #[arg(long, value_parser = delay, allow_hyphen_values = true, value_name = "TIME")]
    pub delay: Option<Duration>,
    /// An experiment of your own: how many requests in all [default: 10]
    #[arg(long, value_parser = requests, allow_hyphen_values = true, value_name = "N")]
    pub requests: Option<u32>,
    /// An experiment of your own: for how long, in place of how many [default with --rate: 10s]
    #[arg(long, value_parser = duration, allow_hyphen_values = true, value_name = "TIME")]
    pub duration: Option<Duration>,
    /// An experiment of your own: send for this time before the first request that counts
    #[arg(long, value_parser = delay, allow_hyphen_values = true, value_name = "TIME")]
    pub warm_up: Option<Duration>,
    /// An experiment of your own: so many requests per second, whatever becomes of them (open loop)
    #[arg(long, value_parser = rate, allow_hyphen_values = true, value_name = "R")]
    pub rate: Option<f64>,
    /// An experiment of your own: at random moments of that rate, not at equal distances
    #[arg(long)]
    pub poisson: bool,
    /// An experiment of your own: how many at a time [default: 5, or all where there are fewer;
    /// with --rate 1000]
    #[arg(long, value_parser = lanes, allow_hyphen_values = true, value_name = "C")]
    pub concurrency: Option<u32>,
    /// An experiment of your own: open the connections over this time, not all at once
    #[arg(long, value_parser = delay, allow_hyphen_values = true, value_name = "TIME")]
    pub ramp: Option<Duration>,
    /// An experiment of your own: give a request up after this time [default: 2m]
    #[arg(long, value_parser = delay, allow_hyphen_values = true, value_name = "TIME")]
    pub timeout: Option<Duration>,
    /// An experiment of your own: keep each connection for the next request
    #[arg(long)]
    pub keep_alive: bool,
    /// Run everything this often
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100), value_name = "K")]
    pub repeats: Option<u32>,
    /// Show each closed loop as ab would report it, too
    #[arg(long, conflicts_with = "rate")]
    pub ab: bool,
    /// Write the record to a file (beside it until it is whole), or to stdout as it happens with -
    #[arg(long, value_name = "PATH")]
    pub json: Option<PathBuf>,
}

impl RunArgs {
    /// Whether any part of an experiment of one's own was given.
    pub fn is_custom(&self) -> bool {
        !self.case.is_empty()
            || self.keep_alive
            || self.poisson
            || self.rate.is_some()
            || self.requests.or(self.concurrency).is_some()
            || self.delay.or(self.ramp).or(self.timeout).is_some()
            || self.duration.or(self.warm_up).is_some()
    }
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Which server: see `list`
    pub case: Option<String>,
    /// The address to listen on; 0.0.0.0 is every network this machine is on
    #[arg(long, default_value = "127.0.0.1")]
    pub host: String,
    /// 0 takes any free port
    #[arg(long, default_value_t = 8000)]
    pub port: u16,
    /// How long each handler waits
    #[arg(long, default_value = "3s", value_parser = delay, allow_hyphen_values = true)]
    pub delay: Duration,
    /// The most address space the server may take, in bytes (Linux)
    #[arg(long, value_name = "BYTES")]
    pub address_space: Option<u64>,
    /// Where a server listens that this one needs, as in model=127.0.0.1:9000; whoever is not
    /// named is started, too (may be given several times)
    #[arg(long, value_parser = beside, value_name = "CASE=ADDRESS")]
    pub beside: Vec<(String, SocketAddr)>,
    /// What the chapter's own options were given, by their names.
    #[arg(skip)]
    pub told: Vec<(String, String)>,
}

fn beside(text: &str) -> Result<(String, SocketAddr), String> {
    let read =
        text.split_once('=').and_then(|(case, addr)| Some((case.into(), addr.parse().ok()?)));
    read.ok_or_else(|| {
        "a case and the address where it serves, as in model=127.0.0.1:9000, would be right".into()
    })
}

impl ServeArgs {
    /// Where to listen.
    ///
    /// # Errors
    /// The host does not resolve.
    pub fn addr(&self) -> Result<SocketAddr, String> {
        let found = (self.host.as_str(), self.port).to_socket_addrs();
        found.ok().and_then(|mut addrs| addrs.next()).ok_or_else(|| {
            format!(
                "--host {:?} is no address of a machine; try 127.0.0.1 (this machine alone) or 0.0.0.0 (every network it is on)",
                self.host
            )
        })
    }
}

/// What words on the command line are.
#[derive(Debug)]
pub enum Typed {
    /// something to do
    Order(Box<Cli>),
    /// a question that clap answers: help
    Question(clap::Error),
}

/// Reads a command line, of which the first word is the program's own.
///
/// # Errors
/// One sentence on what was wrong, to be followed by exit status 2.
pub fn read(name: &'static str, forms: &[Form], words: Vec<OsString>) -> Result<Typed, String> {
    use clap::CommandFactory;
    let command = Cli::command()
        .name(name)
        .mut_subcommand("serve", |serve| serve.args(forms.iter().map(forms::arg)));
    let matches = command.try_get_matches_from(words);
    match matches.and_then(|matches| understood(forms, &matches)) {
        Ok(cli) => Ok(Typed::Order(Box::new(cli))),
        Err(why) if !why.use_stderr() => Ok(Typed::Question(why)),
        Err(why) => Err(sentence(&why.to_string())),
    }
}

fn understood(forms: &[Form], matches: &clap::ArgMatches) -> Result<Cli, clap::Error> {
    use clap::FromArgMatches;
    let mut cli = Cli::from_arg_matches(matches)?;
    if let (Some(Sub::Serve(args)), Some(("serve", serve))) =
        (&mut cli.command, matches.subcommand())
    {
        args.told = forms::told(forms, serve);
    }
    Ok(cli)
}

/// The sentence that clap begins with; the usage that follows is what --help is for. What was typed
/// stands in it, and may hold anything.
fn sentence(said: &str) -> String {
    let lines = said.lines().map(str::trim).take_while(|line| !line.is_empty());
    let said = lines.collect::<Vec<_>>().join(" ");
    let shown = |letter: char| match letter.is_control() {
        true => letter.escape_default().to_string(),
        false => letter.to_string(),
    };
    let said: String = said.trim_start_matches("error: ").chars().map(shown).collect();
    format!("{said} (--help shows what can be given)")
}

fn delay(text: &str) -> Result<Duration, String> {
    if text.starts_with('-') {
        return Err("a time cannot be negative; 300ms or 3s would be right".into());
    }
    let delay = humantime::parse_duration(text)
        .map_err(|_| "that is no time; 300ms or 3s would be right".to_string())?;
    if delay > LONGEST_DELAY {
        return Err("that is longer than anyone will wait: at most 10m".into());
    }
    // As the record counts it, and a server is told.
    let whole = Duration::from_micros((delay.as_nanos() + 500).div_euclid(1_000) as u64);
    match whole.is_zero() && !delay.is_zero() {
        true => Err("times are counted in microseconds; 0s, 1us or 300ms would be right".into()),
        false => Ok(whole),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    match delay(text)? {
        Duration::ZERO => Err("a load must last for a while; 10s would be right".into()),
        duration => Ok(duration),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (0.01..=MOST_RATE).contains(&rate) => Ok(rate),
        _ => Err(
            "that is no rate; a number of requests per second from 0.01 to 1000000 would be right"
                .into(),
        ),
    }
}

fn requests(text: &str) -> Result<u32, String> {
    count(text, MOST_REQUESTS)
}

fn lanes(text: &str) -> Result<u32, String> {
    count(text, MOST_LANES)
}

fn count(text: &str, most: u32) -> Result<u32, String> {
    match text.parse::<u32>() {
        Ok(n) if (1..=most).contains(&n) => Ok(n),
        _ => Err(format!("a whole number from 1 to {most} would be right")),
    }
}
