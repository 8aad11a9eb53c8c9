//! Handing cases over, and what changed while one was away.

use app::{PageRequest, QueueFilter, record::TimelineKind};
use axum::{extract::State, response::Response};
use model::CaseId;

use super::cases::{check_reason, encoded};
use crate::{
    dto::{Brief, CaseChanges, CaseRecord, ChangeQuery, HandOff, HandedCase, Page, PageQuery},
    guard::Caller,
    input::{Asked, At, Input},
    problem::Problem,
    reply::{Encoded, Seen},
    service::Shared,
};

/// Cases in which something happened since an instant, the latest first, each with what did.
#[utoipa::path(
    get, path = "/api/v1/changes", operation_id = "listChanges", tag = "cases",
    params(ChangeQuery),
    responses((status = 200, description = "A page of cases", body = Page<CaseChanges>))
)]
pub(super) async fn list_changes(
    State(service): State<Shared>,
    caller: Caller,
    Asked(asked): Asked<ChangeQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let ChangeQuery { since, cursor, limit, account, owner, team } = asked;
    let page = PageRequest { limit: PageQuery { cursor: None, limit }.rows(), cursor };
    let filter = QueueFilter { account, owner, level: None, team };
    let body = service.work(move |service, now| {
        let shown = |what: &TimelineKind| match what {
            TimelineKind::Note { visibility, .. } => caller.may_read(*visibility),
            _ => true,
        };
        let page = service.app.changes(since, &filter, &page, now, shown)?;
        Encoded::of(&Page::<CaseChanges>::from(page))
    });
    Ok(seen.reply(body.await?))
}

/// The brief of a case: its state, promises, people, what was tried, open questions and the next
/// step, every line with the passage or the person that it comes from.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/brief", operation_id = "getBrief", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    responses((status = 200, description = "The brief", body = Brief))
)]
pub(super) async fn get_brief(
    State(service): State<Shared>,
    At(id): At<CaseId>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body =
        service.work(move |service, now| Encoded::of(&Brief::from(service.app.brief(id, now)?)));
    Ok(seen.reply(body.await?))
}

/// Cases that were handed over and wait to be accepted, the longest waiting first.
#[utoipa::path(
    get, path = "/api/v1/handoffs", operation_id = "listHandoffs", tag = "cases",
    responses((status = 200, description = "The cases", body = Vec<HandedCase>))
)]
pub(super) async fn list_handoffs(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| {
        let waiting = service.app.handoffs()?;
        Encoded::of(&waiting.into_iter().map(HandedCase::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// Hands a case over. Its owner stays until whoever is named accepts it.
#[utoipa::path(
    post, path = "/api/v1/cases/{id}/handoff", operation_id = "handOff", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    request_body = HandOff,
    responses((status = 200, description = "The case as it is now", body = CaseRecord))
)]
pub(super) async fn hand_off(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<CaseId>,
    Input(HandOff { to, note }): Input<HandOff>,
) -> Result<Response, Problem> {
    check_reason(&note)?;
    check_reason(&to)?;
    let body = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        service.app.hand_off(id, &to, note, caller.actor(), now)?;
        encoded(service, &caller, id, now)
    });
    Ok(Seen::default().reply(body.await?))
}

/// Takes over a case that was handed to the caller, who owns it from now on. What was handed to an
/// address that is no user's, anybody may take but the one who handed it over.
#[utoipa::path(
    post, path = "/api/v1/cases/{id}/handoff/accept", operation_id = "acceptHandoff", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    responses((status = 200, description = "The case as it is now", body = CaseRecord))
)]
pub(super) async fn accept_handoff(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<CaseId>,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let users = service.access.users();
        let is_user = |name: &str| users.iter().any(|user| user.name == name);
        service.app.accept_handoff(id, is_user, caller.actor(), now)?;
        encoded(service, &caller, id, now)
    });
    Ok(Seen::default().reply(body.await?))
}
