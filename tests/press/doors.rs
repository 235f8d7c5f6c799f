//! Serving rude clients: who may ask, how long, and how many.

use std::collections::HashMap;
use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::process::Command;
use std::process::Stdio;

use tests::Running;
use tests::fixture::Fixture;

use crate::press::mdbook::press;
use crate::press::running::{Served, next_news};

#[test]
fn foreign_hosts_and_origins_are_refused_with_a_sentence() {
    let fixture = Fixture::new();
    let served = Served::start(&fixture);
    let here = served.address;
    let port = here.port();
    for path in ["/one.html", "/-/press/news", "/-/press/reload.js"] {
        for foreign in [
            "Host: book.example".into(),
            format!("Host: book.example:{port}"),
            "Host: localhost.book.example".into(),
            "Host: 192.0.2.1".into(),
            "Host: 0.0.0.0".into(),
            "Host:".into(),
            "Host: localhost\r\nHost: book.example".into(),
            "X: no host at all".into(),
        ] {
            let answer = served.answer(&format!("GET {path} HTTP/1.1\r\n{foreign}"));
            assert_eq!(answer.status(), "421", "{foreign}");
            assert!(answer.text().contains(&format!("http://{here}/")), "{}", answer.text());
        }
        let by_proxy = format!("GET http://book.example{path} HTTP/1.1\r\nHost: localhost");
        assert_eq!(served.answer(&by_proxy).status(), "421");
        for origin in ["http://book.example", "null", "https://localhost", "http://localhost:1"] {
            let head = format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}");
            let answer = served.answer(&head);
            assert_eq!(answer.status(), "403", "{origin}");
            assert!(answer.text().contains("may not ask for this book"), "{}", answer.text());
        }
    }
    for own in [
        "Host: localhost".into(),
        format!("Host: LocalHost:{port}"),
        format!("Host: {here}\r\nOrigin: http://{here}"),
        "Host: [::1]:80".into(),
        "Host: 127.0.0.2".into(),
        "Host: book.localhost:8080".into(),
    ] {
        let answer = served.answer(&format!("GET /one.html HTTP/1.1\r\n{own}"));
        assert_eq!(answer.status(), "200", "{own}");
    }
}

#[test]
fn heads_and_parts_agree_with_what_is_served() {
    let fixture = Fixture::new();
    let served = Served::start(&fixture);
    let home = served.get("/one.html").text();
    let style = home.split("href=\"").find(|rest| rest.starts_with("book/theme/"));
    let style = style.and_then(|rest| rest.split('"').next()).expect("the page has a style");
    let style = format!("/{style}");
    for path in ["/one.html", "/", &style, "/nowhere.html", "/-/press/reload.js"] {
        let whole = served.get(path);
        let head = served.answer(&format!("HEAD {path} HTTP/1.1\r\nHost: localhost"));
        assert_eq!(head.status(), whole.status(), "{path}");
        assert!(head.body.is_empty(), "{path}");
        assert_eq!(head.header("content-length"), whole.header("content-length"), "{path}");
        let length = whole.header("content-length").expect("a length");
        assert_eq!(length, whole.body.len().to_string(), "{path}");
    }
    // A page is longer than its file, by the script that waits for news, so it has no parts.
    for path in ["/one.html", "/nowhere.html"] {
        let whole = served.get(path);
        let part = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-9");
        let part = served.answer(&part);
        assert_eq!(part.status(), whole.status());
        assert_eq!(part.text(), whole.text());
        for name in ["content-range", "accept-ranges"] {
            assert_eq!(part.header(name), None, "{}", part.head);
        }
    }
    let part = format!("GET {style} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=2-9");
    let part = served.answer(&part);
    assert_eq!(part.status(), "206");
    assert_eq!(part.body, served.get(&style).body[2..10]);
    let post = served.answer("POST /one.html HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0");
    assert_eq!(post.status(), "405");
}

/// A reload asks for the page, and for what else is new. What was kept is what a press that forgot
/// everything would send: also where a page, a question in the sidebar, a font or the search changed.
#[test]
fn what_a_browser_may_keep_is_never_another_under_the_same_name() {
    let fixture = Fixture::new();
    let served = Served::start(&fixture);
    let mut kept: HashMap<String, Vec<u8>> = HashMap::new();
    for (nth, (path, from, to)) in [
        ("book/en/one.md", "A handler waits", "Each handler waits"),
        ("book/theme/text.css", "}", "} "),
        ("book.toml", "title = \"While You Wait\"", "title = \"While We Wait\""),
    ]
    .into_iter()
    .enumerate()
    {
        let page = served.get("/one.html");
        assert_eq!(page.header("cache-control"), Some("no-store"));
        let (mut lasting, text) = (0, page.text());
        for name in
            text.split(['"', '\'']).filter(|name| name.ends_with(".css") || name.ends_with(".js"))
        {
            let path = format!("/{}", name.trim_start_matches('/'));
            let answer = served.get(&path);
            let keeps = answer.header("cache-control").is_some_and(|how| how.contains("immutable"));
            assert!(!(keeps && name.starts_with("toc")), "it holds what the pages ask");
            if keeps {
                lasting += 1;
                let before = kept.entry(path).or_insert_with(|| answer.body.clone());
                assert_eq!(*before, answer.body, "{name}, edit {nth}");
            }
        }
        assert!(lasting > 8, "{lasting}");
        let gone = served.get("/book/theme/text-00000000.css");
        assert_eq!((gone.status(), gone.header("cache-control")), ("404", Some("no-store")));
        fixture.replace(path, from, to);
        served.says(&format!("{path} changed: rebuilt"));
    }
}

