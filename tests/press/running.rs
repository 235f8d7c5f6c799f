//! A press that serves, in a process of its own, and what it answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use tests::Running;
use tests::fixture::Fixture;

use crate::press::mdbook::press;

/// Longer than anything takes on a busy machine; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A press that serves.
pub struct Served {
    pub press: Running,
    pub address: SocketAddr,
    /// what it says on stdout
    pub said: Receiver<String>,
}

impl Served {
    pub fn start(fixture: &Fixture) -> Self {
        let mut command = press(&["--port", "0"]);
        command.stderr(Stdio::null());
        Served::by(fixture, command)
    }

    /// By a command of one's own, which starts one with `--port 0`.
    pub fn by(fixture: &Fixture, mut command: Command) -> Self {
        let mut child = command
            .current_dir(fixture.root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the press starts");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let press = Running(child);
        let (send, said) = mpsc::channel();
        // Read on, so that the press can go on speaking, until nobody wants to hear it.
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        let until = Instant::now() + PATIENCE;
        let address = loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = said.recv_timeout(left).expect("the press says where it listens");
            if let Some(rest) = line.strip_prefix("listening on http://") {
                let address = rest.split_whitespace().next().expect("an address");
                break address.parse().expect("an address");
            }
        };
        Served { press, address, said }
    }

    /// The next line on stdout that holds such words.
    pub fn says(&self, words: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.said.recv_timeout(left).unwrap_or_else(|_| panic!("not said: {words}"));
            if line.contains(words) {
                return line;
            }
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("the press listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout is no trouble");
        stream
    }

    /// The whole answer to what is sent, until the press closes.
    pub fn answer(&self, head: &str) -> Answer {
        let mut stream = self.connect();
        write!(stream, "{head}\r\nConnection: close\r\n\r\n").expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer in time");
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        Answer { head, body: bytes.split_off(end + 4) }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.answer(&format!("GET {path} HTTP/1.1\r\nHost: localhost"))
    }

    /// The next news of which this holds. The press says now and then that it is still there, and
    /// each word of that begins a read anew: so the time is looked at, too.
    pub fn news(&self, wanted: impl Fn(&str) -> bool) -> String {
        let mut stream = self.connect();
        write!(stream, "GET /-/press/news HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
        next_news(&mut BufReader::new(stream), wanted)
    }

    /// Whether a page comes to hold such words, while there is patience.
    pub fn shows(&self, path: &str, words: &str) -> bool {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if self.get(path).text().contains(words) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }
}

pub fn next_news(news: &mut BufReader<TcpStream>, wanted: impl Fn(&str) -> bool) -> String {
    let until = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < until, "no such news within {PATIENCE:?}");
        let mut line = String::new();
        assert!(news.read_line(&mut line).expect("news in time") > 0, "the press ended it");
        if line.starts_with("data: ") && wanted(&line) {
            return line;
        }
    }
}

pub struct Answer {
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn status(&self) -> &str {
        self.head.split(' ').nth(1).expect("a status")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |line: &'_ str| line.starts_with(&format!("{name}: "));
        let line = self.head.lines().find(|line| named(line))?;
        Some(line.split_once(": ")?.1)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
