//! Sources and the quarantine.

use app::PageRequest;
use axum::{extract::State, response::Response};
use http::StatusCode;
use model::{EvidenceId, SourceId};

use crate::{
    dto::{Page, PageQuery, PauseSource, Quarantined, Retried, Source, SourcePreview},
    guard::Caller,
    input::{Asked, At, Input},
    problem::{Code, Problem},
    reply::{Encoded, Seen, done, fresh},
    service::{Service, Shared},
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
    let body = service.work(|service, now| {
        let sources = service.app.sources()?;
        Encoded::of(&Source::all(sources, service.app.outside(), now))
    });
    Ok(seen.reply(body.await?))
}

/// What a mailbox would bring, by folder, before anything of it is taken in. It may take minutes.
#[utoipa::path(
    get, path = "/api/v1/sources/{id}/preview", operation_id = "previewSource", tag = "sources",
    params(("id" = String, Path, description = "The source")),
    responses((status = 200, description = "What it would bring", body = SourcePreview))
)]
pub(super) async fn preview_source(
    State(service): State<Shared>,
    At(id): At<SourceId>,
) -> Result<Response, Problem> {
    let preview = service.work(move |service, _| {
        let Some(probe) = service.app.outside().probe(&id) else {
            let detail = format!("there is no mailbox {id} that could be looked at");
            return Err(Problem::new(Code::NotFound, detail));
        };
        let preview = probe.preview().map_err(Problem::invalid)?;
        Ok(SourcePreview::from(preview))
    });
    fresh(StatusCode::OK, &preview.await?)
}

/// Lets a source rest: nothing is taken in from it until it is resumed.
#[utoipa::path(
    put, path = "/api/v1/sources/{id}/pause", operation_id = "pauseSource", tag = "sources",
    params(("id" = String, Path, description = "The source")),
    request_body = PauseSource,
    responses((status = 204, description = "It rests"))
)]
pub(super) async fn pause_source(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<SourceId>,
    Input(asked): Input<PauseSource>,
) -> Result<Response, Problem> {
    let paused = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        known(service, &id)?;
        Ok(service.app.pause_source(&id, asked.reason.trim(), &caller.actor(), now)?)
    });
    paused.await?;
    Ok(done())
}

/// Lets a source go on.
#[utoipa::path(
    delete, path = "/api/v1/sources/{id}/pause", operation_id = "resumeSource", tag = "sources",
    params(("id" = String, Path, description = "The source")),
    responses((status = 204, description = "It goes on"))
)]
pub(super) async fn resume_source(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<SourceId>,
) -> Result<Response, Problem> {
    let resumed = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        known(service, &id)?;
        Ok(service.app.resume_source(&id, &caller.actor(), now)?)
    });
    resumed.await?;
    Ok(done())
}

fn known(service: &Service, id: &SourceId) -> Result<(), Problem> {
    if service.app.knows_source(id)? {
        return Ok(());
    }
    Err(Problem::new(Code::NotFound, format!("there is no source {id}")))
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
