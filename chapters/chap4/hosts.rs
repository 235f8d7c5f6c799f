//! Whom does a server hear that listens on 127.0.0.1, and whom on 0.0.0.0?
//!
//! Nothing is served, and each port is open for a moment only.

use std::error::Error;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    for host in ["127.0.0.1", "0.0.0.0"] {
        let listener = TcpListener::bind((host, 0))?;
        let port = listener.local_addr()?.port();
        // On Linux this machine has every address that begins with 127, so the
        // second one can stand for the address of your network card.
        for asked in ["127.0.0.1", "127.0.0.2"] {
            let addr = SocketAddr::new(asked.parse()?, port);
            let found =
                match TcpStream::connect_timeout(&addr, Duration::from_secs(1)) {
                    Ok(_) => "reached".to_string(),
                    Err(why) if why.kind() == ErrorKind::ConnectionRefused => {
                        "refused".to_string()
                    }
                    Err(why) => format!("not tried: {why}"),
                };
            println!("--host {host:<9}  asked on {asked}: {found}");
        }
    }
    Ok(())
}
