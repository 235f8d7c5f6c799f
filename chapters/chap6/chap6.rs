//! Chapter 6. People chat, a model talks to a few at a time, and a gateway stands between. Who
//! waits for how long, and who notices when somebody leaves?

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use chap6::gateway::upstream::Upstream;
use chap6::gateway::{self, Settings};
use chap6::model::{self, pace, slots::Rates};
use chap6::retrieval::{Library, words::Terms};
use chap6::{nginx, python, rude};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use while_you_wait::{Case, Chapter, Failure, Serve};

mod experiments;
mod forms;

const CHAT: &str = "/v1/chat/completions";

// ANCHOR: rates
/// Four slots that share one processor. The delay is what a hundred tokens take when nobody else
/// talks; a prompt is read thirty times as fast as an answer is said.
fn four_slots(delay: Duration) -> Rates {
    let token = delay / 100;
    Rates { slots: 4, token, also: token, prompt_token: token / 30, piece: 64 }
}

/// A processor made for it: a step says a token in every slot, and there is one for everybody.
fn many_slots(delay: Duration) -> Rates {
    let token = delay / 100;
    let prompt_token = token / 10_000;
    Rates { slots: 4_096, token, also: Duration::ZERO, prompt_token, piece: 8_192 }
}
// ANCHOR_END: rates

#[tokio::main(flavor = "current_thread")]
async fn model(serve: &Serve) -> Result<(), Failure> {
    talk(serve, four_slots(serve.delay)).await
}

#[tokio::main(flavor = "current_thread")]
async fn wide_model(serve: &Serve) -> Result<(), Failure> {
    talk(serve, many_slots(serve.delay)).await
}

async fn talk(serve: &Serve, rates: Rates) -> Result<(), Failure> {
    let listener = listen(serve).await?;
    Ok(model::serve(listener, rates, Terms::of_the_book()?).await?)
}

async fn listen(serve: &Serve) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(serve.addr).await?;
    serve.listening(listener.local_addr()?);
    Ok(listener)
}

/// As many as ours has, so that the two can be compared.
const REAL_SLOTS: usize = 4;

fn real_model(serve: &Serve) -> Result<(), Failure> {
    python::model(serve, REAL_SLOTS)
}

/// Ours at the pace of the real one, which it asks before it serves.
#[tokio::main(flavor = "current_thread")]
async fn paced(serve: &Serve) -> Result<(), Failure> {
    let body = experiments::others::to_pace();
    let rates = pace::of(serve.beside("real-model")?, REAL_SLOTS, body).await?;
    let listener = listen(serve).await?;
    let us = |time: Duration| time.as_secs_f64() * 1e6;
    serve.fact("token-alone", us(rates.token), "us");
    serve.fact("token-more", us(rates.also), "us");
    serve.fact("word-read", us(rates.prompt_token), "us");
    Ok(model::serve(listener, rates, Terms::of_the_book()?).await?)
}

/// Before the model, whichever it is, with these settings. One thread waits for everybody, and two
/// more search: a thousand questions at one moment are not a thousand threads.
fn stand_before(
    model: &str,
    serve: &Serve,
    settings: Settings,
) -> Result<(), Failure> {
    let model = format!("http://{}", serve.beside(model)?);
    stand(Upstream::at(&model, None)?, serve, settings)
}

fn stand(
    model: Upstream,
    serve: &Serve,
    settings: Settings,
) -> Result<(), Failure> {
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(2).build()?;
    runtime.block_on(talk_through(model, serve, settings))
}

async fn talk_through(
    model: Upstream,
    serve: &Serve,
    settings: Settings,
) -> Result<(), Failure> {
    let book = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../book/en"));
    let library = Library::read(book, Terms::of_the_book()?)
        .map_err(|why| format!("{}: {why}", book.display()))?;
    let listener = listen(serve).await?;
    Ok(gateway::serve(listener, settings, model, library, told_to_end()).await?)
}

/// Ctrl-C, or what a system says to a service that is to end.
async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

const NO_LIMIT: fn() -> Settings =
    || Settings { room: None, ..Settings::default() };

fn buffered(serve: &Serve) -> Result<(), Failure> {
    stand_before("model", serve, Settings { buffered: true, ..NO_LIMIT() })
}

fn streaming(serve: &Serve) -> Result<(), Failure> {
    stand_before("model", serve, NO_LIMIT())
}

fn limited(serve: &Serve) -> Result<(), Failure> {
    stand_before("model", serve, Settings::default())
}

/// The same, before a model that misbehaves.
fn rude_gateway(serve: &Serve) -> Result<(), Failure> {
    stand_before("rude-model", serve, Settings::default())
}

/// What FastAPI's documentation shows, before either model.
fn fastapi(serve: &Serve) -> Result<(), Failure> {
    python::fastapi(serve, serve.beside("model")?)
}

