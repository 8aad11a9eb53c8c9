//! Rule sets on trial: backtests as jobs, shadow, traces, cases as tests.

use app::rules::{FixtureWish, TraceWish, backtest::JobId};
use axum::{extract::State, response::Response};
use http::StatusCode;
use model::{CaseId, RuleSetId, SignalId};

use crate::{
    dto::{
        Backtest, FixtureQuery, NewBacktest, NewTrace, RuleText, ShadowReport, StartShadow,
        TeamQuery, Trace,
    },
    guard::Caller,
    input::{Asked, At, Input},
    problem::Problem,
    reply::{Encoded, Seen, done, fresh},
    service::Shared,
};

/// Steps of a trace where nothing is asked for.
const STEPS: usize = 1000;

/// Begins to compare another set with the active one over all history.
#[utoipa::path(
    post, path = "/api/v1/rules/backtests", operation_id = "startBacktest", tag = "rules",
    request_body = NewBacktest,
    responses((status = 201, description = "It runs", body = Backtest))
)]
pub(super) async fn start_backtest(
    State(service): State<Shared>,
    caller: Caller,
    Input(NewBacktest { candidate, team, since }): Input<NewBacktest>,
) -> Result<Response, Problem> {
    let job = service.work(move |service, now| {
        let user = caller.user();
        let other = service.app.rules_named(&candidate, &user)?;
        Ok(service.app.start_backtest(team.as_deref(), &other, since, &user, now)?)
    });
    fresh(StatusCode::CREATED, &Backtest::of(job.await?, true))
}

/// Backtests that run or ran of late, the latest first, without their reports.
#[utoipa::path(
    get, path = "/api/v1/rules/backtests", operation_id = "listBacktests", tag = "rules",
    responses((status = 200, description = "The backtests", body = Vec<Backtest>))
)]
pub(super) async fn list_backtests(State(service): State<Shared>) -> Result<Response, Problem> {
    let jobs = service.work(|service, _| Ok(service.app.backtest_jobs()?)).await?;
    let jobs: Vec<Backtest> = jobs.into_iter().map(|job| Backtest::of(job, false)).collect();
    fresh(StatusCode::OK, &jobs)
}

/// How a backtest stands, with its figures so far.
#[utoipa::path(
    get, path = "/api/v1/rules/backtests/{seq}", operation_id = "getBacktest", tag = "rules",
    params(("seq" = u64, Path, description = "Its number")),
    responses((status = 200, description = "The backtest", body = Backtest))
)]
pub(super) async fn get_backtest(
    State(service): State<Shared>,
    At(seq): At<JobId>,
) -> Result<Response, Problem> {
    let job = service.work(move |service, _| Ok(service.app.backtest_job(seq)?)).await?;
    fresh(StatusCode::OK, &Backtest::of(job, true))
}

/// Cancels a backtest; one that has ended is forgotten.
#[utoipa::path(
    delete, path = "/api/v1/rules/backtests/{seq}", operation_id = "cancelBacktest", tag = "rules",
    params(("seq" = u64, Path, description = "Its number")),
    responses((status = 204, description = "It stops"))
)]
pub(super) async fn cancel_backtest(
    State(service): State<Shared>,
    At(seq): At<JobId>,
) -> Result<Response, Problem> {
    service.work(move |service, _| Ok(service.app.cancel_backtest(seq)?)).await?;
    Ok(done())
}

/// Follows one script over a case, step by step, with the values of its variables.
#[utoipa::path(
    post, path = "/api/v1/rules/trace", operation_id = "traceRules", tag = "rules",
    request_body = NewTrace,
    responses((status = 200, description = "The steps", body = Trace))
)]
pub(super) async fn trace(
    State(service): State<Shared>,
    caller: Caller,
    Input(asked): Input<NewTrace>,
) -> Result<Response, Problem> {
    let trace = service.work(move |service, now| {
        let rules = match &asked.rules {
            Some(name) => service.app.rules_named(name, &caller.user())?,
            None => service.app.rules_of_case(asked.case)?,
        };
        let wish = TraceWish {
            case: asked.case,
            signal: asked.signal.as_deref().map(SignalId::new),
            message: asked.message,
            steps: asked.steps.unwrap_or(STEPS),
        };
        Ok(service.app.trace_rules(&*rules, &wish, now)?)
    });
    fresh(StatusCode::OK, &Trace::from(trace.await?))
}

/// A case as a test of the active set, in the form of `tests/*.toml`.
#[utoipa::path(
    get, path = "/api/v1/cases/{id}/fixture", operation_id = "getCaseFixture", tag = "rules",
    params(("id" = String, Path, description = "The case"), FixtureQuery),
    responses((status = 200, description = "The test", body = RuleText))
)]
pub(super) async fn get_fixture(
    State(service): State<Shared>,
    At(id): At<CaseId>,
    Asked(asked): Asked<FixtureQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, _| {
        let replace_names = !asked.keep_names.unwrap_or(false);
        let wish = FixtureWish { name: asked.name, replace_names, ..FixtureWish::default() };
        Encoded::of(&RuleText { text: service.app.case_fixture(id, &wish)? })
    });
    Ok(seen.reply(body.await?))
}

/// What the version that runs beside the active one has shown so far.
#[utoipa::path(
    get, path = "/api/v1/rules/shadow", operation_id = "getShadow", tag = "rules",
    params(TeamQuery),
    responses((status = 200, description = "The report", body = ShadowReport))
)]
pub(super) async fn get_shadow(
    State(service): State<Shared>,
    Asked(TeamQuery { team }): Asked<TeamQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        Encoded::of(&ShadowReport::from(service.app.shadow_report(team.as_deref(), now)?))
    });
    Ok(seen.reply(body.await?))
}

/// Lets a version run beside the active one; it notifies nobody. One that ran before is stopped.
#[utoipa::path(
    post, path = "/api/v1/rules/shadow", operation_id = "startShadow", tag = "rules",
    params(TeamQuery),
    request_body = StartShadow,
    responses((status = 200, description = "The report", body = ShadowReport))
)]
pub(super) async fn start_shadow(
    State(service): State<Shared>,
    caller: Caller,
    Asked(TeamQuery { team }): Asked<TeamQuery>,
    Input(StartShadow { rules, days, note }): Input<StartShadow>,
) -> Result<Response, Problem> {
    let report = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        let rules = RuleSetId::new(&rules);
        let (team, actor) = (team.as_deref(), caller.actor());
        Ok(service.app.start_shadow(team, &rules, days, &note, actor, now)?)
    });
    fresh(StatusCode::OK, &ShadowReport::from(report.await?))
}

/// Stops the version that runs beside the active one; its report is forgotten.
#[utoipa::path(
    delete, path = "/api/v1/rules/shadow", operation_id = "stopShadow", tag = "rules",
    params(TeamQuery),
    responses((status = 204, description = "It is stopped"))
)]
pub(super) async fn stop_shadow(
    State(service): State<Shared>,
    caller: Caller,
    Asked(TeamQuery { team }): Asked<TeamQuery>,
) -> Result<Response, Problem> {
    let stopped = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        Ok(service.app.stop_shadow(team.as_deref(), caller.actor(), now)?)
    });
    stopped.await?;
    Ok(done())
}
