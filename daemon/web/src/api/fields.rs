//! Fields of a team's own: their values, and what people decide about them.

use app::{
    PageRequest,
    fields::{FieldAct, FieldFilter, Latest},
};
use axum::{extract::State, response::Response};
use http::StatusCode;

use super::cases::check_reason;
use crate::{
    dto::{DecideField, Field, FieldQuery, FieldValue, LatestFor, Page, PageQuery},
    guard::Caller,
    input::{Asked, At, Input},
    problem::Problem,
    reply::{Encoded, Seen, fresh},
    service::Shared,
};

/// The fields of all rule sets, with how many values each has.
#[utoipa::path(
    get, path = "/api/v1/fields", operation_id = "listFields", tag = "fields",
    responses((status = 200, description = "The fields", body = Vec<Field>))
)]
pub(super) async fn list_fields(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| {
        let fields = service.app.fields()?;
        Encoded::of(&fields.into_iter().map(Field::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// Values of fields, the latest first, each with its evidence. `state=found` is the review queue;
/// `latest` gives the table of present values, in which `conflicting` marks the exceptions.
#[utoipa::path(
    get, path = "/api/v1/fields/values", operation_id = "listFieldValues", tag = "fields",
    params(FieldQuery),
    responses((status = 200, description = "A page of values", body = Page<FieldValue>))
)]
pub(super) async fn list_field_values(
    State(service): State<Shared>,
    Asked(asked): Asked<FieldQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let limit = PageQuery { cursor: None, limit: asked.limit }.rows();
    let page = PageRequest { cursor: asked.cursor, limit };
    let filter = FieldFilter {
        field: asked.field,
        case: asked.case,
        account: asked.account,
        state: asked.state,
        latest: asked.latest.map(|latest| match latest {
            LatestFor::Case => Latest::Case,
            LatestFor::Account => Latest::Account,
        }),
        conflicting: asked.conflicting,
    };
    let body = service.work(move |service, _| {
        Encoded::of(&Page::<FieldValue>::from(service.app.field_values(&filter, &page)?))
    });
    Ok(seen.reply(body.await?))
}

/// Approves, corrects or rejects a value, or takes that back. It stays so whatever the rules read
/// there later. With `If-Match`, only upon the state whose `tag` was read.
#[utoipa::path(
    post, path = "/api/v1/fields/values/{id}", operation_id = "decideFieldValue", tag = "fields",
    params(("id" = String, Path, description = "The value, as lists name it")),
    request_body = DecideField,
    responses((status = 200, description = "The value as it stands", body = FieldValue))
)]
pub(super) async fn decide_field_value(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<String>,
    seen: Seen,
    Input(asked): Input<DecideField>,
) -> Result<Response, Problem> {
    let (act, reason) = match asked {
        DecideField::Approve { reason } => (FieldAct::Approve, reason),
        DecideField::Correct { value, reason } => (FieldAct::Correct(value), reason),
        DecideField::Reject { reason } => (FieldAct::Reject, reason),
        DecideField::Restore { reason } => (FieldAct::Restore, reason),
    };
    check_reason(&reason)?;
    let decided = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        if seen.is_particular() {
            seen.require(&FieldValue::from(service.app.field_value(&id)?).tag)?;
        }
        Ok(service.app.decide_field(&id, act, reason, caller.actor(), now)?)
    });
    fresh(StatusCode::OK, &FieldValue::from(decided.await?))
}
