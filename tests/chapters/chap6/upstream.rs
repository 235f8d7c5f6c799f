//! Another model than ours: by its address, its name, or a word.

use chap6::gateway::upstream::base;
use serde_json::Value;
use tests::run;

use super::stage::{Stage, asking, hear, hello, narrow};

#[test]
fn an_address_is_read_as_official_clients_read_it() {
    for (told, is) in [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1"),
        ("http://model.lan/openai/v1", "http://model.lan/openai/v1"),
        ("http://[::1]:8080", "http://[::1]:8080/v1"),
    ] {
        assert_eq!(base(told).as_deref(), Ok(is), "{told}");
    }
}

#[tokio::test]
async fn a_path_is_kept_and_a_name_takes_the_place_of_any() {
    let stage = Stage::before(narrow(), "/openai/v1", Some("phi"), |_| hello()).await;
    for named in [Value::Null, "gpt".into()] {
        let mut body = asking(true);
        body["model"] = named;
        assert_eq!(hear(stage.ask(body).await).await.text, "hello");
    }
    let saw = stage.saw.lock().unwrap();
    assert_eq!(saw.paths, ["/openai/v1/chat/completions"; 2]);
    assert!(saw.bodies.iter().all(|body| body["model"] == "phi"), "{:?}", saw.bodies);
}

#[test]
fn forms_that_cannot_be_meant_are_refused_in_a_sentence() {
    let address = "that is no address of a server; http://127.0.0.1:8080 would be right";
    for (words, says) in [
        (vec!["gateway", "--upstream", "127.0.0.1:8080"], address),
        (vec!["gateway", "--upstream", "localhost:8080"], address),
        (vec!["gateway", "--upstream", ""], address),
        (vec!["gateway", "--upstream", "http://"], address),
        (vec!["gateway", "--upstream", "http://127.0.0.1:8080/v1?key=1"], address),
        (vec!["gateway", "--upstream", "https://model.lan"], "speaks no TLS to a model"),
        (vec!["gateway", "--model", "phi"], "--upstream <URL>"),
        (vec!["gateway", "--upstream", "http://a", "--model", " "], "a name that the server knows"),
        (vec!["gateway", "--upstream", "http://a", "--real"], "one of them is enough"),
        (vec!["limited", "--real"], "--real belongs to serve gateway, and not to limited"),
        (vec!["other-gateway"], "other-gateway needs --upstream URL"),
    ] {
        let words = [&["serve"], words.as_slice()].concat();
        let ran = run("chap6", &words);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(2), "{words:?}: {said}");
        assert!(said.starts_with("error: ") && said.contains(says), "{words:?}: {said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{words:?}: {said}");
    }
    let help = run("chap6", &["serve", "--help"]).stdout;
    let help = String::from_utf8_lossy(&help);
    assert!(["--upstream <URL>", "--model <NAME>", "--real"].iter().all(|it| help.contains(it)));
}
