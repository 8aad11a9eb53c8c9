//! Who else has a case open.

use axum::{extract::State, response::Response};
use http::StatusCode;
use model::{CaseId, fact::Role};

use crate::{
    dto::Viewers,
    guard::Caller,
    input::At,
    problem::Problem,
    reply::{done, fresh},
    service::Shared,
};

/// Says that the caller has the case open, to be said again every 20 seconds, and gives the others
/// who have; whoever may only read learns how many. A `change` event of the kind `viewers` tells when
/// to ask again.
#[utoipa::path(
    put, path = "/api/v1/cases/{id}/viewers", operation_id = "viewCase", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    responses((status = 200, description = "The others", body = Viewers))
)]
pub(super) async fn view_case(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<CaseId>,
) -> Result<Response, Problem> {
    let (others, new) = service.presence.look(id, &caller.0.name, service.now());
    if new {
        service.live.whisper("viewers", id);
    }
    let count = others.len() as u64;
    let named = if caller.0.may(Role::Agent) { others } else { Vec::new() };
    let names = named.into_iter().map(|name| name.to_string()).collect();
    fresh(StatusCode::OK, &Viewers { count, names })
}

/// Says that the caller has closed the case.
#[utoipa::path(
    delete, path = "/api/v1/cases/{id}/viewers", operation_id = "leaveCase", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    responses((status = 204, description = "Noted"))
)]
pub(super) async fn leave_case(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<CaseId>,
) -> Result<Response, Problem> {
    if service.presence.leave(id, &caller.0.name) {
        service.live.whisper("viewers", id);
    }
    Ok(done())
}
