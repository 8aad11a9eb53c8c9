//! Promises: of a case and across cases, and what people decide about them.

use app::promises::PromiseFilter;
use axum::{extract::State, response::Response};
use http::StatusCode;
use model::{CaseId, PromiseId, PromiseState, Span, SpanPart};

use crate::{
    dto::{
        DecidePromise, DueLedger, NewPromise, Page, PageQuery, Promise, PromiseQuery, PromiseRates,
    },
    guard::Caller,
    input::{Asked, At, Input},
    problem::Problem,
    reply::{Encoded, Seen, fresh},
    service::Shared,
};

/// The most characters of what is to be delivered and of a reason.
const MOST_CHARS: usize = 2000;

/// The filter that a query asks for.
fn filter(asked: PromiseQuery) -> Result<PromiseFilter, Problem> {
    let names = asked.state.unwrap_or_default();
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let states = names.map(|name| {
        PromiseState::from_name(name).ok_or_else(|| {
            let known = PromiseState::ALL.map(PromiseState::name).join(", ");
            Problem::invalid(format!("`{name}` is no state of a promise: use {known}"))
        })
    });
    Ok(PromiseFilter {
        states: states.collect::<Result<_, Problem>>()?,
        due_from: asked.due_from,
        due_to: asked.due_to,
        owner: asked.owner,
        account: asked.account,
        by: asked.by.map(Into::into),
    })
}

fn check(text: &str) -> Result<(), Problem> {
    if text.chars().count() > MOST_CHARS {
        return Err(Problem::invalid(format!("keep texts below {MOST_CHARS} characters")));
    }
    Ok(())
}

/// Promises across cases, those that fall due first in front, those without a time last.
#[utoipa::path(
    get, path = "/api/v1/promises", operation_id = "listPromises", tag = "promises",
    params(PromiseQuery),
    responses((status = 200, description = "A page of promises", body = Page<Promise>))
)]
pub(super) async fn list_promises(
    State(service): State<Shared>,
    Asked(asked): Asked<PromiseQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let limit = PageQuery { cursor: None, limit: asked.limit }.rows();
    let cursor = asked.cursor.clone();
    let filter = filter(asked)?;
    let body = service.work(move |service, _| {
        let page = service.app.promises(&filter, cursor.as_deref(), limit)?;
        Encoded::of(&Page::<Promise>::from(page))
    });
    Ok(seen.reply(body.await?))
}

/// How often promises are kept, by person and by account; `cursor` and `limit` do not matter.
#[utoipa::path(
    get, path = "/api/v1/promises/rates", operation_id = "getPromiseRates", tag = "promises",
    params(PromiseQuery),
    responses((status = 200, description = "The rates", body = PromiseRates))
)]
pub(super) async fn get_promise_rates(
    State(service): State<Shared>,
    Asked(asked): Asked<PromiseQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let filter = filter(asked)?;
    let body = service.work(move |service, _| {
        Encoded::of(&PromiseRates::from(service.app.promise_rates(&filter)?))
    });
    Ok(seen.reply(body.await?))
}

/// The promises of a case, in the order in which they were made.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/promises", operation_id = "listCasePromises", tag = "promises",
    params(("id" = String, Path, description = "The case")),
    responses((status = 200, description = "Its promises", body = Vec<Promise>))
)]
pub(super) async fn list_case_promises(
    State(service): State<Shared>,
    At(id): At<CaseId>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let promises = service.app.promises_of(id)?;
        Encoded::of(&promises.into_iter().map(Promise::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// Why the reply that a case owes is due when it is, as periods that were counted and left out; `null`
/// if no reply is owed or nothing sets a time.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/reply-due", operation_id = "explainReplyDue", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    responses((status = 200, description = "The ledger", body = Option<DueLedger>))
)]
pub(super) async fn explain_reply_due(
    State(service): State<Shared>,
    At(id): At<CaseId>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        Encoded::of(&service.app.explain_due(id, now)?.map(DueLedger::from))
    });
    Ok(seen.reply(body.await?))
}

/// Decides about a promise: confirms, rejects, edits, withdraws it or marks it kept. The decision
/// sticks beside what the rules read. With `If-Match`, only upon the state whose `tag` was read.
#[utoipa::path(
    post, path = "/api/v1/promises/{id}", operation_id = "decidePromise", tag = "promises",
    params(("id" = String, Path, description = "The promise")),
    request_body = DecidePromise,
    responses((status = 200, description = "The promise as it is now", body = Promise))
)]
pub(super) async fn decide_promise(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<PromiseId>,
    seen: Seen,
    Input(asked): Input<DecidePromise>,
) -> Result<Response, Problem> {
    let (decision, reason) = asked.parts();
    check(&reason)?;
    if let app::promises::Decision::Edit { deliverable: Some(words), .. } = &decision {
        check(words)?;
    }
    let body = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        if seen.is_particular()
            && let Some(promise) = service.app.find_promise(id)?
        {
            seen.require(&Promise::from(promise).tag)?;
        }
        let actor = caller.actor();
        let promise = service.app.decide_promise(id, decision, reason, actor, now)?;
        Encoded::of(&Promise::from(promise))
    });
    Ok(Seen::default().reply(body.await?))
}

/// Says that words of a message are a promise that the rules did not see.
#[utoipa::path(
    post, path = "/api/v1/promises", operation_id = "addPromise", tag = "promises",
    request_body = NewPromise,
    responses((status = 201, description = "The promise", body = Promise))
)]
pub(super) async fn add_promise(
    State(service): State<Shared>,
    caller: Caller,
    Input(asked): Input<NewPromise>,
) -> Result<Response, Problem> {
    let NewPromise { message, start, end, due, deliverable } = asked;
    check(deliverable.as_deref().unwrap_or_default())?;
    let made = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let span = Span { message, part: SpanPart::Body, start, end };
        let made = service.app.add_promise(span, due, deliverable, caller.actor(), now)?;
        Ok(Promise::from(made))
    });
    fresh(StatusCode::CREATED, &made.await?)
}
