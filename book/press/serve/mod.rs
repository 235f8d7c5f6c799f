//! Serving the book while it is written: rebuild on a change, reload the page, show what is wrong
//! on the page itself while the last good book stays.

mod doors;
mod hosts;
mod http;
mod live;
mod shelf;
pub mod watch;
mod workshop;

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch as state;

use crate::mistake::{Failure, slashed};
use crate::project::Project;
use crate::say;

use hosts::Hosts;
use live::Live;
use shelf::Shelf;
use watch::Changes;
use workshop::Workshop;

pub struct Settings {
    pub host: String,
    pub port: u16,
    /// from a page
    pub longest_run: Duration,
    pub open: bool,
}

/// What browsers are told: which book is being served, and what keeps a newer one from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printing {
    /// counts good builds that differ from the one before; 0 while there has been none
    pub number: u64,
    pub folder: Option<PathBuf>,
    pub wrong: Option<String>,
}

/// A book that is being served.
pub struct Serving {
    pub address: SocketAddr,
    listener: TcpListener,
    hosts: Hosts,
    press: Workshop,
    /// `Err` where files cannot be watched, and why
    changes: Result<Changes, String>,
    printings: state::Sender<Printing>,
    shelf: Shelf,
    longest_run: Duration,
}

/// Builds the book and serves it until interrupted.
///
/// # Errors
/// The address cannot be taken. A book with mistakes is no error here: it is shown on the page.
pub fn run(project: &Project, settings: &Settings) -> Result<(), Failure> {
    let serving = Serving::prepare(project, settings)?;
    let address = format!("http://{}", serving.address);
    match &serving.printings.borrow().wrong {
        Some(wrong) => say::wrong(wrong),
        None => say::news("the book is built"),
    }
    if let Err(why) = &serving.changes {
        say::wrong(&format!(
            "files cannot be watched: {why}. The book is served as it is now; start this again to see what was edited"
        ));
    }
    let cannot = |why| Failure::Other(format!("cannot start a runtime: {why}"));
    let runtime = tokio::runtime::Runtime::new().map_err(cannot)?;
    // Who is told to end once it listens takes its folder away.
    let told_to_end = {
        let _in = runtime.enter();
        signals().map_err(cannot)?
    };
    say::news(&format!("listening on {address} (Ctrl-C ends it)"));
    if !serving.address.ip().to_canonical().is_loopback() {
        say::wrong(
            "whoever reaches this machine over its networks can read the book now; --host 127.0.0.1 keeps it to this machine",
        );
    }
    if settings.open
        && let Err(why) = opener::open(&address)
    {
        say::wrong(&format!("cannot open a browser: {why}"));
    }
    runtime.block_on(async {
        tokio::select! {
            done = serving.run() => done,
            () = told_to_end => Ok(()),
        }
    })
}

/// Listens from now on for what ends a press. Not for SIGHUP, which `nohup` would have ignored.
#[cfg(unix)]
fn signals() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(windows)]
fn signals() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move { drop(interrupt.recv().await) })
}

impl Serving {
    /// Takes the address, then makes the first build.
    ///
    /// # Errors
    /// The host is unknown or the port is taken, or there is no room for a built book.
    pub fn prepare(project: &Project, settings: &Settings) -> Result<Self, Failure> {
        let listener = bind(&settings.host, settings.port)?;
        let address = listener
            .local_addr()
            .map_err(|why| Failure::Other(format!("cannot tell the address: {why}")))?;
        let hosts = Hosts { address, typed: settings.host.clone() };
        let shelf = Shelf::new(project)?;
        // Before the first build, so that no edit falls between the two.
        let changes = Changes::of(project);
        let mut press = Workshop::new(project, shelf.folder().to_path_buf());
        let mut first = Printing::default();
        press.print(&mut first);
        press.index(&mut first);
        let (printings, _) = state::channel(first);
        let longest_run = settings.longest_run;
        Ok(Serving { address, listener, hosts, press, changes, printings, shelf, longest_run })
    }

    /// Serves and rebuilds, for ever.
    ///
    /// # Errors
    /// The listener breaks.
    pub async fn run(self) -> Result<(), Failure> {
        let Serving { address, listener, hosts, press, changes, printings, shelf, longest_run } =
            self;
        let (project, recorded) = (press.project.clone(), press.record.subscribe());
        let live = Live::on(address, project, recorded, longest_run);
        // Its records are asked for also where nothing is watched, and so nothing rebuilt.
        let record = press.record.clone();
        let http = http::serve(listener, printings.subscribe(), hosts, live);
        // Without changes, browsers must not think that the press has ended.
        let printings = Arc::new(printings);
        if let Ok(changes) = changes {
            let printings = Arc::clone(&printings);
            // A thread that nobody waits for: it ends with the press, in the middle of a build if
            // need be.
            thread::spawn(move || rebuild(press, &changes, &printings));
        }
        let done = http.await;
        drop((printings, record, shelf));
        done.map_err(|why| Failure::Other(format!("cannot serve: {why}")))
    }
}

/// How long nothing must have changed before what is made of all pages is made: meanwhile a browser
/// loads the new page, and the machine is its.
const QUIET: Duration = Duration::from_secs(1);

/// Prints anew at each change, for ever.
fn rebuild(mut press: Workshop, changes: &Changes, printings: &state::Sender<Printing>) {
    let mut patience = Duration::MAX;
    loop {
        let before = printings.borrow().clone();
        let mut printing = before.clone();
        match changes.next(patience) {
            Ok(path) => {
                let begun = Instant::now();
                press.print(&mut printing);
                let ms = begun.elapsed().as_millis();
                if printing != before {
                    printings.send_replace(printing.clone());
                }
                tell(&slashed(&press.project.named(&path)), &printing, &before, ms);
                if printing.number != before.number {
                    patience = QUIET;
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                patience = Duration::MAX;
                press.complete(&mut printing);
                if printing != before {
                    printings.send_replace(printing);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn tell(name: &str, printing: &Printing, before: &Printing, ms: u128) {
    match &printing.wrong {
        Some(wrong) => say::wrong(wrong),
        None if printing.number == before.number => {
            say::news(&format!("{name} was saved: the book is as it was"));
        }
        None => say::news(&format!("{name} changed: rebuilt in {ms} ms")),
    }
}

fn bind(host: &str, port: u16) -> Result<TcpListener, Failure> {
    // As it stands in an address: [::1].
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let addresses: Vec<SocketAddr> = (bare, port)
        .to_socket_addrs()
        .map_err(|_| Failure::Input(format!("the host {host:?} has no address")))?
        .collect();
    let listener = TcpListener::bind(addresses.as_slice()).map_err(|why| {
        Failure::Input(match why.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "port {port} of {host} is taken: end what listens there, or choose another with --port"
            ),
            std::io::ErrorKind::AddrNotAvailable => {
                format!("{host} is no address of this machine")
            }
            _ => format!("cannot listen on {host}:{port}: {why}"),
        })
    })?;
    listener.set_nonblocking(true).map_err(|why| Failure::Other(format!("cannot serve: {why}")))?;
    Ok(listener)
}
