//! Serving: a change reaches the page, a mistake is told to it, the last good book stays.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Instant;

use tests::{PATIENCE, Running};

use crate::press::mdbook::press;
use tests::fixture::Fixture;

struct Serving {
    _press: Running,
    address: String,
}

impl Serving {
    fn start(fixture: &Fixture) -> Self {
        let mut serve = press(&["--port", "0"]);
        let serve = serve.current_dir(fixture.root()).stderr(Stdio::null());
        let (press, address) = tests::start(serve, "the press");
        Serving { _press: press, address }
    }

    fn get(&self, path: &str) -> String {
        tests::get(&self.address, path)
    }

    fn news(&self) -> News {
        News(BufReader::new(tests::asked(&self.address, "/-/press/news")))
    }
}

/// The server-sent events.
struct News(BufReader<TcpStream>);

impl News {
    fn next(&mut self) -> serde_json::Value {
        self.next_before(Instant::now() + PATIENCE)
    }

    /// The press says now and then that it is still there, and each word of that begins the wait
    /// for the next anew: so the time is also looked at here.
    fn next_before(&mut self, until: Instant) -> serde_json::Value {
        loop {
            assert!(Instant::now() < until, "no news within {PATIENCE:?}");
            let mut line = String::new();
            let read = self.0.read_line(&mut line).expect("news in time");
            assert!(read > 0, "the press ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).expect("news are JSON");
            }
        }
    }

    /// The next that says something other than before.
    fn until(&mut self, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let news = self.next_before(until);
            if wanted(&news) {
                return news;
            }
        }
    }
}

#[test]
fn a_change_reaches_the_page_and_a_mistake_leaves_the_last_good_one() {
    let fixture = Fixture::new();
    let serving = Serving::start(&fixture);
    let mut news = serving.news();
    let first = news.next();
    assert!(first["wrong"].is_null(), "{first}");
    let page = serving.get("/one.html");
    assert!(page.contains("/-/press/reload.js"), "{page}");
    assert!(page.contains(first["printing"].as_str().expect("a name")));
    assert!(serving.get("/-/press/reload.js").contains("SharedWorker"));

    fixture.append("A new *sentence*.");
    let second = news.until(|news| news["printing"] != first["printing"]);
    assert!(serving.get("/one.html").contains("A new <em>sentence</em>."));

    fixture.append("It takes 3 s.");
    let wrong = news.until(|news| !news["wrong"].is_null());
    assert_eq!(wrong["printing"], second["printing"], "no new printing");
    assert!(wrong["wrong"].as_str().unwrap().contains("book/en/one.md:17: "), "{wrong}");
    assert!(serving.get("/one.html").contains("A new <em>sentence</em>."));

    fixture.append("It takes its time.");
    let third = news.until(|news| news["wrong"].is_null());
    assert_ne!(third["printing"], second["printing"]);
    assert!(serving.get("/one.html").contains("It takes its time."));
}

#[test]
fn programs_records_and_claims_are_watched_too() {
    let fixture = Fixture::new();
    let serving = Serving::start(&fixture);
    let mut news = serving.news();
    let mut printing = news.next()["printing"].clone();
    for (path, from, to, page, seen) in [
        ("chapters/chap1.rs", "serve() {}", "serve() { /* new */ }", "/one.html", "/* new */"),
        ("book/runs/chap1.jsonl", "2000700,2000750", "1500700,1500750", "/one.html", "1.50 s"),
        (
            "tests/claims/chap1.rs",
            "One thread takes",
            "A lone thread takes",
            "/evidence.html",
            "A lone thread",
        ),
    ] {
        fixture.replace(path, from, to);
        printing = news.until(|news| news["printing"] != printing)["printing"].clone();
        let html = serving.get(page);
        assert!(html.contains(seen), "{path}: {seen}");
    }
}

#[test]
fn a_book_that_is_wrong_from_the_start_says_so_on_every_page() {
    let fixture = Fixture::with("It takes 3 s.");
    let serving = Serving::start(&fixture);
    let page = serving.get("/");
    assert!(page.starts_with("HTTP/1.1 500"), "{page}");
    assert!(page.contains("book/en/one.md:17: "), "{page}");
    let mut news = serving.news();
    let wrong = news.next();
    fixture.append("Fine.");
    news.until(|news| news["printing"] != wrong["printing"]);
    assert!(serving.get("/one.html").starts_with("HTTP/1.1 200"));
}

#[test]
fn an_address_that_cannot_be_had_is_one_sentence() {
    let fixture = Fixture::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it is bound").port().to_string();
    for (args, why) in
        [(["--port", &port], "is taken"), (["--host", "no.such.host.invalid"], "has no address")]
    {
        let output = tests::output(press(&args).current_dir(fixture.root()));
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(why), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
