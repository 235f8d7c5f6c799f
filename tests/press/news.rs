//! A press that can run things, and what a page is told of its run.
#![cfg(unix)] // the stage's programs are scripts of a shell

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Stdio;

use serde_json::Value;
use tests::stage::Stage;

use crate::press::running::Served;

pub const TEN: &str = r#"{"figure":"timeline chap1.ten"}"#;

pub fn serve(stage: &Stage) -> Served {
    serve_with(stage, &[])
}

pub fn serve_with(stage: &Stage, switches: &[&str]) -> Served {
    let mut press = stage.press();
    press.args(["--port", "0"]).args(switches).stderr(Stdio::null());
    Served::by(&stage.fixture, press)
}

pub fn token(served: &Served) -> String {
    let page = served.get("/one.html").text();
    let rest = page.split("data-token=\"").nth(1).expect("a served page has a token");
    rest.split('"').next().expect("split gives one").to_string()
}

pub fn post(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST /-/press/{path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// What a page is told of its run, piece by piece.
pub struct News(BufReader<TcpStream>);

impl News {
    pub fn of(served: &Served, body: &str) -> Self {
        let headers = format!("press-token: {}\r\n", token(served));
        let mut stream = served.connect();
        stream.write_all(post("run", &headers, body).as_bytes()).expect("sent");
        News(BufReader::new(stream))
    }

    /// The next that has such a key. `None` at the end of them.
    pub fn next(&mut self, key: &str) -> Option<Value> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.0.read_line(&mut line).expect("news in time") == 0 {
                return None;
            }
            // Between them stand the lengths of chunks, and before them a head.
            if let Ok(news) = serde_json::from_str::<Value>(&line)
                && let Some(value) = news.get(key)
            {
                return Some(value.clone());
            }
        }
    }

    pub fn text(&mut self, key: &str) -> String {
        let value = self.next(key).unwrap_or_else(|| panic!("no {key} was told"));
        value.as_str().unwrap_or_else(|| panic!("{key} is a text: {value}")).to_string()
    }

    pub fn over(&mut self) -> Value {
        self.next("over").expect("a run comes to an end")
    }
}
