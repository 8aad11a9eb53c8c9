//! Attached files: what was read of them, what was not, and where else they are.

use app::{PageRequest, files::CoverageRequest};
use axum::{extract::State, response::Response};
use http::StatusCode;
use model::{CaseId, Digest, Unread};

use crate::{
    dto::{AttachedFile, Coverage, CoverageQuery},
    guard::Caller,
    input::{Asked, At},
    problem::Problem,
    reply::{Encoded, Seen, fresh},
    service::Shared,
};

/// The files of a case, those of the first message first, each once, with the other cases that have
/// them.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/files", operation_id = "listCaseFiles", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    responses((status = 200, description = "The files", body = Vec<AttachedFile>))
)]
pub(super) async fn list_case_files(
    State(service): State<Shared>,
    At(id): At<CaseId>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let files = service.app.case_files(id)?;
        Encoded::of(&files.into_iter().map(AttachedFile::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// An attached file: its text by page, sheet or slide, and every place that it is attached in.
#[utoipa::path(
    get, path = "/api/v1/files/{sha256}", operation_id = "getFile", tag = "messages",
    params(("sha256" = String, Path, description = "The SHA-256 of its bytes")),
    responses((status = 200, description = "The file", body = AttachedFile))
)]
pub(super) async fn get_file(
    State(service): State<Shared>,
    At(file): At<Digest>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service
        .work(move |service, _| Encoded::of(&AttachedFile::from(service.app.attached_file(file)?)));
    Ok(seen.reply(body.await?))
}

/// Has an attached file read once more; it waits until the service comes to it.
#[utoipa::path(
    post, path = "/api/v1/files/{sha256}/retry", operation_id = "retryFile", tag = "messages",
    params(("sha256" = String, Path, description = "The SHA-256 of its bytes")),
    responses((status = 202, description = "The file as it is now", body = AttachedFile))
)]
pub(super) async fn retry_file(
    State(service): State<Shared>,
    caller: Caller,
    At(file): At<Digest>,
) -> Result<Response, Problem> {
    let retried = service.work(move |service, now| {
        service.app.retry_file(file, &caller.actor(), now)?;
        Ok(AttachedFile::from(service.app.attached_file(file)?))
    });
    fresh(StatusCode::ACCEPTED, &retried.await?)
}

/// How much of what is attached was read, and every file that was not, with the reason.
#[utoipa::path(
    get, path = "/api/v1/coverage", operation_id = "getCoverage", tag = "sources",
    params(CoverageQuery),
    responses((status = 200, description = "The coverage", body = Coverage))
)]
pub(super) async fn get_coverage(
    State(service): State<Shared>,
    Asked(asked): Asked<CoverageQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let reason = asked.reason.as_deref().map(|word| Unread::of_word(word).ok_or(word));
    let reason = reason.transpose().map_err(|word| {
        let known = Unread::ALL.map(Unread::word).join(", ");
        Problem::invalid(format!("`{word}` is no reason; pass one of {known}"))
    })?;
    let page = PageRequest { limit: asked.rows(), cursor: asked.cursor };
    let request = CoverageRequest { reason, waiting: asked.waiting, page };
    let body = service
        .work(move |service, _| Encoded::of(&Coverage::from(service.app.coverage(&request)?)));
    Ok(seen.reply(body.await?))
}
