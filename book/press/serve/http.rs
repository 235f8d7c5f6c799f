//! What a browser gets: the files of the present edition, with a script that waits for the next.

use std::convert::Infallible;
use std::net::TcpListener;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt, wrappers::WatchStream};
use tower_http::services::{ServeDir, ServeFile};

use super::Edition;

const RELOAD: &str = include_str!("reload.js");

type Editions = watch::Receiver<Edition>;

/// Serves until the listener breaks.
pub async fn serve(listener: TcpListener, editions: Editions) -> std::io::Result<()> {
    // A page that was loaded from an earlier press must not think that it is up to date.
    let press = std::process::id();
    let app = Router::new()
        .route("/-/press/news", get(move |state| news(state, press)))
        .route("/-/press/reload.js", get(script))
        .fallback(move |state, request| page(state, request, press))
        .with_state(editions);
    axum::serve(tokio::net::TcpListener::from_std(listener)?, app).await
}

async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], RELOAD)
}

/// Server-sent events: the present state at once, then each change.
async fn news(
    State(editions): State<Editions>,
    press: u32,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = WatchStream::new(editions).map(move |edition| {
        let wrong = serde_json::to_string(&edition.wrong).expect("a string is JSON");
        let name = name(press, &edition);
        Ok(Event::default().data(format!(r#"{{"edition":"{name}","wrong":{wrong}}}"#)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn page(State(editions): State<Editions>, request: Request, press: u32) -> Response {
    let edition = editions.borrow().clone();
    let name = name(press, &edition);
    let Some(folder) = &edition.folder else {
        let wrong = edition.wrong.unwrap_or_default();
        let page = maud::html! {
            (maud::DOCTYPE)
            html lang="en" {
                head { meta charset="utf-8"; title { "The book cannot be built" } }
                body { h1 { "The book cannot be built" } pre { (wrong) } }
            }
        };
        let page = with_script(page.into_string(), &name);
        return (StatusCode::INTERNAL_SERVER_ERROR, Html(page)).into_response();
    };
    let lost = ServeFile::new(folder.join("404.html"));
    let mut files = ServeDir::new(folder).not_found_service(lost);
    let response = match files.try_call(request).await {
        Ok(response) => response.map(Body::new),
        Err(why) => {
            return (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()).into_response();
        }
    };
    let is_html = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let (mut head, body) = response.into_parts();
    // The next edition has the same addresses.
    head.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if !is_html {
        return Response::from_parts(head, body);
    }
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            let page = with_script(String::from_utf8_lossy(&bytes).into_owned(), &name);
            head.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(head, Body::from(page))
        }
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()).into_response(),
    }
}

fn name(press: u32, edition: &Edition) -> String {
    format!("{press}-{}", edition.number)
}

fn with_script(page: String, edition: &str) -> String {
    let script =
        format!(r#"<script src="/-/press/reload.js" data-edition="{edition}"></script></body>"#);
    page.replacen("</body>", &script, 1)
}
