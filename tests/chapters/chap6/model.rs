//! The model: its slots, its pace, its protocol, and that it is told who left.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use chap6::model::{self, slots::Rates};
use chap6::retrieval::words::Terms;
use serde_json::{Value, json};
use tests::PATIENCE;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use super::stage::hear;

const TOKEN: Duration = Duration::from_millis(5);

fn rates() -> Rates {
    Rates { slots: 2, token: TOKEN, also: TOKEN, prompt_token: Duration::ZERO, piece: 64 }
}

async fn start(rates: Rates) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(model::serve(listener, rates, Terms::default()));
    addr
}

fn request(addr: SocketAddr, body: &Value) -> reqwest::RequestBuilder {
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    client
        .post(format!("http://{addr}/v1/chat/completions"))
        .header("content-type", "application/json")
        .body(body.to_string())
}

async fn get(addr: SocketAddr, path: &str) -> Value {
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    let response = client.get(format!("http://{addr}{path}")).send().await.unwrap();
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

async fn counts(addr: SocketAddr, name: &str, expected: u64) {
    let so = async {
        while get(addr, "/counters").await[name] != expected {
            sleep(TOKEN).await;
        }
    };
    let came = timeout(PATIENCE, so).await.is_ok();
    assert!(came, "{name} is never {expected}: {}", get(addr, "/counters").await);
}

fn asking(tokens: u32, stream: bool) -> Value {
    json!({
        "messages": [
            { "role": "system", "content": "Orders.\n\n[1] A thread\nA thread has a stack of its own. An await gives the thread back at once. Coffee is neither of these two things." },
            { "role": "user", "content": "What does await give back?" },
        ],
        "stream": stream, "max_tokens": tokens, "ignore_eos": true,
    })
}

#[tokio::test]
async fn it_quotes_what_fits_and_says_the_same_every_time() {
    let addr = start(Rates { token: Duration::ZERO, ..rates() }).await;
    let mut body = asking(500, true);
    body["ignore_eos"] = false.into();
    let one = hear(request(addr, &body).send().await.unwrap()).await;
    assert_eq!(one.finish, ["stop"]);
    assert!(one.text.starts_with("The book says: An await gives the thread back"), "{}", one.text);
    assert!(!one.text.contains("Orders") && !one.text.contains("[1]"), "{}", one.text);
    let two = hear(request(addr, &body).send().await.unwrap()).await;
    assert_eq!(one.text, two.text);
    body["stream"] = false.into();
    let whole = request(addr, &body).send().await.unwrap().text().await.unwrap();
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole["choices"][0]["message"]["content"], one.text.as_str());
    assert_eq!(whole["choices"][0]["finish_reason"], "stop");
    let tokens = whole["usage"]["completion_tokens"].as_u64().unwrap() as usize;
    assert_eq!(tokens, one.chunks.len() - 2, "but for the role and the reason of its end");
}

#[tokio::test]
async fn what_it_was_not_given_it_does_not_say() {
    let addr = start(Rates { token: Duration::ZERO, ..rates() }).await;
    for (question, says) in [("What is coffee?", "Nothing that I was"), ("커피는?", "받은 글에는")]
    {
        let body = json!({ "messages": [{ "role": "user", "content": question }], "stream": true });
        let heard = hear(request(addr, &body).send().await.unwrap()).await;
        assert!(heard.text.starts_with(says), "{}", heard.text);
    }
}

#[test]
fn tokens_joined_are_the_text() {
    for text in ["The book says: one  two.", "스레드를 기다리는", " leading", "a 🙂b", ""]
    {
        let tokens = model::answer::tokens(text);
        assert_eq!(tokens.concat(), text);
        assert!(tokens.iter().all(|token| token.chars().count() < 12), "{tokens:?}");
    }
    assert_eq!(model::answer::tokens("스레드를 기"), ["스레", "드를", " 기"]);
}

