//! What the program is and holds.

use axum::{extract::State, response::Response};
use http::StatusCode;
use model::Seq;

use crate::{
    dto::{Health, Journal, JournalEntry, JournalQuery, PageQuery, Status},
    input::Asked,
    problem::Problem,
    reply::{Encoded, Seen, fresh, json},
    service::Shared,
};

/// That the service answers; for supervisors.
#[utoipa::path(
    get, path = "/api/v1/health", operation_id = "getHealth", tag = "status",
    responses((status = 200, description = "It answers", body = Health))
)]
pub(super) async fn get_health() -> Result<Response, Problem> {
    fresh(StatusCode::OK, &Health { ok: true })
}

/// This description.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", operation_id = "getOpenapi", tag = "status",
    responses((status = 200, description = "OpenAPI 3.1", body = Object))
)]
pub(super) async fn get_openapi(State(service): State<Shared>) -> Response {
    json(StatusCode::OK, service.openapi.clone())
}

/// What the program holds.
#[utoipa::path(
    get, path = "/api/v1/status", operation_id = "getStatus", tag = "status",
    responses((status = 200, description = "The state", body = Status))
)]
pub(super) async fn get_status(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| Encoded::of(&Status::from(service.app.status()?)));
    Ok(seen.reply(body.await?))
}

/// The journal: every fact, in order. It is the audit.
#[utoipa::path(
    get, path = "/api/v1/journal", operation_id = "getJournal", tag = "status",
    params(JournalQuery),
    responses((status = 200, description = "Facts", body = Journal))
)]
pub(super) async fn get_journal(
    State(service): State<Shared>,
    Asked(asked): Asked<JournalQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let limit = PageQuery { cursor: None, limit: asked.limit }.rows();
    let from = Seq(asked.from.unwrap_or(1).max(1));
    let body = service.work(move |service, _| {
        let facts = service.app.facts(from, limit)?;
        let whole = facts.len() == limit;
        let next = facts.last().filter(|_| whole).map(|last| last.seq.next().0);
        let items = facts.into_iter().map(JournalEntry::from).collect();
        Encoded::of(&Journal { items, next })
    });
    Ok(seen.reply(body.await?))
}
