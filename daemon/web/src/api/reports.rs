//! Reports: noise of signals, missed escalations, outcomes.

use app::rules::missed;
use axum::{extract::State, response::Response};
use http::StatusCode;
use jiff::{SignedDuration, civil::Date};
use model::{CaseId, LevelName, Seq, SignalId};

use crate::{
    dto::{
        BaselineQuery, BaselineReport, FixtureQuery, Labelled, MissedLog, NewMiss, NoiseQuery,
        NoiseReport, Outcomes, OutcomesQuery, OutcomesReport, RuleText,
    },
    guard::Caller,
    input::{Asked, At, Input},
    problem::Problem,
    reply::{Encoded, Seen, done, fresh},
    service::Shared,
};

/// How often each signal fires, how often people disagree with it, and which never fires.
#[utoipa::path(
    get, path = "/api/v1/rules/noise", operation_id = "getNoise", tag = "rules",
    params(NoiseQuery),
    responses((status = 200, description = "The report", body = NoiseReport))
)]
pub(super) async fn get_noise(
    State(service): State<Shared>,
    Asked(asked): Asked<NoiseQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        Encoded::of(&NoiseReport::from(service.app.noise(asked.days.unwrap_or(30), now)?))
    });
    Ok(seen.reply(body.await?))
}

/// Labels a case as an escalation that the rules missed or found too late.
#[utoipa::path(
    post, path = "/api/v1/cases/{id}/missed", operation_id = "labelMissed", tag = "cases",
    params(("id" = String, Path, description = "The case")),
    request_body = NewMiss,
    responses((status = 201, description = "The label", body = Labelled))
)]
pub(super) async fn label_missed(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<CaseId>,
    Input(miss): Input<NewMiss>,
) -> Result<Response, Problem> {
    let label = service.work(move |service, now| {
        let miss = missed::NewMiss {
            case: id,
            since: miss.since,
            signal: miss.signal.as_deref().map(SignalId::new),
            level: miss.level.as_deref().map(LevelName::from),
            message: miss.message,
            note: miss.note,
        };
        Ok(service.app.label_missed(miss, caller.actor(), now)?)
    });
    fresh(StatusCode::CREATED, &Labelled { label: label.await?.0 })
}

/// Missed escalations, and the recall of the signals that their labels name.
#[utoipa::path(
    get, path = "/api/v1/rules/missed", operation_id = "getMissed", tag = "rules",
    responses((status = 200, description = "The log", body = MissedLog))
)]
pub(super) async fn get_missed(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, _| Encoded::of(&MissedLog::from(service.app.missed_log()?)));
    Ok(seen.reply(body.await?))
}

/// Takes a label of a missed escalation back.
#[utoipa::path(
    delete, path = "/api/v1/rules/missed/{seq}", operation_id = "withdrawMissed", tag = "rules",
    params(("seq" = u64, Path, description = "The label")),
    responses((status = 204, description = "It is taken back"))
)]
pub(super) async fn withdraw_missed(
    State(service): State<Shared>,
    caller: Caller,
    At(seq): At<u64>,
) -> Result<Response, Problem> {
    let withdrawn = service.work(move |service, now| {
        Ok(service.app.withdraw_missed(Seq(seq), caller.actor(), now)?)
    });
    withdrawn.await?;
    Ok(done())
}

/// A missed escalation as a test that fails until the rules notice it.
#[utoipa::path(
    get, path = "/api/v1/rules/missed/{seq}/fixture", operation_id = "getMissedFixture",
    tag = "rules",
    params(("seq" = u64, Path, description = "The label"), FixtureQuery),
    responses((status = 200, description = "The test", body = RuleText))
)]
pub(super) async fn get_missed_fixture(
    State(service): State<Shared>,
    At(seq): At<u64>,
    Asked(asked): Asked<FixtureQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let replace_names = !asked.keep_names.unwrap_or(false);
        Encoded::of(&RuleText { text: service.app.missed_fixture(Seq(seq), replace_names)? })
    });
    Ok(seen.reply(body.await?))
}

/// How quickly escalations are detected, owned and handed off, how often they come back, and how
/// often promises are kept.
#[utoipa::path(
    get, path = "/api/v1/reports/outcomes", operation_id = "getOutcomes", tag = "reports",
    params(OutcomesQuery),
    responses((status = 200, description = "The report", body = OutcomesReport))
)]
pub(super) async fn get_outcomes(
    State(service): State<Shared>,
    Asked(asked): Asked<OutcomesQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        let until = asked.until.unwrap_or(now);
        let since = asked.since.unwrap_or(until.plus(SignedDuration::from_hours(-24 * 366)));
        let mut all = service.app.outcomes(since, until)?.into_iter().map(Outcomes::from);
        let whole = all.next().ok_or_else(|| Problem::not_found("escalation"))?;
        Encoded::of(&OutcomesReport { all: whole, months: all.collect() })
    });
    Ok(seen.reply(body.await?))
}

/// Accounts, and issue types of theirs, that wrote far more or far less in a week than they usually
/// do: each against the median of its own twelve weeks before.
#[utoipa::path(
    get, path = "/api/v1/reports/baselines", operation_id = "getBaselines", tag = "cases",
    params(BaselineQuery),
    responses((status = 200, description = "Spikes and drops", body = BaselineReport))
)]
pub(super) async fn get_baselines(
    State(service): State<Shared>,
    Asked(asked): Asked<BaselineQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let day = asked.week.as_deref().map(|text| {
        let wrong = |_| Problem::invalid(format!("`{text}` is no day: write it like 2026-01-14"));
        text.parse::<Date>().map_err(wrong)
    });
    let day = day.transpose()?;
    let body = service.work(move |service, now| {
        Encoded::of(&BaselineReport::from(service.app.baselines(day, asked.all, now)?))
    });
    Ok(seen.reply(body.await?))
}
