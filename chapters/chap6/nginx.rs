//! A proxy as it comes: nginx, before the gateway.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use while_you_wait::{Failure, Serve};

/// How long it may take to listen, on a busy machine.
const START: Duration = Duration::from_secs(30);

/// Whether it can be started here.
///
/// # Errors
/// It is not installed; the sentence says how it comes.
pub fn ready() -> Result<String, String> {
    let version = Command::new(program()).arg("-v").output();
    let said = version.ok().filter(|ran| ran.status.success() && cfg!(unix));
    let said = said
        .ok_or("nginx is not installed; on Debian: apt-get install nginx-light")?;
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    Ok(said.trim().trim_start_matches("nginx version: ").into())
}

fn program() -> &'static str {
    match Path::new("/usr/sbin/nginx").exists() {
        true => "/usr/sbin/nginx", // where Debian has it, and a user's PATH has not
        false => "nginx",
    }
}

/// Before that server, for as long as this process lives. Where it is `deaf`, it does not heed what
/// an answer says of being collected.
///
/// # Errors
/// It is not installed, or does not listen.
pub fn serve(serve: &Serve, before: SocketAddr, deaf: bool) -> Result<(), Failure> {
    let version = ready()?;
    // It takes no socket from us, only an address: the one that is free now.
    let addr = TcpListener::bind(serve.addr)?.local_addr()?;
    let config = configure(addr, before, deaf)?;
    // Of what a parent's end tells its children nginx knows nothing. A shell beside it does: when we
    // are gone, its stdin is at an end.
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        "trap : INT; \"$@\" & cat; kill $!; wait",
        "sh",
        program(),
        "-c",
    ]);
    shell.arg(&config).args(["-e", "stderr"]);
    let mut shell = shell.stdin(Stdio::piped()).spawn()?;
    let since = Instant::now();
    while TcpStream::connect(addr).is_err() {
        if since.elapsed() > START {
            return Err(format!("nginx does not listen on {addr}").into());
        }
        sleep(Duration::from_millis(5));
    }
    std::fs::remove_file(config)?; // it has read it
    serve.listening(addr);
    serve.tell("software", &version);
    let _stays_open = shell.stdin.take();
    Err(format!("nginx ended with {}", shell.wait()?).into())
}

/// Writes its settings: as they are unless told otherwise, but for where its files go.
fn configure(
    addr: SocketAddr,
    before: SocketAddr,
    deaf: bool,
) -> std::io::Result<PathBuf> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/chap6-nginx");
    std::fs::create_dir_all(&folder)?;
    let at = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {at}/{kind};"))
        .concat();
    let ignore = match deaf {
        true => "proxy_ignore_headers X-Accel-Buffering;",
        false => "",
    };
    let config = folder.join(format!("{}.conf", addr.port()));
    let text = format!(
        "daemon off; master_process off; pid {at}/{}.pid;
        events {{}}
        http {{
            access_log off; {temporary}
            server {{
                listen {addr};
                location / {{ proxy_pass http://{before}; {ignore} }}
            }}
        }}",
        addr.port()
    );
    std::fs::write(&config, text)?;
    Ok(config)
}
