//! Signals: what people say of them, and why one did not fire.

use axum::{extract::State, response::Response};
use model::{CaseId, MessageKey, SignalId};

use super::cases::{check_reason, encoded};
use crate::{
    dto::{CaseRecord, JudgeSignal, NearMisses},
    guard::Caller,
    input::{At, Input},
    problem::Problem,
    reply::{Encoded, Seen},
    service::Shared,
};

/// Acknowledges, disagrees with or snoozes a signal of a case, or lets it count again. A signal that
/// is snoozed or disagreed with no longer counts for the severity.
#[utoipa::path(
    post, path = "/api/v1/cases/{id}/signals/{signal}", operation_id = "judgeSignal", tag = "cases",
    params(
        ("id" = String, Path, description = "The case"),
        ("signal" = String, Path, description = "The signal", example = "frustration"),
    ),
    request_body = JudgeSignal,
    responses((status = 200, description = "The case as it is now", body = CaseRecord))
)]
pub(super) async fn judge_signal(
    State(service): State<Shared>,
    caller: Caller,
    At((id, signal)): At<(CaseId, String)>,
    Input(judge): Input<JudgeSignal>,
) -> Result<Response, Problem> {
    check_reason(&judge.reason)?;
    let judgement = judge.judgement()?;
    let body = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let signal = SignalId::new(&signal);
        service.app.judge_signal(id, &signal, judgement, judge.reason, caller.actor(), now)?;
        encoded(service, &caller, id, now)
    });
    Ok(Seen::default().reply(body.await?))
}

/// Which signals nearly fired when a message of a case came, and the condition that failed.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/messages/{message}/why-not", operation_id = "listNearMisses",
    tag = "cases",
    params(
        ("id" = String, Path, description = "The case"),
        ("message" = String, Path, description = "The message"),
    ),
    responses((status = 200, description = "The near misses", body = NearMisses))
)]
pub(super) async fn list_near_misses(
    State(service): State<Shared>,
    At((id, message)): At<(CaseId, MessageKey)>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service
        .work(move |service, _| Encoded::of(&NearMisses::from(service.app.why_not(id, message)?)));
    Ok(seen.reply(body.await?))
}