/// One that may open few files, whatever the system would allow.
#[cfg(unix)]
fn with_few_files(fixture: &Fixture) -> Served {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 256 && exec \"$0\" --port 0"]);
    command.arg(press(&[]).get_program()).stderr(Stdio::null());
    Served::by(fixture, command)
}

#[cfg(unix)]
#[test]
fn idle_connections_half_heads_and_slow_readers_do_not_stop_it() {
    let fixture = Fixture::new();
    // Larger than what fits on the way to a client that does not read.
    fixture.write("book/en/large.txt", &"0123456789abcdef".repeat(1 << 20));
    let served = with_few_files(&fixture);
    for sent in [
        "",
        "GET /one.html HTTP/1.1\r\nHost: localhost\r\nX: ",
        "GET /large.txt HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /-/press/news HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /one.html HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n",
    ] {
        // More than there are files, and all of them hold on.
        let crowd: Vec<TcpStream> = (0..300)
            .map(|_| {
                let mut client = served.connect();
                // One that was sent away already cannot be told anything.
                let _ = client.write_all(sent.as_bytes());
                client
            })
            .collect();
        assert_eq!(served.get("/one.html").status(), "200", "after {sent:?}");
        fixture.append(&format!("Built after {}.", sent.len()));
        assert!(served.shows("/one.html", &format!("Built after {}.", sent.len())), "{sent:?}");
        drop(crowd);
    }
}

#[test]
fn who_says_nothing_is_let_go_and_who_listens_is_not() {
    let fixture = Fixture::new();
    let served = Served::start(&fixture);
    let mut news = served.connect();
    write!(news, "GET /-/press/news HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
    let mut news = BufReader::new(news);
    let mut quiet = Vec::new();
    for sent in
        ["", "GET / HTTP/1.1\r\nHost: loc", "GET /one.html HTTP/1.1\r\nHost: localhost\r\n\r\n"]
    {
        let mut client = served.connect();
        client.write_all(sent.as_bytes()).expect("sent");
        quiet.push(client);
    }
    for mut client in quiet {
        // To its end, which comes within the timeout of a read or not at all.
        client.read_to_end(&mut Vec::new()).expect("the press ends it");
    }
    fixture.append("News for who listens.");
    next_news(&mut news, |line| line.contains("-2\""));
}

/// All tabs of a browser share one stream; these are a hundred browsers.
#[test]
fn a_hundred_who_listen_hear_the_news_and_pages_are_served_meanwhile() {
    let fixture = Fixture::new();
    let served = Served::start(&fixture);
    let mut crowd: Vec<BufReader<TcpStream>> = (0..100)
        .map(|_| {
            let mut news = served.connect();
            write!(news, "GET /-/press/news HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
            BufReader::new(news)
        })
        .collect();
    crowd.iter_mut().for_each(|news| drop(next_news(news, |line| line.contains("-1\""))));
    assert_eq!(served.get("/one.html").status(), "200");
    fixture.append("News for a hundred.");
    crowd.iter_mut().for_each(|news| drop(next_news(news, |line| line.contains("-2\""))));
}

#[test]
fn where_it_listens_is_understood_and_said() {
    let fixture = Fixture::new();
    let mut command = press(&["--port", "0", "--host", "0.0.0.0"]);
    command.stderr(Stdio::piped());
    let mut served = Served::by(&fixture, command);
    let stderr = served.press.0.stderr.take().expect("piped");
    let warning = tests::said_first(stderr, "the press", |line| Some(line.to_string()));
    assert!(warning.contains("--host 127.0.0.1 keeps it to this machine"), "{warning}");
    let port = served.address.port();
    // Every network is listened on, so any number may lead here; a name still may not.
    let by = |host: &str| {
        let mut stream = tests::connect(&format!("127.0.0.1:{port}")).expect("it listens");
        write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
            .expect("sent");
        tests::whole(stream)
    };
    assert!(by("192.0.2.1:3000").starts_with("HTTP/1.1 200 "));
    let refused = by("book.example");
    assert!(refused.starts_with("HTTP/1.1 421 "), "{refused}");
    // Every network is no address that a browser could be sent to.
    assert!(refused.contains(&format!("the book is at http://127.0.0.1:{port}/")), "{refused}");

    // Both ways to write it mean the same, also where there is no such address.
    let first_words = |host: &str| {
        let mut child = press(&["--port", "0", "--host", host])
            .current_dir(fixture.root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the press starts");
        let stdout = child.stdout.take().expect("piped");
        let _press = Running(child);
        tests::said_if(stdout, |line| {
            line.starts_with("listening").then(|| line.contains("//[::1]:"))
        })
    };
    assert_eq!(first_words("[::1]"), first_words("::1"));
}
