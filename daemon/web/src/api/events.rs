//! Live events.

use std::convert::Infallible;

use axum::{
    extract::State,
    response::{IntoResponse, Response, Sse},
};
use http::{HeaderMap, HeaderValue, header};
use model::Seq;
use tokio::sync::mpsc;
use tokio_stream::{StreamExt as _, wrappers::ReceiverStream};

use crate::{
    dto::ChangeEvent,
    guard::Caller,
    live,
    problem::{Code, Problem},
    service::Shared,
};

/// Events that wait for a slow reader before it counts as lagging.
const WAITING: usize = 16;

/// Server-sent events: `hello` at once, `change` for every change, `reset` where the reader has
/// missed some and has to read anew. The id of an event is the sequence of its last fact; with
/// `Last-Event-ID` the stream goes on behind it. A comment comes at least every 15 seconds.
#[utoipa::path(
    get, path = "/api/v1/events", operation_id = "getEvents", tag = "status",
    params((
        "Last-Event-ID" = Option<String>, Header,
        description = "The id of the last event received",
    )),
    responses((
        status = 200, description = "The data of `change` events",
        content_type = "text/event-stream", body = ChangeEvent,
    ))
)]
pub(super) async fn get_events(
    State(service): State<Shared>,
    Caller(principal): Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let seat = service.live.seat().ok_or_else(|| {
        let detail = "too many readers listen already: close some, or try again later";
        Problem::new(Code::Busy, detail).retry_after(30)
    })?;
    if !service.live.stands() {
        service.work(|service, _| service.stand()).await?;
    }
    let last_seen = headers.get("last-event-id").map(|id| {
        // an id that is not ours belongs to another record: the reader has to read anew
        Seq(id.to_str().ok().and_then(|id| id.parse().ok()).unwrap_or(u64::MAX))
    });
    let (to, events) = mpsc::channel(WAITING);
    tokio::spawn(live::feed(service, principal, last_seen, to, seat));
    let stream = ReceiverStream::new(events).map(Ok::<_, Infallible>);
    let mut response = Sse::new(stream).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // proxies must not hold events back
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
