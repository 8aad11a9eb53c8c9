//! Sources and the quarantine.

use app::PageRequest;
use axum::{extract::State, response::Response};
use http::StatusCode;
use model::EvidenceId;

use crate::{
    dto::{Page, PageQuery, Quarantined, Retried, Source},
    guard::Caller,
    input::{Asked, At},
    problem::Problem,
    reply::{Encoded, Seen, fresh},
    service::Shared,
};

/// The sources, each with what became of every item.
#[utoipa::path(
    get, path = "/api/v1/sources", operation_id = "listSources", tag = "sources",
    responses((status = 200, description = "The sources", body = Vec<Source>))
)]
pub(super) async fn list_sources(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| {
        let sources = service.app.sources()?;
        Encoded::of(&Source::all(sources, service.app.outside().watches()))
    });
    Ok(seen.reply(body.await?))
}

/// Evidence that could not be parsed.
#[utoipa::path(
    get, path = "/api/v1/quarantine", operation_id = "listQuarantine", tag = "sources",
    params(PageQuery),
    responses((status = 200, description = "A page of evidence", body = Page<Quarantined>))
)]
pub(super) async fn list_quarantine(
    State(service): State<Shared>,
    Asked(page): Asked<PageQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let request = PageRequest { limit: page.rows(), cursor: page.cursor };
        Encoded::of(&Page::<Quarantined>::from(service.app.quarantine(&request)?))
    });
    Ok(seen.reply(body.await?))
}

/// Reads quarantined evidence again.
#[utoipa::path(
    post, path = "/api/v1/quarantine/{id}/retry", operation_id = "retryQuarantined",
    tag = "sources",
    params(("id" = String, Path, description = "The evidence")),
    responses((status = 200, description = "What came of it", body = Retried))
)]
pub(super) async fn retry_quarantined(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<EvidenceId>,
) -> Result<Response, Problem> {
    let retried =
        service.work(move |service, now| Ok(service.app.retry(&id, caller.actor(), now)?));
    fresh(StatusCode::OK, &Retried { readable: retried.await? })
}
