//! A person's draft of a rule set: edited file by file, checked, tested, kept as a version.

use axum::{extract::State, response::Response};
use http::StatusCode;

use crate::{
    dto::{
        BeginDraft, Draft, DraftChecked, DraftFile, RuleFault, RuleTested, RuleText,
        RulesActivated, RulesNote,
    },
    guard::Caller,
    input::{At, Input},
    problem::Problem,
    reply::{Encoded, Seen, done, fresh},
    service::{Service, Shared},
};

fn listed(service: &Service, user: &str) -> Result<Draft, Problem> {
    let (base, files) = service.app.draft_list(user)?;
    Ok(Draft { base, files: files.into_iter().map(DraftFile::from).collect() })
}

/// The caller's draft; begun from the active set if there is none.
#[utoipa::path(
    get, path = "/api/v1/rules/draft", operation_id = "getDraft", tag = "rules",
    responses((status = 200, description = "The draft", body = Draft))
)]
pub(super) async fn get_draft(
    State(service): State<Shared>,
    caller: Caller,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| Encoded::of(&listed(service, &caller.user())?));
    Ok(seen.reply(body.await?))
}

/// Throws the caller's draft away and begins another.
#[utoipa::path(
    post, path = "/api/v1/rules/draft", operation_id = "beginDraft", tag = "rules",
    request_body = BeginDraft,
    responses((status = 200, description = "The draft", body = Draft))
)]
pub(super) async fn begin_draft(
    State(service): State<Shared>,
    caller: Caller,
    Input(BeginDraft { from }): Input<BeginDraft>,
) -> Result<Response, Problem> {
    let draft = service.work(move |service, _| {
        service.app.begin_draft(&caller.user(), &from)?;
        listed(service, &caller.user())
    });
    fresh(StatusCode::OK, &draft.await?)
}

/// A file of the caller's draft.
#[utoipa::path(
    get, path = "/api/v1/rules/draft/files/{path}", operation_id = "getDraftFile", tag = "rules",
    params(("path" = String, Path, description = "The path within the set, its slashes as %2F")),
    responses((status = 200, description = "The file", body = RuleText))
)]
pub(super) async fn get_file(
    State(service): State<Shared>,
    caller: Caller,
    At(path): At<String>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| file(service, &caller.user(), &path));
    Ok(seen.reply(body.await?))
}

fn file(service: &Service, user: &str, path: &str) -> Result<Encoded, Problem> {
    let bytes = service.app.draft_file(user, path)?;
    Encoded::of(&RuleText { text: String::from_utf8_lossy(&bytes).into_owned() })
}

/// Writes a file of the caller's draft, and says what is wrong with the draft then. With `If-Match`,
/// only upon the text that was read.
#[utoipa::path(
    put, path = "/api/v1/rules/draft/files/{path}", operation_id = "putDraftFile", tag = "rules",
    params(("path" = String, Path, description = "The path within the set, its slashes as %2F")),
    request_body = RuleText,
    responses((status = 200, description = "What is wrong with the draft", body = DraftChecked))
)]
pub(super) async fn put_file(
    State(service): State<Shared>,
    caller: Caller,
    At(path): At<String>,
    seen: Seen,
    Input(RuleText { text }): Input<RuleText>,
) -> Result<Response, Problem> {
    let checked = service.work(move |service, _| {
        let _one = service.one_change_at_a_time();
        if seen.is_particular() {
            seen.require(file(service, &caller.user(), &path)?.tag())?;
        }
        service.app.put_draft_file(&caller.user(), &path, text.into_bytes())?;
        checked(service, &caller.user())
    });
    fresh(StatusCode::OK, &checked.await?)
}

/// Removes a file of the caller's draft.
#[utoipa::path(
    delete, path = "/api/v1/rules/draft/files/{path}", operation_id = "deleteDraftFile",
    tag = "rules",
    params(("path" = String, Path, description = "The path within the set, its slashes as %2F")),
    responses((status = 204, description = "It is gone"))
)]
pub(super) async fn delete_file(
    State(service): State<Shared>,
    caller: Caller,
    At(path): At<String>,
) -> Result<Response, Problem> {
    let deleted =
        service.work(move |service, _| Ok(service.app.delete_draft_file(&caller.user(), &path)?));
    deleted.await?;
    Ok(done())
}

fn checked(service: &Service, user: &str) -> Result<DraftChecked, Problem> {
    let (rules, errors) = service.app.check_draft(user)?;
    Ok(DraftChecked { rules, errors: errors.into_iter().map(RuleFault::from).collect() })
}

/// What is wrong with the caller's draft. Its tests are not run.
#[utoipa::path(
    post, path = "/api/v1/rules/draft/check", operation_id = "checkDraft", tag = "rules",
    responses((status = 200, description = "What is wrong", body = DraftChecked))
)]
pub(super) async fn check(
    State(service): State<Shared>,
    caller: Caller,
) -> Result<Response, Problem> {
    let checked = service.work(move |service, _| checked(service, &caller.user()));
    fresh(StatusCode::OK, &checked.await?)
}

/// Runs the tests of the caller's draft.
#[utoipa::path(
    post, path = "/api/v1/rules/draft/test", operation_id = "testDraft", tag = "rules",
    responses((status = 200, description = "The outcomes", body = Vec<RuleTested>))
)]
pub(super) async fn test(
    State(service): State<Shared>,
    caller: Caller,
) -> Result<Response, Problem> {
    let tested = service.work(move |service, _| {
        let tests = service.app.test_draft(&caller.user())?;
        Ok(tests.into_iter().map(RuleTested::from).collect::<Vec<_>>())
    });
    fresh(StatusCode::OK, &tested.await?)
}

/// Keeps the caller's draft as a version; refused whole if anything is wrong or a test fails.
#[utoipa::path(
    post, path = "/api/v1/rules/draft/save", operation_id = "saveDraft", tag = "rules",
    request_body = RulesNote,
    responses((status = 201, description = "The version", body = RulesActivated))
)]
pub(super) async fn save(
    State(service): State<Shared>,
    caller: Caller,
    Input(RulesNote { note }): Input<RulesNote>,
) -> Result<Response, Problem> {
    let saved = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let rules = service.app.save_draft(&caller.user(), &note, caller.actor(), now)?;
        let active = *service.app.active_rules(None)?.id() == rules;
        Ok(RulesActivated { rules, active })
    });
    fresh(StatusCode::CREATED, &saved.await?)
}
