//! Chapter 4's listings: each runs, ends by itself, and shows what its page says it shows.

use std::process::{Command, Stdio};

use tests::{Running, said};

#[test]
fn every_address_is_more_than_loopback() {
    let said = said("chap4-hosts", &[]);
    for heard in
        ["127.0.0.1  asked on 127.0.0.1: reached", "0.0.0.0    asked on 127.0.0.1: reached"]
    {
        assert!(said.contains(heard), "{said}");
    }
    // Elsewhere a machine may have one loopback address only.
    if cfg!(target_os = "linux") {
        assert!(said.contains("127.0.0.1  asked on 127.0.0.2: refused"), "{said}");
        assert!(said.contains("0.0.0.0    asked on 127.0.0.2: reached"), "{said}");
    }
}

#[test]
fn a_layer_of_ones_own_answers_without_asking() {
    let said = said("chap4-own-layer", &[]);
    assert_eq!(said.matches("the handler was asked").count(), 1, "{said}");
    let (short, long) = said.split_once("a body of 1000000").expect(&said);
    assert!(short.contains("200 OK") && long.contains("413"), "{said}");
}

#[test]
fn a_layer_that_asks_tokio_for_the_time_stays_with_tokio() {
    let said = said("chap4-other-runtime", &[]);
    assert!(said.contains("timeout: false; HTTP/1.1 200"), "{said}");
    assert!(said.contains("timeout: true; HTTP/1.1 500"), "{said}");
}

#[test]
fn a_path_and_a_query_become_arguments() {
    let said = said("chap4-one-more-route", &[]);
    assert!(said.contains("hello, Ada; hello, Ada"), "{said}");
    assert!(said.contains("400 Bad Request") && said.contains("404 Not Found"), "{said}");
}

#[test]
fn the_python_halves_run_where_there_is_python() {
    let mut python = Command::new("python3");
    let Ok(python) = python.arg("--version").stdout(Stdio::null()).spawn() else {
        return eprintln!("not run: there is no python3 here");
    };
    assert!(Running(python).wait("python3 --version").success());
    for (file, shows) in [("asgi.py", "http.response.start"), ("wsgi.py", "200 OK")] {
        let file = tests::root().join("chapters/python").join(file);
        let ran = tests::output(Command::new("python3").arg(file));
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        assert!(String::from_utf8_lossy(&ran.stdout).contains(shows));
    }
}
