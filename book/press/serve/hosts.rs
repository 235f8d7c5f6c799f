//! Who may ask: pages of other hosts may not read the book, also not through a name that was made
//! to lead here (DNS rebinding).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::words::frame as words;

/// By which names the book may be asked for.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// where it listens
    pub address: SocketAddr,
    /// the `--host` that was typed
    pub typed: String,
}

impl Hosts {
    /// Whether `Host` names this machine. A number cannot be made to lead elsewhere; that it led
    /// here is proof enough where every network is listened on. Which port is no matter: it may
    /// have been forwarded.
    fn include(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next(),
            None => host.split(':').next(),
        };
        let name = name.unwrap_or_default().to_ascii_lowercase();
        if let Ok(ip) = name.parse::<IpAddr>() {
            let (ip, here) = (ip.to_canonical(), self.address.ip().to_canonical());
            return ip.is_loopback() || ip == here || here.is_unspecified();
        }
        name == "localhost"
            || name.ends_with(".localhost")
            || name == self.typed.to_ascii_lowercase()
    }

    /// Where a browser of this machine finds the book: what listens on every network is no address.
    fn here(&self) -> SocketAddr {
        let mut here = self.address;
        match here.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => here.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => here.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        here
    }

    /// # Errors
    /// A status and a sentence for whoever may not ask.
    fn admit(&self, request: &Request) -> Result<(), (StatusCode, String)> {
        let foreign = |host: &str| {
            let sentence = words::elsewhere(host, &self.here().to_string());
            (StatusCode::MISDIRECTED_REQUEST, sentence + "\n")
        };
        let headers = request.headers();
        let hosts = texts(headers, &header::HOST);
        // A request to a proxy names the host in its first line, too.
        let named = request.uri().authority().map(|authority| authority.as_str().to_string());
        let asked: Vec<&String> = hosts.iter().chain(&named).collect();
        if let Some(host) = asked.iter().find(|host| !self.include(host)) {
            return Err(foreign(host));
        }
        let Some(host) = asked.first() else { return Err(foreign("")) };
        for origin in texts(headers, &header::ORIGIN) {
            let from = origin.strip_prefix("http://");
            if !from.is_some_and(|from| from.eq_ignore_ascii_case(host)) {
                return Err((StatusCode::FORBIDDEN, words::not_for(&origin) + "\n"));
            }
        }
        Ok(())
    }
}

fn texts(headers: &HeaderMap, name: &header::HeaderName) -> Vec<String> {
    let all = headers.get_all(name).into_iter();
    all.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// Answers those who may ask, and tells the others why not.
pub async fn admit(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    match hosts.admit(&request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}
