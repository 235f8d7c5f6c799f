//! The program as a reader starts it.

use std::net::SocketAddr;

use super::stage::{Heard, asking, heard};

async fn chat(addr: &str, body: &serde_json::Value) -> Heard {
    let client = reqwest::Client::builder().no_proxy().timeout(tests::PATIENCE).build().unwrap();
    let request = client
        .post(format!("http://{addr}/v1/chat/completions"))
        .header("content-type", "application/json")
        .body(body.to_string());
    heard(&request.send().await.unwrap().text().await.unwrap())
}

#[tokio::test]
async fn one_command_is_gateway_model_and_page() {
    let (_server, addr) = tests::serve("chap6", "gateway");
    let heard = chat(&addr, &asking(true)).await;
    assert_eq!((heard.finish.as_slice(), heard.dones), (["stop".to_string()].as_slice(), 1));
    assert!(heard.text.starts_with("The book says: "), "{}", heard.text);
    let passages = heard.chunks[0]["passages"].as_array().expect("they are named").clone();
    assert_eq!(passages.len(), 3);
    let given: String = passages.iter().map(|p| p["text"].as_str().unwrap()).collect();
    let said = heard.text.strip_prefix("The book says: ").unwrap();
    let first = said.split(". ").next().unwrap();
    assert!(given.contains(first), "it quotes what it was given: {first}");
    assert!(tests::get(&addr, "/").contains("200 OK"));
}

#[tokio::test]
async fn every_gateway_says_the_same() {
    let mut said = Vec::new();
    for case in ["buffered", "streaming", "limited", "crowd"] {
        let (_server, addr) = tests::serve("chap6", case);
        let heard = chat(&addr, &asking(true)).await;
        assert_eq!((heard.errors.len(), heard.dones), (0, 1), "{case}");
        said.push((heard.text, heard.chunks[0]["passages"].clone()));
    }
    assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
}

/// Any server of the protocol, in the model's place: here a model of the chapter's that nobody
/// started for it.
#[tokio::test]
async fn another_server_can_stand_in_the_models_place() {
    let (_model, model) = tests::serve("chap6", "model");
    let mut command = std::process::Command::new(tests::example("chap6"));
    command.args(["serve", "gateway", "--port", "0", "--upstream", &format!("http://{model}/v1")]);
    let (_server, addr) = tests::start(&mut command, "gateway");
    let heard = chat(&addr, &asking(true)).await;
    assert_eq!((heard.errors.len(), heard.dones), (0, 1));
    let counted = tests::get(&model, "/counters");
    assert!(counted.contains("\"finished\":1"), "{counted}");
    assert!(addr.parse::<SocketAddr>().unwrap().ip().is_loopback());
}

/// Told to end in the middle of a chat, it brings the chat to its end and goes.
#[cfg(unix)]
#[tokio::test]
async fn told_to_end_it_ends_when_its_chats_do() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let (_model, model) = tests::serve("chap6", "model");
    let mut command = std::process::Command::new(tests::example("chap6"));
    command.args(["serve", "limited", "--port", "0", "--beside", &format!("model={model}")]);
    let (mut server, addr) = tests::start(&mut command, "limited");
    let client = reqwest::Client::builder().no_proxy().timeout(tests::PATIENCE).build().unwrap();
    let mut body = asking(true);
    body["max_tokens"] = 200.into();
    body["ignore_eos"] = true.into();
    let request = client
        .post(format!("http://{addr}/v1/chat/completions"))
        .header("content-type", "application/json")
        .body(body.to_string());
    let mut response = request.send().await.unwrap();
    let first = response.chunk().await.unwrap().expect("a token came");
    kill(Pid::from_raw(server.0.id() as i32), Signal::SIGTERM).unwrap();
    let rest = response.bytes().await.expect("it ends in good order");
    let heard = heard(&String::from_utf8([first, rest].concat()).unwrap());
    assert_eq!((heard.dones, heard.errors.len()), (1, 0));
    assert_eq!(heard.chunks.len(), 202, "each token, the role, and the reason of the end");
    assert!(server.wait("limited").success());
}

/// Three hundred through one thread, and each hears the whole of its own, in order.
#[tokio::test]
async fn three_hundred_at_once_hear_every_token_in_order() {
    let (_server, addr) = tests::serve("chap6", "crowd");
    let mut body = asking(true);
    body["max_tokens"] = 60.into();
    body["ignore_eos"] = true.into();
    let alone = chat(&addr, &body).await;
    assert_eq!(alone.chunks.len(), 62);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let (addr, body) = (addr.clone(), body.clone());
        all.spawn(async move { chat(&addr, &body).await });
    }
    let mut ended = 0;
    while let Some(heard) = all.join_next().await {
        let heard = heard.unwrap();
        assert_eq!((heard.text.as_str(), heard.dones), (alone.text.as_str(), 1));
        ended += 1;
    }
    assert_eq!(ended, 300);
}
