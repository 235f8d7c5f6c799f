//! A server alone, as a reader starts it for curl or a browser.

use tests::{get, serve};

#[test]
fn every_case_answers_its_path_with_json_and_its_own_time() {
    for (case, path) in [
        ("rouille-1", "/sync"),
        ("rouille-threads", "/sync"),
        ("axum", "/async"),
        ("axum-4096", "/async"),
        ("bare-threads", "/sync"),
        ("bare-tasks", "/async"),
    ] {
        let (_server, addr) = serve("chap1", case);
        let answer = get(&addr, path);
        let lower = answer.to_lowercase();
        assert!(answer.starts_with("HTTP/1.1 200"), "{case}: {answer}");
        assert!(lower.contains("content-type: application/json"), "{case}: {answer}");
        assert!(lower.contains("server-timing: handler;dur="), "{case}: {answer}");
        let body = answer.split("\r\n\r\n").nth(1).expect("a head and a body");
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok(), "{case}: {body}");
        assert!(get(&addr, "/elsewhere").starts_with("HTTP/1.1 404"), "{case}");
    }
}

#[test]
fn the_first_client_gets_its_ten_answers() {
    for (case, path) in [("rouille-1", "/sync"), ("rouille-threads", "/sync"), ("axum", "/async")] {
        let (_server, addr) = serve("chap1", case);
        let ran = tests::run("client", &[&format!("http://{addr}{path}")]);
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{case}: {}", String::from_utf8_lossy(&ran.stderr));
        assert_eq!(said.lines().filter(|line| line.contains("answered after")).count(), 10);
        assert!(said.lines().last().unwrap().starts_with("ten answers in "), "{said}");
    }
}
