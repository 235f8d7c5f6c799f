//! Running a chapter for a page that is served: only what a figure of the book shows, one run at a
//! time, for as long as its page listens, and for no page but those that this press served itself.

mod child;
mod page;
mod run;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::timeout;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use while_you_wait::record::read;
use while_you_wait::views::names::Runs;

use crate::answer::so_far;
use crate::html;
use crate::live::compare;
use crate::live::plan::{Order, Plan};
use crate::project::Project;
use crate::runs::Recorded;
use crate::words::live as words;
use page::Page;

/// Pages that have a run or wait for one. A browser opens six connections to a host; one of them is
/// for news, and one must be left for pages.
const MOST_PAGES: usize = 4;

/// More than any figure's name and its numbers.
const MOST_ASKED: usize = 4 << 10;

/// More than any run that a page keeps.
const MOST_KEPT: usize = 8 << 20;

/// How long a page may take to say what it asks for.
const ASK: Duration = Duration::from_secs(10);

/// What a page shows its token in.
const TOKEN: &str = "press-token";

/// What a refusal is: a status and a sentence.
type Refusal = (StatusCode, String);

pub struct Live {
    project: Project,
    recorded: watch::Receiver<Arc<Recorded>>,
    /// only a page that this press served knows it
    token: String,
    places: Arc<Semaphore>,
    turn: Arc<Semaphore>,
    longest_run: Duration,
    /// what was told last of the run that is being made
    news: watch::Sender<Value>,
}

impl Live {
    /// `None` where others than this machine's own people could ask.
    pub fn on(
        address: SocketAddr,
        project: Project,
        recorded: watch::Receiver<Arc<Recorded>>,
        longest_run: Duration,
    ) -> Option<Arc<Self>> {
        let mut secret = [0; 16];
        let known = getrandom::fill(&mut secret).is_ok();
        (known && address.ip().to_canonical().is_loopback()).then(|| {
            Arc::new(Live {
                project,
                recorded,
                token: secret.iter().map(|byte| format!("{byte:02x}")).collect(),
                places: Arc::new(Semaphore::new(MOST_PAGES)),
                turn: Arc::new(Semaphore::new(1)),
                longest_run,
                news: watch::channel(Value::Null).0,
            })
        })
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    pub fn routes<S: Clone + Send + Sync + 'static>(self: &Arc<Self>) -> Router<S> {
        let (running, showing) = (Arc::clone(self), Arc::clone(self));
        let run = move |request| async move { running.run(request).await };
        let show = move |request| async move { showing.show(request).await };
        Router::new().route("/-/press/run", post(run)).route("/-/press/show", post(show))
    }

    /// Runs what is asked for, and answers with a line of JSON for everything that happens. The run
    /// lives as long as somebody listens.
    async fn run(self: Arc<Self>, request: Request) -> Response {
        let (order, place) = match self.accepted(request).await {
            Ok(accepted) => accepted,
            Err(refusal) => return refused(refusal),
        };
        let (to, lines) = mpsc::channel(64);
        tokio::spawn(async move {
            let gone = to.clone();
            tokio::select! {
                () = gone.closed() => {}
                () = self.attend(&order, to) => {}
            }
            drop(place);
        });
        let body = Body::from_stream(ReceiverStream::new(lines).map(Ok::<_, Infallible>));
        let headers =
            [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CACHE_CONTROL, "no-store")];
        (headers, body).into_response()
    }

    async fn accepted(&self, request: Request) -> Result<(Order, OwnedSemaphorePermit), Refusal> {
        let asked = self.heard(request, MOST_ASKED).await?;
        let recorded = Arc::clone(&self.recorded.borrow());
        let order = Plan::ordered(&recorded.runs, &asked).map_err(bad)?;
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| (StatusCode::TOO_MANY_REQUESTS, words::TOO_MANY.to_string()))?;
        Ok((order, place))
    }

    /// Waits for its turn, and has it.
    async fn attend(&self, order: &Order, to: mpsc::Sender<Bytes>) {
        let Some(_turn) = self.turn(&to).await else { return };
        let page = Page { to, others: self.news.clone() };
        page.begins(&order.command()).await;
        let recorded = Arc::clone(&self.recorded.borrow());
        let made = run::make(&self.project, &recorded, order, self.longest_run, &page).await;
        page.over(made).await;
    }

    /// Whoever has to wait sees meanwhile what is going on.
    async fn turn(&self, to: &mpsc::Sender<Bytes>) -> Option<OwnedSemaphorePermit> {
        if let Ok(turn) = Arc::clone(&self.turn).try_acquire_owned() {
            return Some(turn);
        }
        let mut news = self.news.subscribe();
        news.mark_changed();
        page::tell(to, &json!({"waits": words::NEXT})).await;
        let turn = Arc::clone(&self.turn).acquire_owned();
        tokio::pin!(turn);
        loop {
            tokio::select! {
                turn = &mut turn => return turn.ok(),
                changed = news.changed() => {
                    changed.ok()?;
                    let other = json!({"other": *news.borrow_and_update()});
                    page::tell(to, &other).await;
                }
            }
        }
    }

    /// Shows a run that was kept: drawn as the book's own.
    async fn show(self: Arc<Self>, request: Request) -> Response {
        let shown = match self.heard(request, MOST_KEPT).await {
            Ok(asked) => {
                let recorded = Arc::clone(&self.recorded.borrow());
                let work = move || kept(&recorded.runs, &asked);
                let done = tokio::task::spawn_blocking(work).await;
                done.unwrap_or_else(|why| Err(words::not_drawn(&why.to_string()))).map_err(bad)
            }
            Err(refusal) => Err(refusal),
        };
        match shown {
            Ok(shown) => {
                ([(header::CONTENT_TYPE, "application/json")], shown.to_string()).into_response()
            }
            Err(refusal) => refused(refusal),
        }
    }

    /// What a page of ours sent, if it is not too much.
    async fn heard(&self, request: Request, most: usize) -> Result<Bytes, Refusal> {
        if request.headers().get(TOKEN).map(|token| token.as_bytes()) != Some(self.token.as_bytes())
        {
            return Err((StatusCode::FORBIDDEN, words::ONLY_OURS.to_string()));
        }
        match timeout(ASK, to_bytes(request.into_body(), most)).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(_)) => Err((StatusCode::PAYLOAD_TOO_LARGE, words::too_long(most))),
            Err(_) => Err((StatusCode::REQUEST_TIMEOUT, words::NOTHING_ASKED.to_string())),
        }
    }
}

/// A kept run as a figure, and its numbers beside the book's.
fn kept(book: &Runs, asked: &[u8]) -> Result<Value, String> {
    let asked: Value =
        serde_json::from_slice(asked).map_err(|why| words::no_json(&why.to_string()))?;
    let plan = Plan::asked(book, asked["figure"].as_str().unwrap_or_default())?;
    let record = asked["record"].as_str().ok_or(words::NOT_A_TEXT)?;
    let runs = Runs::from(read(record).map_err(|bad| bad.to_string())?);
    let figure = so_far(&runs, &plan.directive)?;
    let figure = figure.ok_or(words::NOTHING_SHOWN)?;
    let table = compare::draw(book, &runs, &plan.directive).map(html::block);
    Ok(json!({"figure": figure, "table": table}))
}

fn bad(sentence: String) -> Refusal {
    (StatusCode::BAD_REQUEST, sentence)
}

fn refused((status, sentence): Refusal) -> Response {
    (status, format!("{sentence}\n")).into_response()
}
