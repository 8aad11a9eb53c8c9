//! Alerts: the feed, what people do with it, silences, forecasts.

use app::{PageRequest, alerts::AlertFilter};
use axum::{extract::State, response::Response};
use http::StatusCode;
use model::{AlertId, SilenceId, fact::Role};

use crate::{
    dto::{
        Acknowledge, Alert, AlertForecast, AlertQuery, ForecastQuery, NewSilence, Page, PageQuery,
        Silence, SilenceScope, Snooze,
    },
    guard::Caller,
    input::{Asked, At, Input},
    problem::Problem,
    reply::{Encoded, Seen, fresh},
    service::Shared,
};

/// The days that a forecast looks back where nothing is asked for.
const FORECAST_DAYS: u32 = 30;
/// The most characters of a note and of a reason.
const NOTE_CHARS: usize = 2000;

fn check_length(text: &str) -> Result<(), Problem> {
    if text.chars().count() > NOTE_CHARS {
        let detail = format!("the text is too long: keep it below {NOTE_CHARS} characters");
        return Err(Problem::invalid(detail));
    }
    Ok(())
}

/// Alerts, the latest first, each with why it was told or not.
#[utoipa::path(
    get, path = "/api/v1/alerts", operation_id = "listAlerts", tag = "alerts",
    params(AlertQuery),
    responses((status = 200, description = "A page of alerts", body = Page<Alert>))
)]
pub(super) async fn list_alerts(
    State(service): State<Shared>,
    Asked(asked): Asked<AlertQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let AlertQuery { cursor, limit, state, case, to, policy, since } = asked;
    let page = PageRequest { limit: PageQuery { cursor: None, limit }.rows(), cursor };
    let filter = AlertFilter { state, case, to, policy, since };
    let body = service.work(move |service, now| {
        let page = service.app.alerts(&filter, &page, now)?;
        Encoded::of(&Page::<Alert>::from(page))
    });
    Ok(seen.reply(body.await?))
}

/// One alert.
#[utoipa::path(
    get, path = "/api/v1/alerts/{id}", operation_id = "getAlert", tag = "alerts",
    params(("id" = String, Path, description = "The alert")),
    responses((status = 200, description = "The alert", body = Alert))
)]
pub(super) async fn get_alert(
    State(service): State<Shared>,
    At(id): At<AlertId>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(move |service, now| {
        let alert = service.app.alert(id, now)?;
        Encoded::of(&Alert::from(alert))
    });
    Ok(seen.reply(body.await?))
}

/// Notes that the caller sees to an alert and to all that went along with it. It is not repeated
/// then, and climbs no further.
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/acknowledge", operation_id = "acknowledgeAlert",
    tag = "alerts",
    params(("id" = String, Path, description = "The alert")),
    request_body = Acknowledge,
    responses((status = 200, description = "The alert as it stands now", body = Alert))
)]
pub(super) async fn acknowledge_alert(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<AlertId>,
    Input(Acknowledge { note }): Input<Acknowledge>,
) -> Result<Response, Problem> {
    check_length(&note)?;
    let alert = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        Ok(service.app.acknowledge_alert(id, note, caller.actor(), now)?)
    });
    fresh(StatusCode::OK, &Alert::from(alert.await?))
}

/// Lets an alert rest; it comes back then.
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/snooze", operation_id = "snoozeAlert", tag = "alerts",
    params(("id" = String, Path, description = "The alert")),
    request_body = Snooze,
    responses((status = 200, description = "The alert as it stands now", body = Alert))
)]
pub(super) async fn snooze_alert(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<AlertId>,
    Input(Snooze { until }): Input<Snooze>,
) -> Result<Response, Problem> {
    let alert = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        Ok(service.app.snooze_alert(id, until, caller.actor(), now)?)
    });
    fresh(StatusCode::OK, &Alert::from(alert.await?))
}

/// Silences, those that hold first.
#[utoipa::path(
    get, path = "/api/v1/silences", operation_id = "listSilences", tag = "alerts",
    responses((status = 200, description = "The silences", body = Vec<Silence>))
)]
pub(super) async fn list_silences(
    State(service): State<Shared>,
    seen: Seen,
) -> Result<Response, Problem> {
    let body = service.work(|service, now| {
        let all = service.app.silences(now)?;
        Encoded::of(&all.into_iter().map(Silence::from).collect::<Vec<_>>())
    });
    Ok(seen.reply(body.await?))
}

/// Silences alerts for a while, with a reason. When it ends by itself, the caller is told once.
/// Anything beyond one case needs the role manager.
#[utoipa::path(
    post, path = "/api/v1/silences", operation_id = "addSilence", tag = "alerts",
    request_body = NewSilence,
    responses((status = 201, description = "The silence", body = Silence))
)]
pub(super) async fn add_silence(
    State(service): State<Shared>,
    caller: Caller,
    Input(new): Input<NewSilence>,
) -> Result<Response, Problem> {
    check_length(&new.reason)?;
    if !matches!(new.scope, SilenceScope::Case(_)) {
        caller.require(Role::Manager)?;
    }
    let new: app::alerts::NewSilence =
        new.try_into().map_err(|error| Problem::invalid(format!("`scope`: {error}")))?;
    let silence =
        service.work(move |service, now| Ok(service.app.silence(new, caller.actor(), now)?));
    fresh(StatusCode::CREATED, &Silence::from(silence.await?))
}

/// Ends a silence before its time.
#[utoipa::path(
    delete, path = "/api/v1/silences/{id}", operation_id = "liftSilence", tag = "alerts",
    params(("id" = String, Path, description = "The silence")),
    responses((status = 200, description = "The silence as it was", body = Silence))
)]
pub(super) async fn lift_silence(
    State(service): State<Shared>,
    caller: Caller,
    At(id): At<SilenceId>,
) -> Result<Response, Problem> {
    let silence = service.work(move |service, now| {
        let _one = service.one_change_at_a_time();
        Ok(service.app.lift_silence(id, caller.actor(), now)?)
    });
    fresh(StatusCode::OK, &Silence::from(silence.await?))
}

/// What the active policies would have told whom over the last days.
#[utoipa::path(
    get, path = "/api/v1/alerts/forecast", operation_id = "forecastAlerts", tag = "alerts",
    params(ForecastQuery),
    responses((status = 200, description = "The forecast", body = AlertForecast))
)]
pub(super) async fn forecast_alerts(
    State(service): State<Shared>,
    Asked(ForecastQuery { days }): Asked<ForecastQuery>,
) -> Result<Response, Problem> {
    let forecast = service.work(move |service, now| {
        Ok(service.app.forecast_alerts(None, days.unwrap_or(FORECAST_DAYS), now)?)
    });
    fresh(StatusCode::OK, &AlertForecast::from(forecast.await?))
}
