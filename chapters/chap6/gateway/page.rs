//! The chat page, and the book beside it, so that the links of an answer lead somewhere.

use std::path::Path;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::services::ServeDir;

/// Nothing from anywhere else, no script in the page itself, and no page around it: whatever a model
/// says can do nothing here.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The page's files, in the program itself.
const FILES: [(&str, &str, &str); 6] = [
    ("/", "text/html", include_str!("../page/index.html")),
    ("/chat.css", "text/css", include_str!("../page/chat.css")),
    ("/conversation.css", "text/css", include_str!("../page/conversation.css")),
    ("/chat.js", "text/javascript", include_str!("../page/chat.js")),
    ("/events.js", "text/javascript", include_str!("../page/events.js")),
    ("/words.js", "text/javascript", include_str!("../page/words.js")),
];

/// The page, and `/book/`.
pub fn routes<S: Clone + Send + Sync + 'static>(book: &'static str) -> Router<S> {
    let not_there = get(move || async move { not_there(book) });
    let book = ServeDir::new(book).fallback(not_there);
    let page = FILES.iter().fold(Router::new(), |page, &(path, kind, text)| {
        page.route(path, get(move || async move { file(kind, text) }))
    });
    page.nest_service("/book", book)
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers: [(HeaderName, HeaderValue); 5] = [
        (
            header::CONTENT_TYPE,
            format!("{kind}; charset=utf-8").parse().expect("a type"),
        ),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, text).into_response()
}

fn not_there(book: &str) -> Response {
    let says = match Path::new(book).join("index.html").exists() {
        true => "The book has no such page.",
        false => {
            "The book is not built yet: <code>cargo run -- build</code> builds it."
        }
    };
    let page = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Not here</title><p>{says}</p>"
    );
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (StatusCode::NOT_FOUND, kind, page).into_response()
}
