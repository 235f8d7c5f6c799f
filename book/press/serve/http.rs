//! What a browser gets: the files of the present printing, with a script that waits for the next.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt, wrappers::WatchStream};
use tower_http::services::{ServeDir, ServeFile};

use super::hosts::{self, Hosts};
use super::live::Live;
use super::{Printing, doors};
use crate::{island, words};

const RELOAD: &str = include_str!("reload.js");
const NEWS: &str = include_str!("news.js");
const LIVE: &str = include_str!("live/live.js");
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const LIVE_STYLE: &str = include_str!("live/live.css");

/// For a while: another press on this port may write the same style sheet another way.
const KEPT: &str = "max-age=600, immutable";

type Printings = watch::Receiver<Printing>;

/// What a page learns from the press that serves it, and from no other.
#[derive(Clone)]
struct Told {
    /// of this process: a page that was loaded from an earlier press must not think that it is up to
    /// date
    press: u32,
    /// where runs can be made
    token: Option<String>,
}

/// Serves until the listener breaks.
pub async fn serve(
    listener: TcpListener,
    printings: Printings,
    hosts: Hosts,
    live: Option<Arc<Live>>,
) -> io::Result<()> {
    let press = std::process::id();
    let token = live.as_ref().map(|live| live.token().to_string());
    let told = Told { press, token };
    let app = Router::new()
        .route("/-/press/news", get(move |state| news(state, press)))
        .route("/-/press/news.js", get(|| own(SCRIPT, NEWS)))
        .route("/-/press/reload.js", get(|| own(SCRIPT, RELOAD)))
        .route("/-/press/live.js", get(|| own(SCRIPT, LIVE)))
        .route("/-/press/live.css", get(|| own(STYLE, LIVE_STYLE)))
        .merge(live.map_or_else(Router::new, |live| live.routes()))
        .fallback(move |state, request| page(state, request, told))
        .layer(middleware::from_fn_with_state(hosts, hosts::admit))
        .with_state(printings);
    doors::open(listener, app).await
}

async fn own(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text)
}

/// Server-sent events: the present state at once, then each change.
async fn news(
    State(printings): State<Printings>,
    press: u32,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = WatchStream::new(printings).map(move |printing| {
        let wrong = serde_json::to_string(&printing.wrong).expect("a string is JSON");
        let name = name(press, &printing);
        Ok(Event::default().data(format!(r#"{{"printing":"{name}","wrong":{wrong}}}"#)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn page(State(printings): State<Printings>, request: Request, told: Told) -> Response {
    let printing = printings.borrow().clone();
    let scripts = scripts(&name(told.press, &printing), told.token.as_deref());
    let head_only = request.method() == Method::HEAD;
    let named = is_named_for_its_bytes(request.uri().path());
    let Some(folder) = &printing.folder else {
        let wrong = printing.wrong.unwrap_or_default();
        let page = maud::html! {
            (maud::DOCTYPE)
            html lang=(words::LANGUAGE) {
                head { meta charset="utf-8"; title { (words::frame::NOT_BUILT) } }
                body { h1 { (words::frame::NOT_BUILT) } pre { (wrong) } }
            }
        };
        let page = with_scripts(page.into_string(), &scripts);
        return html(StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new(), page, head_only);
    };
    match file(folder, request, &scripts, head_only).await {
        Ok(mut response) => {
            let keep = match named && response.status().is_success() {
                true => KEPT,
                // The next printing has the same addresses.
                false => "no-store",
            };
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
            response
        }
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{why}\n")).into_response(),
    }
}

/// A file of the book. A page of HTML is always answered whole, because it is longer than its file:
/// a part of the one is no part of the other.
async fn file(
    folder: &Path,
    request: Request,
    scripts: &str,
    head_only: bool,
) -> io::Result<Response> {
    let lost = ServeFile::new(folder.join("404.html"));
    let mut files = ServeDir::new(folder).not_found_service(lost);
    if !head_only && request.method() != Method::GET {
        return Ok(files.try_call(request).await?.map(Body::new));
    }
    let whole = files.try_call(whole(request.uri())).await?.map(Body::new);
    let kind = whole.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        let (head, body) = whole.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.map_err(io::Error::other)?;
        let page = with_scripts(String::from_utf8_lossy(&bytes).into_owned(), scripts);
        return Ok(html(head.status, head.headers, page, head_only));
    }
    match !head_only && request.headers().get(header::RANGE).is_none() {
        true => Ok(whole),
        false => Ok(files.try_call(request).await?.map(Body::new)),
    }
}

/// Style sheets, scripts and fonts, to which mdBook gives names like `shell-b21e84cd.css`: most of a reload
/// was asking for thirty of them again. Not those that say more than what their names are made of: of
/// other files' names, or of the pages.
fn is_named_for_its_bytes(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let hash = name.split_once('.').and_then(|(stem, _)| stem.rsplit_once('-'));
    let is_hash =
        |hash: &str| hash.len() == 8 && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
    let says_more = ["toc", "fonts", "searcher", "searchindex"];
    hash.is_some_and(|(of, hash)| is_hash(hash) && !says_more.contains(&of))
}

/// The same question without conditions.
fn whole(uri: &Uri) -> Request {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = uri.clone();
    request
}

fn html(status: StatusCode, mut headers: HeaderMap, page: String, head_only: bool) -> Response {
    for of_the_file in [header::ACCEPT_RANGES, header::LAST_MODIFIED, header::ETAG] {
        headers.remove(of_the_file);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(page.len()));
    // Nobody else's page lays itself over this one, to be clicked in its place.
    let alone = HeaderValue::from_static("frame-ancestors 'self'");
    headers.insert(header::CONTENT_SECURITY_POLICY, alone);
    let body = if head_only { Body::empty() } else { Body::from(page) };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn name(press: u32, printing: &Printing) -> String {
    format!("{press}-{}", printing.number)
}

/// What a served page has and a built one has not.
fn scripts(printing: &str, token: Option<&str>) -> String {
    let live = token.map(|token| {
        let words = island::table(words::scripts::LIVE).to_string();
        let live = maud::html! {
            link rel="stylesheet" href="/-/press/live.css";
            script src="/-/press/live.js" data-token=(token) data-words=(words) {}
        };
        live.into_string()
    });
    let reload =
        format!(r#"<script src="/-/press/reload.js" data-printing="{printing}"></script>"#);
    reload + &live.unwrap_or_default()
}

fn with_scripts(page: String, scripts: &str) -> String {
    page.replacen("</body>", &format!("{scripts}</body>"), 1)
}
