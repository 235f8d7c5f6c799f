//! Serving the book while it is written: rebuild on a change, reload the page, show what is wrong
//! on the page itself while the last good book stays.

mod http;
mod watch;

use std::fs;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use tokio::sync::watch as state;

use crate::book::{self, Press};
use crate::mistake::Failure;
use crate::project::Project;
use crate::runs::Recorded;

use watch::Changes;

pub struct Settings {
    pub host: String,
    pub port: u16,
    pub open: bool,
}

/// What browsers are told: which book is being served, and what keeps a newer one from it.
#[derive(Debug, Clone, Default)]
pub struct Edition {
    /// counts good builds; 0 while there has been none
    pub number: u64,
    pub folder: Option<PathBuf>,
    pub wrong: Option<String>,
}

/// A book that is being served.
pub struct Serving {
    pub address: SocketAddr,
    listener: TcpListener,
    press: Workshop,
    editions: state::Sender<Edition>,
}

/// Builds the book and serves it until interrupted.
///
/// # Errors
/// The address cannot be taken. A book with mistakes is no error here: it is shown on the page.
pub fn run(project: &Project, settings: &Settings) -> Result<(), Failure> {
    let serving = Serving::prepare(project, settings)?;
    let address = format!("http://{}", serving.address);
    match &serving.editions.borrow().wrong {
        Some(wrong) => eprintln!("{wrong}"),
        None => println!("the book is built"),
    }
    println!("listening on {address} (Ctrl-C ends it)");
    if settings.open
        && let Err(why) = opener::open(&address)
    {
        eprintln!("cannot open a browser: {why}");
    }
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|why| Failure::Other(format!("cannot start a runtime: {why}")))?;
    runtime.block_on(async {
        tokio::select! {
            done = serving.run() => done,
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    })
}

impl Serving {
    /// Takes the address, then makes the first build.
    ///
    /// # Errors
    /// The host is unknown or the port is taken.
    pub fn prepare(project: &Project, settings: &Settings) -> Result<Self, Failure> {
        let listener = bind(&settings.host, settings.port)?;
        let address = listener
            .local_addr()
            .map_err(|why| Failure::Other(format!("cannot tell the address: {why}")))?;
        let mut press = Workshop::new(project, address.port());
        let mut first = Edition::default();
        press.print(&mut first);
        let (editions, _) = state::channel(first);
        Ok(Serving { address, listener, press, editions })
    }

    /// Serves and rebuilds, for ever.
    ///
    /// # Errors
    /// Files cannot be watched, or the listener breaks.
    pub async fn run(self) -> Result<(), Failure> {
        let Serving { listener, mut press, editions, .. } = self;
        let changes = Changes::of(&press.project)?;
        let http = http::serve(listener, editions.subscribe());
        // A thread that nobody waits for: it ends with the press, in the middle of a build if need be.
        thread::spawn(move || {
            while let Some(path) = changes.next() {
                let mut edition = editions.borrow().clone();
                let begun = Instant::now();
                press.print(&mut edition);
                let name = crate::mistake::slashed(&press.project.named(&path));
                match &edition.wrong {
                    Some(wrong) => eprintln!("{wrong}"),
                    None => {
                        println!("{name} changed: rebuilt in {} ms", begun.elapsed().as_millis());
                    }
                }
                editions.send_replace(edition);
            }
        });
        http.await.map_err(|why| Failure::Other(format!("cannot serve: {why}")))
    }
}

/// Where editions are made: two folders in turn, so that the one being read is never written.
struct Workshop {
    project: Project,
    folder: PathBuf,
    record: Arc<Recorded>,
    /// sizes and times of the records that `record` was read from
    read: Vec<(PathBuf, u64, Option<std::time::SystemTime>)>,
}

impl Workshop {
    fn new(project: &Project, port: u16) -> Self {
        let folder = project.scratch().join(format!("serve-{port}"));
        let record = Arc::new(Recorded::of(project));
        Workshop { record, read: stamps(project), project: project.clone(), folder }
    }

    /// The next edition, or what keeps it from being made.
    fn print(&mut self, edition: &mut Edition) {
        let now = stamps(&self.project);
        if now != self.read {
            // Reading megabytes of JSON at each keystroke would be felt.
            (self.record, self.read) = (Arc::new(Recorded::of(&self.project)), now);
        }
        let folder = self.folder.join(format!("{}", (edition.number + 1) % 2));
        let press = Press::strict(Arc::clone(&self.record));
        match book::build(&self.project, press, Some(&folder)) {
            Ok(_) => {
                edition.number += 1;
                edition.folder = Some(folder);
                edition.wrong = None;
            }
            Err(failure) => edition.wrong = Some(failure.to_string()),
        }
    }
}

fn stamps(project: &Project) -> Vec<(PathBuf, u64, Option<std::time::SystemTime>)> {
    let Ok(entries) = fs::read_dir(project.runs()) else { return Vec::new() };
    let mut stamps: Vec<_> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let about = entry.metadata().ok()?;
            Some((entry.path(), about.len(), about.modified().ok()))
        })
        .collect();
    stamps.sort();
    stamps
}

fn bind(host: &str, port: u16) -> Result<TcpListener, Failure> {
    let addresses: Vec<SocketAddr> = (host, port)
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
