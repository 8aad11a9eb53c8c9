//! Messages.

use axum::{extract::State, response::Response};
use model::MessageKey;

use crate::{
    dto::{MessageRecord, PutSegments},
    guard::Caller,
    input::{At, Input},
    problem::Problem,
    reply::{Encoded, Seen},
    service::{Service, Shared},
};

fn encoded(service: &Service, key: MessageKey) -> Result<Encoded, Problem> {
    Encoded::of(&MessageRecord::from(service.app.message(key)?))
}

/// Everything about a message.
#[utoipa::path(
    get, path = "/api/v1/messages/{key}", operation_id = "getMessage", tag = "messages",
    params(("key" = String, Path, description = "The message")),
    responses((status = 200, description = "The message", body = MessageRecord))
)]
pub(super) async fn get_message(
    State(service): State<Shared>,
    At(key): At<MessageKey>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| encoded(service, key));
    Ok(seen.reply(body.await?))
}

/// Corrects what is new text, quotation, signature and so on in a message. With `If-Match`, only
/// upon the state that was read.
#[utoipa::path(
    put, path = "/api/v1/messages/{key}/segments", operation_id = "putSegments", tag = "messages",
    params(("key" = String, Path, description = "The message")),
    request_body = PutSegments,
    responses((status = 200, description = "The message as it is now", body = MessageRecord))
)]
pub(super) async fn put_segments(
    State(service): State<Shared>,
    caller: Caller,
    At(key): At<MessageKey>,
    seen: Seen,
    Input(PutSegments { segments }): Input<PutSegments>,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        if seen.is_particular() {
            seen.require(encoded(service, key)?.tag())?;
        }
        let segments = segments.iter().map(|s| (s.start, s.end, s.kind.word().to_owned()));
        service.app.correct_segments(key, segments.collect(), caller.actor(), now)?;
        encoded(service, key)
    });
    Ok(Seen::default().reply(body.await?))
}
