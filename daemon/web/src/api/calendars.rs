//! When we work: hours and holidays, compared before they act, and changed.

use app::{
    hours::{HoursRefused, Timetable, days_of},
    saved::Act,
};
use axum::{extract::State, response::Response};
use http::StatusCode;
use jiff::{ToSpan as _, tz::TimeZone};

use crate::{
    dto::{CalendarDraft, CalendarEffect, CalendarQuery, FreeDay},
    guard::Caller,
    input::{Asked, Input, TextCalendar},
    problem::{Code, Problem},
    reply::{Seen, done, fresh},
    service::{Service, Shared},
};

/// Holidays are taken from a file for so many years.
const YEARS: i64 = 5;

impl From<HoursRefused> for Problem {
    fn from(refused: HoursRefused) -> Self {
        let code = match refused {
            HoursRefused::App(error) => return error.into(),
            HoursRefused::Wrong(_) => Code::Invalid,
            HoursRefused::Unknown(_) => Code::NotFound,
            HoursRefused::Changed => Code::Changed,
            HoursRefused::Failed(ref detail) => {
                log::error!(detail = detail.as_str(); "working hours cannot be kept");
                Code::Internal
            }
        };
        Self::new(code, refused.to_string())
    }
}

fn timetable(service: &Service) -> Result<Timetable, Problem> {
    let missing = || Problem::new(Code::Busy, "the service is starting or ending: try again");
    service.app.outside().timetable().ok_or_else(missing)
}

/// What other hours would do to the replies that are owed; nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/calendars/compare", operation_id = "compareCalendar", tag = "status",
    request_body = CalendarDraft,
    responses((status = 200, description = "What would change", body = CalendarEffect))
)]
pub(super) async fn compare_calendar(
    State(service): State<Shared>,
    Input(draft): Input<CalendarDraft>,
) -> Result<Response, Problem> {
    let effect =
        service.work(move |service, now| Ok(timetable(service)?.compare(&draft.into(), now)?));
    fresh(StatusCode::OK, &CalendarEffect::from(effect.await?))
}

/// Keeps hours and holidays anew, and lets clocks run by them at once. `If-Match` names the version
/// that was read: who changed it first wins, and the second is told.
#[utoipa::path(
    put, path = "/api/v1/calendars", operation_id = "changeCalendar", tag = "status",
    params(("If-Match" = String, Header, description = "Its version, in quotation marks")),
    request_body = CalendarDraft,
    responses((status = 204, description = "The hours hold"))
)]
pub(super) async fn change_calendar(
    State(service): State<Shared>,
    caller: Caller,
    seen: Seen,
    Input(draft): Input<CalendarDraft>,
) -> Result<Response, Problem> {
    let version = seen.version()?;
    let changed = service.work(move |service, now| {
        let actor = caller.actor();
        Ok(timetable(service)?.change(&draft.into(), &version, Act { actor: &actor, now })?)
    });
    changed.await?;
    Ok(done())
}

/// Goes back to what the configuration says. `If-Match` as for a change.
#[utoipa::path(
    delete, path = "/api/v1/calendars", operation_id = "resetCalendar", tag = "status",
    params(
        CalendarQuery,
        ("If-Match" = String, Header, description = "Its version, in quotation marks")
    ),
    responses((status = 204, description = "It is as the configuration says"))
)]
pub(super) async fn reset_calendar(
    State(service): State<Shared>,
    caller: Caller,
    Asked(CalendarQuery { name }): Asked<CalendarQuery>,
    seen: Seen,
) -> Result<Response, Problem> {
    let version = seen.version()?;
    let reset = service.work(move |service, now| {
        let actor = caller.actor();
        Ok(timetable(service)?.reset(&name, &version, Act { actor: &actor, now })?)
    });
    reset.await?;
    Ok(done())
}

/// The whole days of a calendar file, such as one of public holidays, from a year ago on. Nothing is
/// kept.
#[utoipa::path(
    post, path = "/api/v1/calendars/holidays", operation_id = "readHolidays", tag = "status",
    request_body(content = String, content_type = "text/calendar", description = "The file"),
    responses((status = 200, description = "The days", body = Vec<FreeDay>))
)]
pub(super) async fn read_holidays(
    State(service): State<Shared>,
    TextCalendar(bytes): TextCalendar,
) -> Result<Response, Problem> {
    let days = service.work(move |_, now| {
        let today = now.in_zone(&TimeZone::UTC).date();
        let (from, until) = (today.saturating_sub(1.year()), today.saturating_add(YEARS.years()));
        days_of(&bytes, from, until).map_err(|error| Problem::invalid(error.to_string()))
    });
    let days: Vec<FreeDay> = days.await?.into_iter().map(FreeDay::from).collect();
    fresh(StatusCode::OK, &days)
}
