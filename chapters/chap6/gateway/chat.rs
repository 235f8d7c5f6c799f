//! A chat's way in: read, let in or refused, and answered.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use chap6::gateway::Gateway;
use chap6::gateway::body::{Owned, Streamed, failed};
use chap6::gateway::limit::Limit;
use chap6::gateway::metrics::Counted;
use chap6::gateway::out::Out;
use chap6::gateway::request::{REQUEST_ID, id, read};
use chap6::gateway::shutdown::Phase;
use chap6::gateway::talk::{Talk, closing};
use chap6::protocol::Refusal;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

pub async fn chat(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
) -> Response {
    let id = id(&gateway, request.headers());
    let answered = answer(&gateway, &id, request).await;
    let mut response = answered.unwrap_or_else(|refusal| {
        tracing::info!(
            id,
            status = refusal.status.as_u16(),
            why = refusal.message,
            "refused"
        );
        refusal.into_response()
    });
    let id = id.parse().expect("letters and digits");
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

async fn answer(
    gateway: &Arc<Gateway>,
    id: &str,
    request: Request,
) -> Result<Response, Refusal> {
    let (ask, request) = read(&gateway.settings, request).await?;
    if *gateway.phase.borrow() != Phase::Open {
        return Err(closing());
    }
    let place = gateway.limit.as_ref().map(Limit::enter).transpose();
    let place = place.inspect_err(|_| {
        gateway.metrics.refused.inc();
    })?;
    let talk = Talk {
        gateway: gateway.clone(),
        id: id.into(),
        request,
        question: ask.question(),
        wants_usage: ask.wants_usage(),
        place,
        counted: Counted::new(&gateway.metrics, id),
        phase: gateway.phase.clone(),
    };
    match ask.stream {
        true => streamed(gateway, talk).await,
        false => Ok(Json(talk.whole().await?).into_response()),
    }
}

// ANCHOR: head
/// Waits for the first event, so that what fails before it still has a status. But not for
/// ever: after a silence the head goes out, and a later failure has to be an event.
async fn streamed(gateway: &Gateway, talk: Talk) -> Result<Response, Refusal> {
    let (begin, begun) = oneshot::channel();
    let (to, frames) = mpsc::channel(gateway.settings.ahead);
    let talk =
        Owned::spawn(talk.stream(Out::new(begin, to, gateway.settings.buffered)));
    let mut silent = false;
    match timeout(gateway.settings.ping, begun).await {
        Ok(Ok(Ok(()))) => {}
        Err(_) => silent = true,
        Ok(Ok(Err(refusal))) => return Err(refusal),
        Ok(Err(_)) => return Err(failed()),
    }
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        // nginx, and others that know its word: hand it on as it comes.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    let body = Streamed::new(frames, talk, gateway.settings.ping, silent);
    Ok((headers, Body::new(body)).into_response())
}
// ANCHOR_END: head
