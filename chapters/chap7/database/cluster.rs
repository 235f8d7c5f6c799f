//! A PostgreSQL of the chapter's own, in a folder that did not exist before and will not after.

use std::env;
use std::io::{self, ErrorKind, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use while_you_wait::Failure;

use chap7::database::access::{Access, said};

/// Names the folder of PostgreSQL's programs; set to nothing, there is none.
pub const FOLDER: &str = "CHAP7_POSTGRES";

/// Ends all of PostgreSQL when its stdin is closed: the system does that for whoever is killed, too.
const SCRIPT: &str = include_str!("cluster.sh");

/// Long, for a busy machine: it takes a second.
const START: Duration = Duration::from_secs(60);

const STOP: Duration = Duration::from_secs(10);

/// A running PostgreSQL. Dropping it ends it and removes its folder.
pub struct Cluster {
    pub addr: SocketAddr,
    shell: Child,
}

impl Cluster {
    /// Makes a new one, and waits until it answers. Port 0 takes any free one.
    ///
    /// # Errors
    /// It is not installed, the port is taken, or PostgreSQL said something else first.
    pub fn start(addr: SocketAddr) -> Result<Cluster, Failure> {
        let programs = installed()?;
        // PostgreSQL takes no port 0, and the one that the system chose is not kept for us.
        let mut tries = if addr.port() == 0 { 5 } else { 1 };
        loop {
            let chosen = TcpListener::bind(addr)?.local_addr()?;
            tries -= 1;
            match Cluster::start_at(chosen, &programs) {
                Err(why)
                    if tries > 0 && why.to_string().contains("could not bind") => {}
                done => return done,
            }
        }
    }

    fn start_at(addr: SocketAddr, programs: &Path) -> Result<Cluster, Failure> {
        let mut shell = shell();
        shell.args(["-c", SCRIPT, "cluster"]).arg(programs);
        let access = Access::of(addr);
        shell.args([&addr.port().to_string(), &access.user, &access.password]);
        // In a folder that every user may enter.
        shell.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null());
        shell.stderr(Stdio::piped());
        #[cfg(unix)]
        // so that Ctrl-C ends whoever asked, and not half of PostgreSQL
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        let shell = shell.spawn().map_err(|why| match why.kind() {
            ErrorKind::NotFound => format!(
                "PostgreSQL does not run as root, and setpriv is not here to make it somebody else: {why}"
            ),
            _ => format!("PostgreSQL could not be started: {why}"),
        })?;
        let mut cluster = Cluster { addr, shell };
        cluster.wait_until_it_answers()?;
        Ok(cluster)
    }

    fn wait_until_it_answers(&mut self) -> Result<(), Failure> {
        let patience = Instant::now() + START;
        loop {
            let refused = match Access::of(self.addr).now() {
                Ok(mut client) => {
                    let made = client.batch_execute(TABLES);
                    return Ok(made.map_err(|why| said(&why))?);
                }
                Err(why) => why,
            };
            if self.shell.try_wait()?.is_some() {
                return Err(format!(
                    "PostgreSQL did not start: {}",
                    self.last_words()
                )
                .into());
            }
            if Instant::now() > patience {
                return Err(refused);
            }
            sleep(Duration::from_millis(10));
        }
    }

    /// Waits for its end, and says how that came.
    pub fn ended(mut self) -> Failure {
        let _ = self.shell.wait_with_stdin_open();
        format!("PostgreSQL ended: {}", self.last_words()).into()
    }

    fn last_words(&mut self) -> String {
        let mut said = String::new();
        if let Some(mut stderr) = self.shell.stderr.take() {
            let _ = stderr.read_to_string(&mut said);
        }
        said.trim().into()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let patience = Instant::now() + STOP;
        while matches!(self.shell.try_wait(), Ok(None)) && Instant::now() < patience
        {
            sleep(Duration::from_millis(2));
        }
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

trait WaitWithStdinOpen {
    /// `Child::wait` closes stdin first, which here would be the end.
    fn wait_with_stdin_open(&mut self) -> io::Result<()>;
}

impl WaitWithStdinOpen for Child {
    fn wait_with_stdin_open(&mut self) -> io::Result<()> {
        let _open = self.stdin.take();
        self.wait().map(drop)
    }
}

const TABLES: &str = "
    create table accounts (id int primary key, balance bigint not null);
    insert into accounts select id, 100 from generate_series(1, 1000) id;
    analyze accounts;
";

/// A shell that is not root's: PostgreSQL refuses to be.
pub fn shell() -> Command {
    let id = Command::new("id").arg("-u").output();
    if !id.is_ok_and(|id| id.stdout.trim_ascii() == b"0") {
        return Command::new("sh");
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
    command
}

/// The folder of PostgreSQL's programs.
///
/// # Errors
/// It is not installed; the sentence says how it comes.
pub fn installed() -> Result<PathBuf, String> {
    if cfg!(not(unix)) {
        return Err(
            "the chapter starts a PostgreSQL of its own on Linux and macOS only"
                .into(),
        );
    }
    let found = match env::var_os(FOLDER) {
        Some(folder) => {
            Some(PathBuf::from(folder)).filter(|folder| has_programs(folder))
        }
        None => {
            in_path().into_iter().chain(usual()).find(|folder| has_programs(folder))
        }
    };
    found.ok_or_else(|| {
        format!(
            "PostgreSQL is not installed; `apt-get install postgresql` does it, or `brew install \
             postgresql` ({FOLDER} names the folder of its programs, if that is another)"
        )
    })
}

fn has_programs(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

fn in_path() -> Vec<PathBuf> {
    env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default()
}

/// Where Debian and Homebrew put it, which is in nobody's PATH; the newest first.
fn usual() -> Vec<PathBuf> {
    let parents = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for folder in
        parents.iter().filter_map(|parent| std::fs::read_dir(parent).ok()).flatten()
    {
        let Ok(folder) = folder else { continue };
        let name = folder.file_name().to_string_lossy().into_owned();
        let version = name.trim_start_matches("postgresql").trim_start_matches('@');
        found.push((version.parse().unwrap_or(0), folder.path().join("bin")));
    }
    found.sort();
    found.into_iter().rev().map(|(_, folder)| folder).collect()
}
