//! A gateway in this process, and behind it a model that does what a script says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chap6::gateway::upstream::Upstream;
use chap6::gateway::{self, Settings};
use chap6::retrieval::{Library, Passage, words::Terms};
use serde_json::{Value, json};
use tests::PATIENCE;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

pub use super::heard::{Heard, hear, heard};
pub use super::says::{chunk, done, event, head, hello, refusal, send, stop, token};

/// One thing that a model does with a request.
#[derive(Clone)]
pub enum Do {
    Send(Vec<u8>),
    Rest(Duration),
    /// until the gateway closes the connection, or patience ends
    Wait,
    /// the same bytes for ever, or until the gateway has left
    Flood(Vec<u8>),
}

/// What a model saw.
#[derive(Default)]
pub struct Saw {
    pub paths: Vec<String>,
    pub bodies: Vec<Value>,
    /// requests whose connection the gateway closed before the script was over
    pub left: usize,
    pub flooded: usize,
}

pub struct Stage {
    pub gateway: SocketAddr,
    pub saw: Arc<Mutex<Saw>>,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<std::io::Result<()>>,
    model: JoinHandle<()>,
}

/// One sentence each, so that it is known which of them a question finds.
pub fn library() -> Library {
    let passage = |title: &str, text: &str| Passage {
        title: title.into(),
        link: format!("/book/{title}.html#{title}"),
        text: text.into(),
    };
    let passages = vec![
        passage("await", "An await gives the thread back while the future waits."),
        passage("thread", "A thread reserves two mebibytes of address space."),
    ];
    Library::of(passages, Terms::default())
}

impl Stage {
    /// `script` says what is done with the nth request, from 0.
    pub async fn new(
        settings: Settings,
        script: impl Fn(usize) -> Vec<Do> + Send + Sync + 'static,
    ) -> Self {
        Stage::before(settings, "", None, script).await
    }

    /// The same, where the model is at that path, and has to be asked for by that name.
    pub async fn before(
        settings: Settings,
        path: &str,
        name: Option<&str>,
        script: impl Fn(usize) -> Vec<Do> + Send + Sync + 'static,
    ) -> Self {
        let saw = Arc::<Mutex<Saw>>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let model_at = listener.local_addr().unwrap();
        let model = tokio::spawn(model(listener, Arc::new(script), saw.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gateway = listener.local_addr().unwrap();
        let url = format!("http://{model_at}{path}");
        let upstream = Upstream::at(&url, name.map(String::from)).unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            let signal = async { drop(stopped.await) };
            gateway::serve(listener, settings, upstream, library(), signal).await
        });
        Stage { gateway, saw, stop: Some(stop), serving, model }
    }

    pub fn begun(&self) -> usize {
        self.saw.lock().unwrap().bodies.len()
    }

    pub fn left(&self) -> usize {
        self.saw.lock().unwrap().left
    }

    /// Asks it to shut down.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Until `serve` has returned.
    pub async fn stopped(&mut self) {
        timeout(PATIENCE, &mut self.serving).await.expect("it ends").unwrap().unwrap();
    }

    pub async fn chat(&self, stream: bool) -> reqwest::Response {
        self.ask(asking(stream)).await
    }

    pub async fn ask(&self, body: Value) -> reqwest::Response {
        self.request(body).send().await.expect("it answers")
    }

    pub fn request(&self, body: Value) -> reqwest::RequestBuilder {
        client()
            .post(format!("http://{}/v1/chat/completions", self.gateway))
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    /// A chat whose client never reads, over a connection of its own.
    pub async fn silent(&self, body: Value) -> TcpStream {
        let mut stream = TcpStream::connect(self.gateway).await.unwrap();
        let body = body.to_string();
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await.unwrap();
        stream
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        client().get(format!("http://{}{path}", self.gateway)).send().await.expect("it answers")
    }

    /// One of the gateway's own counters.
    pub async fn count(&self, name: &str) -> u64 {
        let counted: Value =
            serde_json::from_str(&self.get("/counters").await.text().await.unwrap()).unwrap();
        counted[name].as_u64().unwrap_or_else(|| panic!("no {name} in {counted}"))
    }

    pub async fn counts(&self, name: &str, expected: u64) {
        let so = async {
            while self.count(name).await != expected {
                sleep(Duration::from_millis(5)).await;
            }
        };
        let came = timeout(PATIENCE, so).await.is_ok();
        assert!(came, "{name} is {} and not {expected}", self.count(name).await);
    }

    /// Until the model saw so.
    pub async fn sees(&self, what: &str, is_so: impl Fn(&Saw) -> bool) {
        let so = async {
            while !is_so(&self.saw.lock().unwrap()) {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, so).await.unwrap_or_else(|_| panic!("the model never saw {what}"));
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.serving.abort();
        self.model.abort();
    }
}

fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0);
    client.timeout(PATIENCE).build().unwrap()
}

pub fn asking(stream: bool) -> Value {
    json!({ "messages": [{ "role": "user", "content": "What does await do?" }], "stream": stream })
}

/// A small gateway: one talks, one waits.
pub fn narrow() -> Settings {
    let settings = Settings::default();
    let room = settings.room.unwrap();
    Settings { room: Some(gateway::limit::Room { talking: 1, waiting: 1, ..room }), ..settings }
}

async fn model(
    listener: TcpListener,
    script: Arc<dyn Fn(usize) -> Vec<Do> + Send + Sync>,
    saw: Arc<Mutex<Saw>>,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        tokio::spawn(answer(stream, script.clone(), saw.clone()));
    }
}

/// One request, and the end of its connection.
async fn answer(
    mut stream: TcpStream,
    script: Arc<dyn Fn(usize) -> Vec<Do> + Send + Sync>,
    saw: Arc<Mutex<Saw>>,
) {
    stream.set_nodelay(true).unwrap();
    let Some((path, body)) = read(&mut stream).await else { return };
    let nth = {
        let mut saw = saw.lock().unwrap();
        saw.paths.push(path);
        saw.bodies.push(body);
        saw.bodies.len() - 1
    };
    for step in script(nth) {
        let has_left = match step {
            Do::Send(bytes) => stream.write_all(&bytes).await.is_err(),
            Do::Rest(time) => timeout(time, closes(&mut stream)).await.is_ok(),
            Do::Wait => timeout(PATIENCE, closes(&mut stream)).await.is_ok(),
            Do::Flood(bytes) => loop {
                match stream.write(&bytes).await {
                    Ok(written) => saw.lock().unwrap().flooded += written,
                    Err(_) => break true,
                }
            },
        };
        if has_left {
            saw.lock().unwrap().left += 1;
            return;
        }
    }
}

async fn closes(stream: &mut TcpStream) {
    let _ = stream.read(&mut [0]).await;
}

/// The path and the body of a request for a chat.
async fn read(stream: &mut TcpStream) -> Option<(String, Value)> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.starts_with("GET /v1/models ") {
            stream.write_all(MODELS.as_bytes()).await.ok()?;
            return None;
        }
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                let path = head.split(' ').nth(1)?.into();
                return Some((path, serde_json::from_str(body).ok()?));
            }
        }
    }
}

/// Which models it has, by its own word.
const MODELS: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: 28\r\n\r\n{\"data\":[{\"id\":\"scripted\"}]}";