fn rude_fastapi(serve: &Serve) -> Result<(), Failure> {
    python::fastapi(serve, serve.beside("rude-model")?)
}

fn crowd(serve: &Serve) -> Result<(), Failure> {
    stand_before("wide-model", serve, NO_LIMIT())
}

/// Without passages: what a gateway does that only hands on.
const PLAIN: fn() -> Settings = || Settings { passages: 0, ..NO_LIMIT() };

fn plain(serve: &Serve) -> Result<(), Failure> {
    stand_before("model", serve, PLAIN())
}

fn crowd_plain(serve: &Serve) -> Result<(), Failure> {
    stand_before("wide-model", serve, PLAIN())
}

fn crowd_fastapi(serve: &Serve) -> Result<(), Failure> {
    python::fastapi(serve, serve.beside("wide-model")?)
}

/// nginx before a gateway that hands on, and says so.
fn nginx_told(serve: &Serve) -> Result<(), Failure> {
    nginx::serve(serve, serve.beside("streaming")?, false)
}

/// nginx as it would be before one that does not say so.
fn nginx_deaf(serve: &Serve) -> Result<(), Failure> {
    nginx::serve(serve, serve.beside("streaming")?, true)
}

/// For people: the same as `limited`, and it says what it does.
fn chat(serve: &Serve) -> Result<(), Failure> {
    say_what_happens();
    stand_before("model", serve, Settings::default())
}

fn real_chat(serve: &Serve) -> Result<(), Failure> {
    say_what_happens();
    stand_before("real-model", serve, Settings::default())
}

/// Before a server that somebody else started.
fn other_chat(serve: &Serve) -> Result<(), Failure> {
    let url = serve.told(forms::UPSTREAM).ok_or("the kit sees that it is given")?;
    let model = serve.told(forms::MODEL).map(String::from);
    say_what_happens();
    stand(Upstream::at(url, model)?, serve, Settings::default())
}

fn say_what_happens() {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    tracing::info!(
        "the chat page is at / of the address below; Ctrl-C ends it all"
    );
}

fn case(
    name: &'static str,
    about: &'static str,
    serve: fn(&Serve) -> Result<(), Failure>,
) -> Case {
    Case { name, about, path: CHAT, serve }
}

fn main() -> ExitCode {
    Chapter {
        name: "chap6",
        title: "A server that waits for a living",
        question: "People chat, a model talks to a few at a time, and a server stands between. Who waits for how long, and who notices when somebody leaves?",
        cases: vec![
            case("gateway", "for you: the chat page, the gateway and its model", chat),
            case("real-gateway", "for you: the same, before a real model", real_chat),
            case("other-gateway", "for you: the same, before the server at --upstream URL", other_chat),
            case("model", "behaves as a language model's server: four slots", model),
            case("wide-model", "the same with a slot for everybody", wide_model),
            case("real-model", "a small model in llama.cpp's server: four slots", real_model),
            case("paced", "ours, at the pace of the real one", paced),
            case("buffered", "hands an answer over when it is whole", buffered),
            case("streaming", "hands an answer on as it comes", streaming),
            case("nginx-told", "nginx, told that answers come as they are", nginx_told),
            case("nginx-deaf", "nginx, which does not heed that", nginx_deaf),
            case("no-limit", "lets everybody in", streaming),
            case("limited", "four talk, four wait, the rest is told to come back", limited),
            case("rude-model", "misbehaves as it is asked to", rude::model::serve),
            case("rude", "four talk, four wait, and their model misbehaves", rude_gateway),
            case("fastapi", "the same in FastAPI, as its documentation shows it", fastapi),
            case("rude-fastapi", "FastAPI's, and its model misbehaves", rude_fastapi),
            case("plain", "hands an answer on, and looks nothing up", plain),
            case("crowd", "hands on what a model for everybody says", crowd),
            case("crowd-plain", "the same, and looks nothing up", crowd_plain),
            case("crowd-fastapi", "FastAPI, before a model for everybody", crowd_fastapi),
        ],
        experiments: experiments::all(),
        beside: &[
            ("gateway", &["model"]),
            ("real-gateway", &["real-model"]),
            ("paced", &["real-model"]),
            ("buffered", &["model"]),
            ("nginx-told", &["model", "streaming"]),
            ("nginx-deaf", &["model", "streaming"]),
            ("streaming", &["model"]),
            ("no-limit", &["model"]),
            ("limited", &["model"]),
            ("rude", &["rude-model"]),
            ("fastapi", &["model"]),
            ("rude-fastapi", &["rude-model"]),
            ("plain", &["model"]),
            ("crowd", &["wide-model"]),
            ("crowd-plain", &["wide-model"]),
            ("crowd-fastapi", &["wide-model"]),
        ],
    }
    .main_with(&forms::ALL)
}
