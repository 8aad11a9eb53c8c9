//! Sources that people define while the service runs: tried, kept, changed, taken out.

use app::saved::{Act, Refused, Shelf};
use axum::{extract::State, response::Response};
use http::StatusCode;

use crate::{
    dto::{DefinedSource, FoundSource, SourceDraft},
    guard::Caller,
    input::{At, Input},
    problem::{Code, Problem},
    reply::{Encoded, Seen, done, fresh},
    service::{Service, Shared},
};

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let code = match &refused {
            Refused::Wrong(_) | Refused::Unreadable(_) => Code::Invalid,
            Refused::Unknown(_) => Code::NotFound,
            Refused::Taken(_) => Code::Conflict,
            Refused::Changed(_) => Code::Changed,
            Refused::Failed(detail) => {
                log::error!(detail = detail.as_str(); "a source cannot be kept");
                Code::Internal
            }
        };
        Self::new(code, refused.to_string())
    }
}

fn shelf(service: &Service) -> Result<Shelf, Problem> {
    let missing = || Problem::new(Code::Busy, "the service is starting or ending: try again");
    service.app.outside().shelf().ok_or_else(missing)
}

/// The sources that are defined, in the configuration or here.
#[utoipa::path(
    get, path = "/api/v1/source-definitions", operation_id = "listDefinitions", tag = "sources",
    responses((status = 200, description = "The sources", body = Vec<DefinedSource>))
)]
pub(super) async fn list_definitions(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| {
        let defined = shelf(service)?.defined().into_iter().map(DefinedSource::from);
        Encoded::of(&defined.collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// Connects to what a draft says and tells what is there; nothing is kept. A source that is defined
/// already is tried with the secrets that it has, unless new ones are given. It may take a minute.
#[utoipa::path(
    post, path = "/api/v1/source-definitions/try", operation_id = "tryDefinition", tag = "sources",
    request_body = SourceDraft,
    responses((status = 200, description = "What is there", body = FoundSource))
)]
pub(super) async fn try_definition(
    State(service): State<Shared>,
    caller: Caller,
    Input(draft): Input<SourceDraft>,
) -> Result<Response, Problem> {
    let found = service.try_out(move |service, now| {
        let actor = caller.actor();
        Ok(shelf(service)?.try_out(&draft.into(), Act { actor: &actor, now })?)
    });
    fresh(StatusCode::OK, &FoundSource::from(found.await?))
}

/// Keeps a new source and takes it up at once.
#[utoipa::path(
    post, path = "/api/v1/source-definitions", operation_id = "addDefinition", tag = "sources",
    request_body = SourceDraft,
    responses((status = 201, description = "The source", body = DefinedSource))
)]
pub(super) async fn add_definition(
    State(service): State<Shared>,
    caller: Caller,
    Input(draft): Input<SourceDraft>,
) -> Result<Response, Problem> {
    let added = service.work(move |service, now| {
        let actor = caller.actor();
        Ok(shelf(service)?.add(&draft.into(), Act { actor: &actor, now })?)
    });
    fresh(StatusCode::CREATED, &DefinedSource::from(added.await?))
}

/// Keeps a source anew and takes it up at once. `If-Match` names the version that was read: who
/// changed it first wins, and the second is told.
#[utoipa::path(
    put, path = "/api/v1/source-definitions/{name}", operation_id = "changeDefinition",
    tag = "sources",
    params(
        ("name" = String, Path, description = "Its name"),
        ("If-Match" = String, Header, description = "Its version, in quotation marks")
    ),
    request_body = SourceDraft,
    responses((status = 200, description = "The source", body = DefinedSource))
)]
pub(super) async fn change_definition(
    State(service): State<Shared>,
    caller: Caller,
    At(name): At<String>,
    seen: Seen,
    Input(draft): Input<SourceDraft>,
) -> Result<Response, Problem> {
    if draft.name.trim() != name {
        let detail = "a source keeps its name: what was taken in is remembered under it";
        return Err(Problem::invalid(detail));
    }
    let version = seen.version()?;
    let changed = service.work(move |service, now| {
        let actor = caller.actor();
        Ok(shelf(service)?.change(&draft.into(), &version, Act { actor: &actor, now })?)
    });
    fresh(StatusCode::OK, &DefinedSource::from(changed.await?))
}

/// Takes a source out; what it brought stays. `If-Match` as for a change.
#[utoipa::path(
    delete, path = "/api/v1/source-definitions/{name}", operation_id = "removeDefinition",
    tag = "sources",
    params(
        ("name" = String, Path, description = "Its name"),
        ("If-Match" = String, Header, description = "Its version, in quotation marks")
    ),
    responses((status = 204, description = "It is taken out"))
)]
pub(super) async fn remove_definition(
    State(service): State<Shared>,
    caller: Caller,
    At(name): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    let version = seen.version()?;
    let removed = service.work(move |service, now| {
        let actor = caller.actor();
        Ok(shelf(service)?.remove(&name, &version, Act { actor: &actor, now })?)
    });
    removed.await?;
    Ok(done())
}
