//! Cases and what people do to them.

use app::{NewNote, PageRequest, record::TimelineKind};
use axum::{extract::State, response::Response};
use http::StatusCode;
use model::{
    CaseId, Instant, MessageKey, Seq,
    fact::{MoveTarget, NoteTarget, Role},
};

use crate::{
    dto::{
        self, CaseNote, CaseQuery, CaseRecord, Decision, Merge, Move, Moved, Note, Page, PageQuery,
        Review, SetField, SimilarCase,
    },
    guard::Caller,
    input::{Asked, At, Input},
    problem::Problem,
    reply::{Encoded, Seen, done, fresh},
    service::{Service, Shared},
};

/// The most characters of a reason.
const REASON_CHARS: usize = 2000;

/// The case as `caller` may see it.
pub(super) fn encoded(
    service: &Service,
    caller: &Caller,
    id: CaseId,
    now: Instant,
) -> Result<Encoded, Problem> {
    shown(caller, service.app.case(id, now)?)
}

/// What `caller` may see of a case.
fn shown(caller: &Caller, mut case: app::record::CaseRecord) -> Result<Encoded, Problem> {
    case.timeline.retain(|item| match &item.what {
        TimelineKind::Note { visibility, .. } => caller.may_read(*visibility),
        _ => true,
    });
    Encoded::of(&CaseRecord::from(case))
}

/// Refuses if the sender has seen another state of the case.
fn require_seen(
    service: &Service,
    caller: &Caller,
    id: CaseId,
    seen: &Seen,
    now: Instant,
) -> Result<(), Problem> {
    if !seen.is_particular() {
        return Ok(());
    }
    let case = service.app.case(id, now)?;
    // who has the record has its sequence, too, and need not keep headers
    if seen.require(&format!("\"{}\"", case.changed)).is_ok() {
        return Ok(());
    }
    seen.require(shown(caller, case)?.tag())
}

pub(super) fn check_reason(reason: &str) -> Result<(), Problem> {
    if reason.chars().count() > REASON_CHARS {
        let detail = format!("the reason is too long: keep it below {REASON_CHARS} characters");
        return Err(Problem::invalid(detail));
    }
    Ok(())
}

/// Everything about a case, as it is or as it was at an instant. A case that was merged gives the one
/// that it has become.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}", operation_id = "getCase", tag = "cases",
    params(("id" = String, Path, description = "The case", example = "7F3K2-M9QAB"), CaseQuery),
    responses((status = 200, description = "The case", body = CaseRecord))
)]
pub(super) async fn get_case(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<CaseId>,
    Asked(asked): Asked<CaseQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| match asked.at.filter(|at| *at < now) {
        Some(at) => shown(&caller, service.app.case_at(id, at)?),
        None => encoded(service, &caller, id, now),
    });
    Ok(seen.reply(body.await?))
}

/// The cases that are most like this one, at most five: what they share with it, and how they ended.
/// Only messages are compared, never notes.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/similar", operation_id = "listSimilar", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    responses((status = 200, description = "The cases, the most alike first", body = Vec<SimilarCase>))
)]
pub(super) async fn list_similar(
    State(service): State<Shared>,
    At(id): At<CaseId>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        let alike = service.app.similar(id, now)?;
        Encoded::of(&alike.into_iter().map(SimilarCase::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// Sets a field of a case, or gives it back to the rules. Setting the severity needs the role
/// manager. With `If-Match`, only upon the state that was read: its ETag, or its `changed` in
/// quotation marks.
#[utoipa::path(
    patch, path = "/api/v1/cases/{id}", operation_id = "setCaseField", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    request_body = SetField,
    responses((status = 200, description = "The case as it is now", body = CaseRecord))
)]
pub(super) async fn set_case_field(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<CaseId>,
    seen: Seen,
    Input(SetField { field, value, reason }): Input<SetField>,
) -> Result<Response, Problem> {
    if field == "severity" {
        caller.require(Role::Manager)?;
    }
    check_reason(&reason)?;
    let body = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        require_seen(service, &caller, id, &seen, now)?;
        service.app.set_field(id, &field, value, reason, caller.actor(), now)?;
        encoded(service, &caller, id, now)
    });
    Ok(Seen::default().reply(body.await?))
}

/// Writes a note on a case.
#[utoipa::path(
    post, path = "/api/v1/cases/{id}/notes", operation_id = "addCaseNote", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    request_body = CaseNote,
    responses((status = 201, description = "The note", body = Note))
)]
pub(super) async fn add_case_note(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<CaseId>,
    Input(CaseNote { text, visibility, at }): Input<CaseNote>,
) -> Result<Response, Problem> {
    let note = dto::NewNote { about: dto::NoteTarget::Case(id.to_string()), text, visibility, at };
    write_note(&service, caller, note).await
}

