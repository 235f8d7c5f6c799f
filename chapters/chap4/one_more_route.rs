//! A route more: a part of the path and a query become arguments. Asked without any
//! socket.

use std::error::Error;

use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::Request;
use axum::routing::get;
use axum::{Json, Router};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};
use tower::ServiceExt;

// ANCHOR: path-and-query
#[derive(Deserialize)]
struct Times {
    #[serde(default = "once")]
    times: u8,
}

fn once() -> u8 {
    1
}

#[derive(Serialize)]
struct Said {
    message: String,
}

async fn hello(Path(name): Path<String>, Query(how): Query<Times>) -> Json<Said> {
    Json(Said {
        message: vec![format!("hello, {name}"); how.times.into()].join("; "),
    })
}
// ANCHOR_END: path-and-query

// ANCHOR: a-router-is-a-service
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = Router::new().route("/hello/{name}", get(hello));
    for path in
        ["/hello/Ada", "/hello/Ada?times=2", "/hello/Ada?times=many", "/hello"]
    {
        let answer =
            app.clone().oneshot(Request::get(path).body(Body::empty())?).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        println!("{path}\n  {status} {}", String::from_utf8_lossy(&body));
    }
    Ok(())
}
// ANCHOR_END: a-router-is-a-service