#[tokio::test]
async fn it_speaks_the_protocol() {
    let addr = start(Rates { token: Duration::ZERO, ..rates() }).await;
    assert_eq!(get(addr, "/v1/models").await["data"][0]["id"], model::NAME);
    assert_eq!(get(addr, "/health").await["status"], "ok");
    let mut body = asking(3, true);
    let heard = hear(request(addr, &body).send().await.unwrap()).await;
    assert_eq!((heard.finish.as_slice(), heard.dones), (["length".to_string()].as_slice(), 1));
    assert!(heard.chunks.iter().all(|chunk| chunk.get("usage").is_none()), "nobody asked");
    body["stream_options"] = json!({ "include_usage": true });
    let heard = hear(request(addr, &body).send().await.unwrap()).await;
    let last = heard.chunks.last().unwrap();
    assert_eq!((&last["choices"], &last["usage"]["completion_tokens"]), (&json!([]), &json!(3)));
    for (body, code) in [
        (json!({}), "invalid_request"),
        (
            json!({ "messages": [{ "role": "user", "content": "word ".repeat(9_000) }] }),
            "context_length_exceeded",
        ),
    ] {
        let response = request(addr, &body).send().await.unwrap();
        assert_eq!(response.status(), 400);
        let said: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(said["error"]["code"], code, "{said}");
    }
}

/// How long so many answers of twenty tokens take that are asked for at one moment.
async fn takes(rates: Rates, at_once: usize) -> Duration {
    let addr = start(rates).await;
    let began = Instant::now();
    let asked: Vec<_> =
        (0..at_once).map(|_| tokio::spawn(request(addr, &asking(20, true)).send())).collect();
    for one in asked {
        hear(one.await.unwrap().unwrap()).await;
    }
    began.elapsed()
}

/// A timer never ends early; that a busy machine adds to it is why nothing is said from above.
#[tokio::test]
async fn slots_share_what_the_processor_can_do_and_the_rest_waits() {
    assert!(takes(rates(), 1).await >= 19 * TOKEN);
    assert!(takes(rates(), 4).await >= 4 * 19 * TOKEN, "four answers are four times the work");
    let together = Rates { slots: 4, also: Duration::ZERO, ..rates() };
    let (shared, wide) = (takes(rates(), 4).await, takes(together, 4).await);
    assert!(wide < shared, "{wide:?} together, {shared:?} one after another");
}

#[tokio::test]
async fn a_prompt_is_read_before_anything_is_said() {
    let slow = Rates { prompt_token: Duration::from_millis(4), ..rates() };
    let addr = start(slow).await;
    let began = Instant::now();
    let mut response = request(addr, &asking(2, true)).send().await.unwrap();
    response.chunk().await.unwrap().expect("a token comes");
    // Twenty-seven words and a few for the messages' form.
    assert!(began.elapsed() >= Duration::from_millis(4 * 27), "{:?}", began.elapsed());
}

#[tokio::test]
async fn whoever_leaves_gives_back_the_slot_or_the_place_in_the_queue() {
    for stream in [true, false] {
        let addr = start(rates()).await;
        let ask = || {
            tokio::spawn(async move {
                let mut response = request(addr, &asking(2_000, stream)).send().await.unwrap();
                while response.chunk().await.unwrap().is_some() {}
            })
        };
        let talk = [ask(), ask()];
        counts(addr, "busy", 2).await;
        let wait = [ask(), ask()];
        counts(addr, "queued", 2).await;
        wait.iter().for_each(|one| one.abort());
        counts(addr, "left-queue", 2).await;
        let counted = get(addr, "/counters").await;
        assert_eq!((&counted["cancelled"], &counted["busy"]), (&json!(0), &json!(2)));
        talk.iter().for_each(|one| one.abort());
        counts(addr, "cancelled", 2).await;
        counts(addr, "busy", 0).await;
        let counted = get(addr, "/counters").await;
        assert_eq!((&counted["begun"], &counted["finished"]), (&json!(2), &json!(0)));
    }
}