/// Writes a note about a case, an account or a message.
#[utoipa::path(
    post, path = "/api/v1/notes", operation_id = "addNote", tag = "cases",
    request_body = dto::NewNote,
    responses((status = 201, description = "The note", body = Note))
)]
pub(super) async fn add_note(
    State(service): State<Shared>,
    caller: Caller,
    Input(note): Input<dto::NewNote>,
) -> Result<Response, Problem> {
    write_note(&service, caller, note).await
}

async fn write_note(
    service: &Shared,
    caller: Caller,
    note: dto::NewNote,
) -> Result<Response, Problem> {
    let dto::NewNote { about, text, visibility, at } = note;
    let about = NoteTarget::try_from(about).map_err(|error| Problem::invalid(error.to_string()))?;
    let written = service.work(move |service, now| {
        let at = at.unwrap_or(now);
        if at > now {
            return Err(Problem::invalid("a note cannot be of the future: leave `at` out"));
        }
        let note = NewNote {
            about,
            at,
            author: caller.0.name.to_string(),
            text,
            visibility: visibility.into(),
        };
        Ok(service.app.add_note(note, &caller.actor(), now)?)
    });
    fresh(StatusCode::CREATED, &Note::from(written.await?))
}

/// Merges a case into another. It can be taken back.
#[utoipa::path(
    post, path = "/api/v1/cases/{id}/merge", operation_id = "mergeCase", tag = "cases",
    params(("id" = String, Path, description = "The case that ceases to be")),
    request_body = Merge,
    responses((status = 200, description = "The case that holds all", body = CaseRecord))
)]
pub(super) async fn merge_case(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<CaseId>,
    seen: Seen,
    Input(Merge { into, reason }): Input<Merge>,
) -> Result<Response, Problem> {
    check_reason(&reason)?;
    let body = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        require_seen(service, &caller, id, &seen, now)?;
        service.app.merge(id, into, reason, caller.actor(), now)?;
        encoded(service, &caller, into, now)
    });
    Ok(Seen::default().reply(body.await?))
}

/// Moves messages into another case or one of their own. It can be taken back.
#[utoipa::path(
    post, path = "/api/v1/messages/move", operation_id = "moveMessages", tag = "cases",
    request_body = Move,
    responses((status = 200, description = "Where they are now", body = Moved))
)]
pub(super) async fn move_messages(
    State(service): State<Shared>,
    caller: Caller,
    Input(Move { messages, to, reason }): Input<Move>,
) -> Result<Response, Problem> {
    check_reason(&reason)?;
    let to = match to.as_str() {
        "new" => MoveTarget::NewCase,
        id => MoveTarget::Case(id.parse().map_err(|error| {
            Problem::invalid(format!("{error}: name a case in `to`, or write new"))
        })?),
    };
    let moved = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        Ok(service.app.move_messages(messages, to, reason, caller.actor(), now)?)
    });
    fresh(StatusCode::OK, &Moved { case: moved.await? })
}

/// Takes an act of moving or merging back.
#[utoipa::path(
    post, path = "/api/v1/acts/{seq}/undo", operation_id = "undoAct", tag = "cases",
    params(("seq" = u64, Path, description = "The act, as the timeline names it")),
    responses((status = 204, description = "Taken back"))
)]
pub(super) async fn undo_act(
    State(service): State<Shared>,
    caller: Caller,
    At(seq): At<u64>,
) -> Result<Response, Problem> {
    service
        .work(move |service, now| {
            let _one = service.one_change_at_a_time();
            Ok(service.app.undo(Seq(seq), caller.actor(), now)?)
        })
        .await?;
    Ok(done())
}

/// Messages that quote the case of another account and wait for a decision.
#[utoipa::path(
    get, path = "/api/v1/reviews", operation_id = "listReviews", tag = "cases",
    params(PageQuery),
    responses((status = 200, description = "A page of messages", body = Page<Review>))
)]
pub(super) async fn list_reviews(
    State(service): State<Shared>,
    Asked(page): Asked<PageQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let page = service.app.reviews(&PageRequest { limit: page.rows(), cursor: page.cursor })?;
        Encoded::of(&Page::<Review>::from(page))
    });
    Ok(seen.reply(body.await?))
}

/// Decides about a message that quotes the case of another account.
#[utoipa::path(
    post, path = "/api/v1/reviews/{message}", operation_id = "decideReview", tag = "cases",
    params(("message" = String, Path, description = "The message")),
    request_body = Decision,
    responses((status = 204, description = "Decided"))
)]
pub(super) async fn decide_review(
    State(service): State<Shared>,
    caller: Caller,
    At(message): At<MessageKey>,
    Input(Decision { join }): Input<Decision>,
) -> Result<Response, Problem> {
    service
        .work(move |service, now| {
            let _one = service.one_change_at_a_time();
            Ok(service.app.decide_review(message, join, caller.actor(), now)?)
        })
        .await?;
    Ok(done())
}
