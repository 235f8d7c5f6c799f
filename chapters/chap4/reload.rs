//! Replacing a server while clients go on asking: four ways, of which one loses
//! nothing.

use std::future::IntoFuture;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::http::HeaderName;
use axum::routing::get;
use axum::serve::Listener;
use listenfd::ListenFd;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::oneshot;
use tokio::time::sleep;
use while_you_wait::{Failure, Serve};

// ANCHOR: take-the-socket
/// One generation of the server: takes the socket that it is given, or else binds
/// one.
pub fn generation(serve: &Serve) -> Result<(), Failure> {
    serve_until_told(serve, Duration::from_millis(100))
}

fn serve_until_told(serve: &Serve, grace: Duration) -> Result<(), Failure> {
    let listener = match ListenFd::from_env().take_tcp_listener(0)? {
        Some(given) => given,
        None => std::net::TcpListener::bind(serve.addr)?,
    };
    listener.set_nonblocking(true)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        answer(TcpListener::from_std(listener)?, serve, grace).await
    })
}
// ANCHOR_END: take-the-socket

// ANCHOR: graceful-shutdown
async fn answer(
    listener: TcpListener,
    serve: &Serve,
    grace: Duration,
) -> Result<(), Failure> {
    let mut end = unix::signal(SignalKind::terminate())?;
    let mut told = unix::signal(SignalKind::terminate())?; // the same, for the deadline
    serve.listening(listener.local_addr()?);
    let (shut, shuts) = oneshot::channel();
    let server = axum::serve(Door { listener, shuts }, app(serve.delay))
        .with_graceful_shutdown(async move {
            end.recv().await;
            let _ = shut.send(());
            sleep(grace).await;
        });
    let deadline = async move {
        told.recv().await;
        sleep(grace + PATIENCE).await;
    };
    tokio::select! {
        finished = server.into_future() => finished?,
        () = deadline => {} // who is still here would keep us for ever
    }
    Ok(())
}

/// Longer than any handler here takes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lets clients in until it is shut. Who comes later waits in the socket's queue,
/// which is not this process's own.
struct Door {
    listener: TcpListener,
    shuts: oneshot::Receiver<()>,
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        tokio::select! {
            _ = &mut self.shuts => std::future::pending().await,
            client = Listener::accept(&mut self.listener) => client,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
// ANCHOR_END: graceful-shutdown

/// Every answer says which process gave it.
fn app(delay: Duration) -> Router {
    let stamp = format!(
        "handler;dur={};desc=\"{}\"",
        delay.as_millis(),
        std::process::id()
    );
    let answer = move || async move {
        sleep(delay).await;
        ([(HeaderName::from_static("server-timing"), stamp)], "still here")
    };
    Router::new().route("/async", get(answer))
}

/// The same in a hurry: connections are told to end in the moment in which the door
/// is shut.
pub fn hasty_generation(serve: &Serve) -> Result<(), Failure> {
    serve_until_told(serve, Duration::ZERO)
}

// ANCHOR: four-ways
/// Every generation binds the port for itself.
pub fn restart(serve: &Serve) -> Result<(), Failure> {
    let addr = std::net::TcpListener::bind(serve.addr)?.local_addr()?; // one that is free
    replace_for_ever("generation", &Serve { addr, ..*serve }, None, tell)
}

/// The socket stays open, and the old generation is killed in the middle of its
/// work.
pub fn kill(serve: &Serve) -> Result<(), Failure> {
    replace_behind_a_socket("generation", serve, Child::kill)
}

/// The socket stays open, and the old generation is told to finish, as most servers
/// are.
pub fn hasty(serve: &Serve) -> Result<(), Failure> {
    replace_behind_a_socket("hasty-generation", serve, tell)
}

/// The socket stays open, and the old generation shuts its door before it finishes.
pub fn reload(serve: &Serve) -> Result<(), Failure> {
    replace_behind_a_socket("generation", serve, tell)
}

fn tell(child: &mut Child) -> std::io::Result<()> {
    Ok(signal::kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM)?)
}

fn replace_behind_a_socket(
    case: &str,
    serve: &Serve,
    end: fn(&mut Child) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let socket = std::net::TcpListener::bind(serve.addr)?;
    let addr = socket.local_addr()?;
    replace_for_ever(case, &Serve { addr, ..*serve }, Some(socket), end)
}
// ANCHOR_END: four-ways

// ANCHOR: replace
/// Between two generations, as long as a reader takes to save a file. Nearly.
const LIFE: Duration = Duration::from_millis(300);

fn replace_for_ever(
    case: &str,
    serve: &Serve,
    socket: Option<std::net::TcpListener>,
    end: fn(&mut Child) -> std::io::Result<()>,
) -> Result<(), Failure> {
    let mut now = start(case, serve, socket.as_ref())?;
    serve.listening(serve.addr);
    loop {
        thread::sleep(LIFE);
        // A server of this book ends at once when its stdin closes, so that none
        // outlives its parent; and `wait` would close it.
        let held = now.stdin.take();
        end(&mut now)?;
        now.wait()?;
        drop(held);
        now = start(case, serve, socket.as_ref())?;
    }
}

fn start(
    case: &str,
    serve: &Serve,
    socket: Option<&std::net::TcpListener>,
) -> Result<Child, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["serve", case, "--delay", &format!("{}us", serve.delay.as_micros())])
        .args(["--port", &serve.addr.port().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    // What systemd and systemfd tell a child: how many sockets it was given, and
    // the first one's number.
    let given = socket.map(inheritable).transpose()?;
    if let Some(given) = &given {
        command
            .env("LISTEN_FDS", "1")
            .env("LISTEN_FDS_FIRST_FD", given.as_raw_fd().to_string());
    }
    let mut child = command.spawn()?;
    let stdout = child.stdout.take().ok_or("piped just above")?;
    let mut listening = String::new();
    BufReader::new(stdout).read_line(&mut listening)?;
    Ok(child)
}

/// The same socket under a number that children keep: files close on `exec` unless
/// told not to.
fn inheritable(
    socket: &std::net::TcpListener,
) -> std::io::Result<std::net::TcpListener> {
    let copy = socket.try_clone()?;
    fcntl(&copy, FcntlArg::F_SETFD(FdFlag::empty()))?;
    Ok(copy)
}
// ANCHOR_END: replace
