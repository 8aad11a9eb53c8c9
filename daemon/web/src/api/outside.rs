//! What goes out, and what is known of the world outside: channels, hosts, dead letters.

use axum::{extract::State, response::Response};
use http::StatusCode;
use model::id::SendingId;

use crate::{
    dto::{DeadLetter, Outbound},
    guard::Caller,
    input::At,
    problem::Problem,
    reply::{Encoded, Seen, done, fresh},
    service::Shared,
};

/// The channels with what waits for them, and every host that may be called.
#[utoipa::path(
    get, path = "/api/v1/outbound", operation_id = "getOutbound", tag = "alerts",
    responses((status = 200, description = "Channels and hosts", body = Outbound))
)]
pub(super) async fn get_outbound(State(service): State<Shared>) -> Result<Response, Problem> {
    let outbound = service.work(|service, now| {
        let counts = service.app.outbox_counts(now)?;
        Ok(Outbound::of(service.app.outside(), &counts, now))
    });
    fresh(StatusCode::OK, &outbound.await?)
}

/// What was given up, the latest first.
#[utoipa::path(
    get, path = "/api/v1/dead-letters", operation_id = "listDeadLetters", tag = "alerts",
    responses((status = 200, description = "The dead letters", body = Vec<DeadLetter>))
)]
pub(super) async fn list_dead_letters(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, now| {
        let all = service.app.dead_letters(now)?;
        Encoded::of(&all.into_iter().map(DeadLetter::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// Has something that was given up tried again, now.
#[utoipa::path(
    post, path = "/api/v1/dead-letters/{id}/replay", operation_id = "replayDeadLetter",
    tag = "alerts",
    params(("id" = String, Path, description = "The dead letter")),
    responses((status = 204, description = "It is tried again"))
)]
pub(super) async fn replay_dead_letter(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<SendingId>,
) -> Result<Response, Problem> {
    let replayed = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        Ok(service.app.replay_sending(id, caller.actor(), now)?)
    });
    replayed.await?;
    Ok(done())
}
